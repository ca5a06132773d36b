import Gateway
import Identity
import Kernel
import Logging
import ServiceLifecycle

/// Sees keys that were made or taken back, by whichever process, and puts them in force within half a second.
struct KeyWatcher: Service {
    let store: any KeyStore
    let gateway: Gateway
    let clock: any WallClock

    func run() async throws {
        let logger = Logger(label: "gatehouse.keys")
        var seen: Int64?
        var hasFailed = false
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let context = OperationContext.ofServer(at: self.clock.now())
                let revision = try await self.store.revision(context)
                if revision != seen {
                    self.gateway.replace(keys: try await self.store.ring(context))
                    seen = revision
                }
                hasFailed = false
            } catch {
                if !hasFailed, !Task.isCancelled {
                    logger.error(
                        "keys cannot be read, the last known ones stay in force", metadata: ["error": "\(error)"])
                }
                hasFailed = true
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(250)) }
        }
    }
}
