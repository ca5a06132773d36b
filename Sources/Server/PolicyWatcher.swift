import Gateway
import Kernel
import Logging
import Policy
import ServiceLifecycle
import Synchronization

/// The policies in force: those that were activated last, or else those that Gatehouse comes with.
final class ActivePolicies: Sendable {
    private let store: any BundleStore
    private let current: Mutex<(revision: Int64, point: CedarDecisionPoint)>

    /// - Throws: `StoreError`, or `PolicyError` where what was activated is no bundle for this version.
    init(_ store: any BundleStore, _ context: OperationContext) async throws {
        self.store = store
        let revision = try await store.revision(context)
        self.current = Mutex((revision, try await Self.point(store, context)))
    }

    /// What decides now.
    var point: CedarDecisionPoint { self.current.withLock { $0.point } }

    /// Reads what was activated since; nil where nothing was.
    func update(_ context: OperationContext) async throws -> CedarDecisionPoint? {
        let revision = try await self.store.revision(context)
        guard revision != self.current.withLock({ $0.revision }) else { return nil }
        let point = try await Self.point(self.store, context)
        self.current.withLock { $0 = (revision, point) }
        return point
    }

    /// A bundle was proved and tested before it was activated: here it only has to be valid.
    private static func point(
        _ store: any BundleStore, _ context: OperationContext
    ) async throws -> CedarDecisionPoint {
        let files: [PolicyFile]
        if let active = try await store.activations(context).first {
            files = try await store.files(of: active.hash, context)
        } else {
            files = DefaultPolicies.files
        }
        return try CedarDecisionPoint(try PolicyBundle(unproved: files))
    }
}

/// Sees policies that were activated, by whichever process, and puts them in force within half a second.
struct PolicyWatcher: Service {
    let policies: ActivePolicies
    let gateway: Gateway
    let clock: any WallClock

    func run() async throws {
        let logger = Logger(label: "gatehouse.policies")
        var hasFailed = false
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                if let point = try await self.policies.update(.ofServer(at: self.clock.now())) {
                    self.gateway.replace(policy: point)
                    logger.notice("policies were activated", metadata: ["bundle": "\(point.bundle.hash.prefix(12))"])
                }
                hasFailed = false
            } catch {
                if !hasFailed, !Task.isCancelled {
                    logger.error(
                        "policies cannot be read, the last ones stay in force", metadata: ["error": "\(error)"])
                }
                hasFailed = true
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(250)) }
        }
    }
}
