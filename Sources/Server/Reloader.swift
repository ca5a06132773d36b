import Foundation
import Logging
import ServiceLifecycle
import Settings
import Synchronization
import UnixSignals

/// Reads the configuration again on SIGHUP and when the file changes, or the price table that it names. A bad edit is
/// refused, and what runs stays.
final class Reloader: Service {
    /// The price table of the settings in force, and what it was when it was read.
    private struct Prices {
        var path: String?
        var seen: ConfigurationFile.Revision?

        var revision: ConfigurationFile.Revision? { self.path.flatMap { ConfigurationFile.revision(of: $0) } }
    }

    let file: ConfigurationFile
    private let prices: Mutex<Prices>
    let apply: @Sendable (Settings) throws -> Void
    /// Hears why an edit is refused.
    let refused: @Sendable (any Error) -> Void

    private let logger = Logger(label: "gatehouse.configuration")

    init(
        file: ConfigurationFile, prices: String?, apply: @escaping @Sendable (Settings) throws -> Void,
        refused: @escaping @Sendable (any Error) -> Void
    ) {
        self.refused = refused
        let table = Prices(path: prices)
        self.prices = Mutex(Prices(path: prices, seen: table.revision))
        self.file = file
        self.apply = apply
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchFile() }
            group.addTask { await self.watchSignal() }
        }
    }

    private func watchFile() async {
        var seen = self.file.revision
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(500)) }
            // An editor may write in two steps; what is half written is refused, and the next look takes the rest.
            if let revision = self.file.revision, revision != seen {
                seen = revision
                self.reload("the file has changed")
            } else if self.prices.withLock({ $0.revision != nil && $0.revision != $0.seen }) {
                self.reload("the price table has changed")
            }
        }
    }

    private func watchSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { self.reload("SIGHUP") }
    }

    private func reload(_ cause: String) {
        do {
            self.prices.withLock { $0.seen = $0.revision }
            let loading = try self.file.load()
            for problem in loading.problems where problem.severity == .warning { self.logger.warning("\(problem)") }
            let settings = try loading.get()
            self.prices.withLock { prices in
                guard prices.path != settings.pricesPath else { return }
                prices.path = settings.pricesPath
                prices.seen = prices.revision
            }
            try self.apply(settings)
            self.logger.notice("configuration reloaded", metadata: ["cause": "\(cause)"])
        } catch {
            self.refused(error)
            self.logger.error(
                "configuration refused, the running one stays in force",
                metadata: ["cause": "\(cause)", "reason": "\(error)"])
        }
    }
}
