import Audit
import GRDB
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("Reading events quickly")
struct EventPlanTests {
    private func plan(_ filter: EventFilter, _ database: SharedDatabase) throws -> String {
        try database.log.store.peek { connection in
            let (sql, arguments) = try LeafQuery(filter, database.log.unsealer, in: connection).sql.build(connection)
            return try Row.fetchAll(connection, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
                .compactMap { $0["detail"] as String? }.filter { !$0.contains("payload") }.joined(separator: "; ")
        }
    }

    /// A filter and the way to its events.
    struct Way: Shown {
        let name: String
        let filter: EventFilter
        let plan: String
    }

    static let ways: [Way] = {
        var random = SplitMix(seed: 1)
        let exchange = Samples.exchange(at: 0, &random).id
        return [
            Way(name: "the newest", filter: EventFilter(), plan: "SCAN leaf"),
            Way(
                name: "what follows", filter: EventFilter(after: 5, order: .oldestFirst),
                plan: "SEARCH leaf USING INTEGER PRIMARY KEY (rowid>?)"),
            Way(
                name: "an exchange", filter: EventFilter(exchange: exchange),
                plan: "SEARCH leaf USING INDEX sqlite_autoindex_leaf_1 (id=?); USE TEMP B-TREE FOR ORDER BY"),
            Way(
                name: "a time", filter: EventFilter(since: Samples.time(1), until: Samples.time(2)),
                plan: "SEARCH leaf USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            Way(
                name: "a time and who",
                filter: EventFilter(since: Samples.time(1), principal: "x", order: .oldestFirst, limit: 5),
                plan: "SEARCH leaf USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ]
    }()

    @Test("Each question takes the short way, and no more is sorted than the leaves of one exchange", arguments: ways)
    func way(_ way: Way) throws {
        let plan = try self.plan(way.filter, SharedDatabase())
        #expect(plan == way.plan, "\(plan)")
    }
}
