package import Audit

/// Where records go.
package protocol ExportSink: Sendable {
    /// Hands the records over; when it returns, the other side has them as far as its protocol can tell.
    /// - Throws: `.refused` where the same records would be refused again, `.unavailable` where it is worth trying again.
    func deliver(_ records: [ExportRecord]) async throws(ExportError)
}

/// Where leaves come from.
package protocol LeafFeed: Sendable {
    var origin: String { get }
    /// At most `limit` leaves from this index on, in order; empty at the end of the log.
    func leaves(from index: Int64, limit: Int) async throws(ExportError) -> [LoggedLeaf]
}

/// Where a delivery keeps how far it has come, and what it could not deliver.
package protocol DeliveryStore: Sendable {
    /// The first leaf that was not delivered yet; nil where nothing was.
    func cursor() throws(ExportError) -> Int64?
    /// Durable when it returns.
    func keep(cursor: Int64) throws(ExportError)
    /// Puts a leaf aside that the other side does not take; durable when it returns.
    func bury(_ leaf: LoggedLeaf, _ reason: String) throws(ExportError)
}

/// Why records did not get to where they should.
package struct ExportError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case unavailable, refused }
        private let value: Value

        /// Not now; later perhaps.
        package static let unavailable = Code(value: .unavailable)
        /// Not these, ever.
        package static let refused = Code(value: .refused)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.message }
}

/// Brings leaves to a sink, each at least once and in order.
///
/// The cursor moves when the sink has taken a batch; a crash between the two delivers the batch again, with the same ids,
/// by which receivers know it. What the sink refuses for good is taken apart until the one leaf is found that it does not
/// take; that goes to the dead letters and the rest goes on. What is not to be reached is tried again, ever more seldom.
package final class Delivery: Sendable {
    private let feed: any LeafFeed
    private let sink: any ExportSink
    private let store: any DeliveryStore
    private let limits: DeliveryMachine.Limits
    private let sleep: @Sendable (Duration) async throws -> Void
    private let report: @Sendable (DeliveryIncident) -> Void

    /// `sleep` waits, and throws where the task is cancelled; `report` hears of what must not go unnoticed.
    package init(
        from feed: any LeafFeed, to sink: any ExportSink, store: any DeliveryStore,
        limits: DeliveryMachine.Limits = DeliveryMachine.Limits(),
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        report: @escaping @Sendable (DeliveryIncident) -> Void = { _ in }
    ) {
        self.feed = feed
        self.sink = sink
        self.store = store
        self.limits = limits
        self.sleep = sleep
        self.report = report
    }

    /// Delivers what there is and what comes, until the task is cancelled.
    package func run() async throws {
        var machine = DeliveryMachine(cursor: try self.store.cursor() ?? 0, self.limits)
        while !Task.isCancelled {
            try await self.carryOut(machine.next(), &machine)
        }
    }

    /// Delivers what there is, and returns at the end of the log.
    package func drain() async throws {
        var machine = DeliveryMachine(cursor: try self.store.cursor() ?? 0, self.limits)
        while true {
            let action = machine.next()
            if case .rest = action { return }
            try await self.carryOut(action, &machine)
        }
    }

    private func carryOut(_ action: DeliveryMachine.Action, _ machine: inout DeliveryMachine) async throws {
        switch action {
        case .read(let index, let limit):
            do { machine.read(try await self.feed.leaves(from: index, limit: limit)) } catch {
                machine.failed()
                self.report(.unreachable(error.message))
            }
        case .send(let leaves):
            await self.send(leaves, &machine)
        case .keep(let cursor):
            try self.store.keep(cursor: cursor)
        case .bury(let leaf, let reason):
            try self.store.bury(leaf, reason)
            self.report(.buried(index: leaf.index, reason))
        case .wait(let duration), .rest(let duration):
            try await self.sleep(duration)
        }
    }

    private func send(_ leaves: [LoggedLeaf], _ machine: inout DeliveryMachine) async {
        var records: [ExportRecord] = []
        for leaf in leaves {
            do {
                records.append(try ExportRecord(origin: self.feed.origin, index: leaf.index, bytes: leaf.bytes))
            } catch {
                return machine.refused(error.message)
            }
        }
        do {
            try await self.sink.deliver(records)
            machine.delivered()
        } catch {
            switch error.code {
            case .refused: machine.refused(error.message)
            default:
                machine.failed()
                self.report(.unreachable(error.message))
            }
        }
    }
}

/// What must not go unnoticed of a delivery.
package enum DeliveryIncident: Hashable, Sendable {
    /// The sink or the log cannot be reached just now.
    case unreachable(String)
    /// A leaf was put aside.
    case buried(index: Int64, String)
}
