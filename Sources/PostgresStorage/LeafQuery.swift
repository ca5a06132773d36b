import Audit
import Kernel

/// A filter as a query.
///
/// Leaves come in the order of recording, which is almost, but not quite, the order of time. So where the filter names
/// times, the index over ids, which begin with the time, gives the first and last index between them, and the walk stays
/// inside. Starts of exchanges are passed over unless they are asked for: what there is to say of them, their ends say.
struct LeafQuery {
    let query: PostgresQuery

    /// Index, leaf, and the sealed detail where there is one.
    static let columns: PostgresQuery = """
        leaf.idx, leaf.data, payload.kid, payload.nonce, payload.ct
        FROM leaf LEFT JOIN payload ON payload.idx = leaf.idx AND payload.k = 'detail'
        """

    /// Behind every id.
    private static let beyondAll = "~"

    init(
        _ filter: EventFilter, _ unsealer: Unsealer, _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        var conditions: [PostgresQuery] = []
        if filter.since != nil || filter.until != nil {
            let since = filter.since.map(Self.firstID) ?? ""
            let until = filter.until.map(Self.firstID) ?? Self.beyondAll
            let bounds = try Self.bounds(since, until, connection, deadline)
            conditions.append("leaf.idx BETWEEN \(bounds.first) AND \(bounds.last)")
            conditions.append("substr(leaf.id, 6) >= \(since) AND substr(leaf.id, 6) < \(until)")
        }
        if let kind = filter.kind {
            conditions.append("leaf.type = \(kind == .exchange ? Leaf.Kind.exchangeEnd.rawValue : kind.rawValue)")
        } else {
            conditions.append("leaf.type <> 'exchange.start'")
        }
        if let exchange = filter.exchange { conditions.append("leaf.id = \(exchange.description)") }
        if let id = filter.principal { conditions.append("leaf.actor = ANY(\(unsealer.pseudonyms(ofID: id)))") }
        if let id = filter.onBehalfOf {
            let names = unsealer.pseudonyms(ofID: id).map(Self.quoted)
            conditions.append("EXISTS (SELECT 1 FROM unnest(\(names)) AS name WHERE position(name IN leaf.data) > 0)")
        }
        if let model = filter.model.map(ExchangeEvent.resource(ofModel:)) { conditions.append("leaf.res = \(model)") }
        if let tool = filter.tool { conditions.append("leaf.res = \("tool:" + tool)") }
        if let decision = filter.decision { conditions.append("leaf.\"dec\" = \(decision.rawValue)") }
        if let outcome = filter.outcome { conditions.append("leaf.\"out\" = \(outcome.rawValue)") }
        if let run = filter.run { conditions.append("leaf.run = \(run)") }
        if let policy = filter.policy { conditions.append("position(\(Self.quoted(policy)) IN leaf.data) > 0") }
        if let label = filter.label { conditions.append("position(\(Array(":\(label):".utf8)) IN leaf.data) > 0") }
        let order: PostgresQuery
        switch filter.order {
        case .newestFirst:
            order = "leaf.idx DESC"
            if let after = filter.after { conditions.append("leaf.idx < \(after - 1)") }
        case .oldestFirst:
            order = "leaf.idx ASC"
            if let after = filter.after { conditions.append("leaf.idx > \(after - 1)") }
        }
        let limit = min(max(1, filter.limit), EventFilter.highestLimit)
        self.query =
            "SELECT \(Self.columns) WHERE \(PostgresQuery.all(of: conditions)) ORDER BY \(order) LIMIT \(limit)"
    }

    /// The first and the last index of events whose ids lie between; where there are none, nothing is to be found.
    private static func bounds(
        _ since: String, _ until: String, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (first: Int64, last: Int64) {
        var bounds: (first: Int64, last: Int64)?
        for prefix in ["\(Exchange.identifierPrefix)_", "\(AdministrativeEvent.identifierPrefix)_"] {
            let row = try connection.run(
                "SELECT min(idx), max(idx) FROM leaf WHERE id >= \(prefix + since) AND id < \(prefix + until)",
                until: deadline
            ).first
            guard let first = try row?.integerIfPresent(0), let last = try row?.integerIfPresent(1) else { continue }
            bounds = (min(bounds?.first ?? first, first), max(bounds?.last ?? last, last))
        }
        return bounds ?? (1, 0)
    }

    /// A text as it stands in a leaf, as a whole string.
    private static func quoted(_ text: String) -> [UInt8] {
        var json = JSONWriter()
        json.string(text)
        return json.bytes
    }

    /// The least id of this millisecond, without its prefix; beyond all where ids cannot tell so late a time.
    private static func firstID(at time: Timestamp) -> String {
        guard time.microseconds / 1000 < 1 << 48 else { return Self.beyondAll }
        struct Zero: RandomNumberGenerator {
            func next() -> UInt64 { 0 }
        }
        var zero = Zero()
        return String(Identifier<Exchange>(at: time, using: &zero).description.suffix(26))
    }
}
