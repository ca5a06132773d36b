import Audit
import Kernel
import Logging
import ServiceLifecycle
import Settings

/// Destroys the keys of months that are older than the configuration wants them kept, and does what waited for it.
struct RetentionKeeper: Service {
    let custody: Custody
    let vault: any KeyVault
    let kept: Settings.Audit
    let clock: any WallClock

    func run() async throws {
        let logger = Logger(label: "gatehouse.retention")
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                for order in try await self.custody.resume(by: .server, at: self.clock.now()) {
                    logger.notice("an erasure was executed", metadata: ["of": "\(order.resource)"])
                }
                try await self.expire(logger)
            } catch {
                logger.error("what is due cannot be erased", metadata: ["error": "\(error)"])
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(3600)) }
        }
    }

    /// Orders the erasure of each class's months that have come of age, unless that is ordered already.
    func expire(_ logger: Logger) async throws {
        let now = self.clock.now()
        let waiting = try self.vault.orders().filter { $0.state != .executed }.map(\.scope)
        for (retention, oldest) in try self.vault.oldestMonths() {
            let days = self.kept.days(of: retention)
            guard days > 0, let month = Month.ended(days, before: now), oldest <= month else { continue }
            let scope = ErasureOrder.Scope.months(through: month, retention)
            guard !waiting.contains(scope) else { continue }
            let order = try await self.custody.erase(
                scope, reason: "kept for \(days) days", by: .server, at: now)
            logger.notice("what is old is erased", metadata: ["of": "\(order.resource)", "state": "\(order.state)"])
        }
    }
}

extension Month {
    /// The last month that had ended so many days before.
    static func ended(_ days: Int, before now: Timestamp) -> Month? {
        let then = now.advanced(by: .seconds(-86_400 * days))
        // The day before the first of that month lies in the month before it.
        guard let first = Timestamp(Month(of: then).description + "-01") else { return nil }
        return Month(of: first.advanced(by: .seconds(-86_400)))
    }
}

extension Settings.Audit {
    /// For how many days what is sealed of a class can be read; 0 for ever. Of a use case that is not configured any more,
    /// what holds for all does.
    func days(of retention: RetentionClass) -> Int {
        let own = self.useCases.first { $0.name == retention.useCase }
        return switch retention.kind {
        case .metadata: own?.metadata ?? self.retention.metadata
        case .content: own?.content ?? self.retention.content
        case .administration: self.retention.administration
        }
    }
}
