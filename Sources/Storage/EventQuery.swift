import Audit
import GRDB
import Kernel

/// A filter as a query.
///
/// Events come in the order of recording, which is almost, but not quite, the order of time. So where the filter names
/// times, the index over ids, which begin with the time, gives the first and last sequence number between them, and the
/// walk stays inside.
struct EventQuery {
    let sql: SQL

    /// Behind every id.
    private static let beyondAll = "~"

    init(_ filter: EventFilter, in database: Database) throws {
        var conditions: [SQL] = []
        if filter.since != nil || filter.until != nil {
            let since = filter.since.map(Self.firstID) ?? ""
            let until = filter.until.map(Self.firstID) ?? Self.beyondAll
            let bounds = try SQLRequest<Row>(
                literal: "SELECT min(sequence), max(sequence) FROM event WHERE id >= \(since) AND id < \(until)"
            ).fetchOne(database)
            // Where no event lies between the times there is no first and no last, and nothing is to be found.
            let first = try bounds?.decode(Int64?.self, atIndex: 0) ?? 1
            let last = try bounds?.decode(Int64?.self, atIndex: 1) ?? 0
            conditions.append("sequence BETWEEN \(first) AND \(last)")
            // The plus keeps SQLite from using the index a second time, which would end in sorting.
            conditions.append("+id >= \(since) AND +id < \(until)")
        }
        if let principal = filter.principal { conditions.append("principal = \(principal)") }
        if let model = filter.model.map(ExchangeEvent.kept) { conditions.append("model = \(model)") }
        if let outcome = filter.outcome { conditions.append("outcome = \(outcome.rawValue)") }
        if let exchange = filter.exchange { conditions.append("id = \(Event.ID.exchange(exchange).ulid)") }
        if let kind = filter.kind { conditions.append("kind = \(kind.rawValue)") }
        let order: SQL
        switch filter.order {
        case .newestFirst:
            order = "sequence DESC"
            if let after = filter.after { conditions.append("sequence < \(after)") }
        case .oldestFirst:
            order = "sequence ASC"
            if let after = filter.after { conditions.append("sequence > \(after)") }
        }
        let limit = min(max(1, filter.limit), EventFilter.highestLimit)
        let condition = conditions.joined(operator: .and)
        self.sql = "SELECT sequence, data FROM event WHERE \(condition) ORDER BY \(order) LIMIT \(limit)"
    }

    /// The least id of this millisecond; beyond all where ids cannot tell so late a time.
    private static func firstID(at time: Timestamp) -> String {
        guard time.microseconds / 1000 < 1 << 48 else { return Self.beyondAll }
        struct Zero: RandomNumberGenerator {
            func next() -> UInt64 { 0 }
        }
        var zero = Zero()
        return Event.ID.exchange(Identifier(at: time, using: &zero)).ulid
    }
}

extension Event.ID {
    /// The id without its prefix: 26 characters that begin with the time.
    var ulid: String { String(self.description.suffix(26)) }
}
