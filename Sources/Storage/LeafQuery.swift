import Audit
import Foundation
import GRDB
import Kernel

/// A filter as a query.
///
/// Leaves come in the order of recording, which is almost, but not quite, the order of time. So where the filter names
/// times, the index over ids, which begin with the time, gives the first and last index between them, and the walk stays
/// inside. Starts of exchanges are passed over unless they are asked for: what there is to say of them, their ends say.
struct LeafQuery {
    let sql: SQL

    /// Index, leaf, and the sealed detail where there is one.
    static let columns: SQL = """
        leaf.idx, leaf.data, payload.kid, payload.nonce, payload.ct
        FROM leaf LEFT JOIN payload ON payload.idx = leaf.idx AND payload.k = 'detail'
        """

    /// Behind every id.
    private static let beyondAll = "~"

    init(_ filter: EventFilter, _ unsealer: Unsealer, in database: Database) throws {
        var conditions: [SQL] = []
        if filter.since != nil || filter.until != nil {
            let since = filter.since.map(Self.firstID) ?? ""
            let until = filter.until.map(Self.firstID) ?? Self.beyondAll
            let bounds = try Self.bounds(since, until, database)
            conditions.append("leaf.idx BETWEEN \(bounds.first) AND \(bounds.last)")
            conditions.append("substr(leaf.id, 6) >= \(since) AND substr(leaf.id, 6) < \(until)")
        }
        if let kind = filter.kind {
            let type = kind == .exchange ? Leaf.Kind.exchangeEnd.rawValue : kind.rawValue
            conditions.append("leaf.type = \(type)")
        } else {
            conditions.append("leaf.type <> 'exchange.start'")
        }
        if let exchange = filter.exchange { conditions.append("leaf.id = \(exchange.description)") }
        if let id = filter.principal {
            let names = unsealer.pseudonyms(ofID: id).map { name in SQL("\(name)") }
            conditions.append("leaf.actor IN (\(names.joined(separator: ", ")))")
        }
        if let id = filter.onBehalfOf {
            let names = unsealer.pseudonyms(ofID: id).map { Self.holds(text: $0) }
            conditions.append("(\(names.joined(separator: " OR ")))")
        }
        if let model = filter.model.map(ExchangeEvent.resource(ofModel:)) { conditions.append("leaf.res = \(model)") }
        if let tool = filter.tool { conditions.append("leaf.res = \("tool:" + tool)") }
        if let decision = filter.decision { conditions.append("leaf.dec = \(decision.rawValue)") }
        if let outcome = filter.outcome { conditions.append("leaf.out = \(outcome.rawValue)") }
        if let run = filter.run { conditions.append("leaf.run = \(run)") }
        if let policy = filter.policy { conditions.append(Self.holds(text: policy)) }
        if let label = filter.label { conditions.append(Self.holds(":\(label):")) }
        let order: SQL
        switch filter.order {
        case .newestFirst:
            order = "leaf.idx DESC"
            if let after = filter.after { conditions.append("leaf.idx < \(after - 1)") }
        case .oldestFirst:
            order = "leaf.idx ASC"
            if let after = filter.after { conditions.append("leaf.idx > \(after - 1)") }
        }
        let limit = min(max(1, filter.limit), EventFilter.highestLimit)
        let condition = conditions.joined(operator: .and)
        self.sql = "SELECT \(Self.columns) WHERE \(condition) ORDER BY \(order) LIMIT \(limit)"
    }

    /// The first and the last index of events whose ids lie between; where there are none, nothing is to be found.
    private static func bounds(
        _ since: String, _ until: String, _ database: Database
    ) throws -> (first: Int64, last: Int64) {
        var bounds: (first: Int64, last: Int64)?
        for prefix in [Identifier<Exchange>.self as any Prefixed.Type, Identifier<AdministrativeEvent>.self] {
            let row = try SQLRequest<Row>(
                literal: """
                    SELECT min(idx), max(idx) FROM leaf
                    WHERE id >= \(prefix.text + since) AND id < \(prefix.text + until)
                    """
            ).fetchOne(database)
            guard let first = try row?.decode(Int64?.self, atIndex: 0),
                let last = try row?.decode(Int64?.self, atIndex: 1)
            else { continue }
            bounds = (min(bounds?.first ?? first, first), max(bounds?.last ?? last, last))
        }
        return bounds ?? (1, 0)
    }

    /// Whether the leaf has this text as a whole string.
    private static func holds(text: String) -> SQL {
        var json = JSONWriter()
        json.string(text)
        return Self.holds(String(decoding: json.bytes, as: UTF8.self))
    }

    /// Whether these bytes are in the leaf.
    private static func holds(_ text: String) -> SQL { "instr(leaf.data, \(Data(text.utf8))) > 0" }

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

private protocol Prefixed {
    static var text: String { get }
}

extension Identifier: Prefixed {
    fileprivate static var text: String { Kind.identifierPrefix + "_" }
}
