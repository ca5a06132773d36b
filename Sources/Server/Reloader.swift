import Foundation
import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// Reads the configuration again on SIGHUP and when the file changes. A bad edit is refused, and what runs stays.
struct Reloader: Service {
    let file: ConfigurationFile
    let apply: @Sendable (Settings) throws -> Void
    /// Hears why an edit is refused.
    let refused: @Sendable (any Error) -> Void

    private let logger = Logger(label: "gatehouse.configuration")

    init(
        file: ConfigurationFile, apply: @escaping @Sendable (Settings) throws -> Void,
        refused: @escaping @Sendable (any Error) -> Void
    ) {
        self.refused = refused
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
            let revision = self.file.revision
            // An editor may write in two steps; what is half written is refused, and the next look takes the rest.
            guard let revision, revision != seen else { continue }
            seen = revision
            self.reload("the file has changed")
        }
    }

    private func watchSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { self.reload("SIGHUP") }
    }

    private func reload(_ cause: String) {
        do {
            let loading = try self.file.load()
            for problem in loading.problems where problem.severity == .warning { self.logger.warning("\(problem)") }
            try self.apply(try loading.get())
            self.logger.notice("configuration reloaded", metadata: ["cause": "\(cause)"])
        } catch {
            self.refused(error)
            self.logger.error(
                "configuration refused, the running one stays in force",
                metadata: ["cause": "\(cause)", "reason": "\(error)"])
        }
    }
}
