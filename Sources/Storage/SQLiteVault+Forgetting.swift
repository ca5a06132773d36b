package import Audit
import GRDB
package import Kernel

extension SQLiteVault {
    package func lastErasure(of pseudonym: String) throws(StoreError) -> Timestamp? {
        try self.read { database in
            try Int64.fetchOne(
                database, sql: "SELECT max(erased_at) FROM subject_key WHERE pseudonym = ?", arguments: [pseudonym])
        }.map { Timestamp(microseconds: $0) }
    }

    package func isDestroyed(_ id: String) throws(StoreError) -> Bool {
        guard let name = PayloadKeyName(id) else { return false }
        return try self.read { database in
            let subjectKey = try Bool.fetchOne(
                database, sql: "SELECT key IS NULL FROM subject_key WHERE pseudonym = ? AND generation = ?",
                arguments: [name.subject.name, name.subject.generation])
            let monthKey = try Bool.fetchOne(
                database, sql: "SELECT key IS NULL FROM month_key WHERE month = ? AND class = ? AND generation = ?",
                arguments: [name.month.name, name.retention, name.month.generation])
            return subjectKey == true || monthKey == true
        }
    }

    package func eraseSubject(_ pseudonym: String, at time: Timestamp) throws(StoreError) -> Int {
        try self.destroy { database in
            try database.execute(
                sql: """
                    UPDATE subject_key SET key = NULL, name = NULL, erased_at = ?
                    WHERE pseudonym = ? AND key IS NOT NULL
                    """,
                arguments: [time.microseconds, pseudonym])
            return database.changesCount
        }
    }

    package func eraseMonths(
        through month: Month, _ retention: RetentionClass, at time: Timestamp
    ) throws(StoreError) -> [Month] {
        try self.destroy { database in
            let months = try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT month FROM month_key WHERE month <= ? AND class = ? AND key IS NOT NULL
                    ORDER BY month
                    """,
                arguments: [month.description, retention.name])
            try database.execute(
                sql: """
                    UPDATE month_key SET key = NULL, erased_at = ?
                    WHERE month <= ? AND class = ? AND key IS NOT NULL
                    """,
                arguments: [time.microseconds, month.description, retention.name])
            return months.compactMap { Month($0) }
        }
    }

    package func oldestMonths() throws(StoreError) -> [RetentionClass: Month] {
        try self.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT class, min(month) FROM month_key WHERE key IS NOT NULL GROUP BY class")
            var oldest: [RetentionClass: Month] = [:]
            for row in rows {
                guard let retention = RetentionClass(name: try row.decode(atIndex: 0)) else { continue }
                oldest[retention] = Month(try row.decode(String.self, atIndex: 1))
            }
            return oldest
        }
    }

    /// Destroys keys, tells everybody who has them in memory, and cuts the write-ahead log back, where they still stand.
    private func destroy<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try self.write { database in
            var value: Value?
            try database.inTransaction(.immediate) {
                value = try body(database)
                try database.execute(sql: "UPDATE revision SET value = value + 1")
                return .commit
            }
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            guard let value else { throw StoreError(.unavailable, "the keys could not be destroyed") }
            return value
        }
    }

    // MARK: Holds and orders

    package func holds() throws(StoreError) -> [LegalHold] {
        try self.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM hold ORDER BY id").map { row in
                guard let id = Identifier<LegalHold>(try row.decode(String.self, forColumn: "id")),
                    let placedBy = try Self.principal(row, "placed_by")
                else { throw StoredValueError(table: "hold", column: "id") }
                return LegalHold(
                    id: id, matter: try row.decode(forColumn: "matter"), subject: try row.decode(forColumn: "subject"),
                    placedBy: placedBy, placedAt: Timestamp(microseconds: try row.decode(forColumn: "placed_at")),
                    releaseRequestedBy: try Self.principal(row, "requested_by"),
                    releasedBy: try Self.principal(row, "released_by"),
                    releasedAt: try row.decode(Int64?.self, forColumn: "released_at").map {
                        Timestamp(microseconds: $0)
                    })
            }
        }
    }

    private static func principal(_ row: Row, _ column: String) throws -> Principal? {
        guard let kind = try row.decode(String?.self, forColumn: column + "_kind"),
            let id = try row.decode(String?.self, forColumn: column + "_id")
        else { return nil }
        guard let known = Principal.Kind(rawValue: kind) else {
            throw StoredValueError(table: "hold", column: column)
        }
        return Principal(kind: known, id: id)
    }

    package func keep(_ hold: LegalHold) throws(StoreError) {
        try self.write { database in
            try database.execute(
                literal: """
                    INSERT INTO hold (id, matter, subject, placed_by_kind, placed_by_id, placed_at, requested_by_kind,
                        requested_by_id, released_by_kind, released_by_id, released_at)
                    VALUES (\(hold.id.description), \(hold.matter), \(hold.subject), \(hold.placedBy.kind.rawValue),
                        \(hold.placedBy.id), \(hold.placedAt.microseconds), \(hold.releaseRequestedBy?.kind.rawValue),
                        \(hold.releaseRequestedBy?.id), \(hold.releasedBy?.kind.rawValue), \(hold.releasedBy?.id),
                        \(hold.releasedAt?.microseconds))
                    ON CONFLICT (id) DO UPDATE SET requested_by_kind = excluded.requested_by_kind,
                        requested_by_id = excluded.requested_by_id, released_by_kind = excluded.released_by_kind,
                        released_by_id = excluded.released_by_id, released_at = excluded.released_at
                    WHERE hold.released_at IS NULL
                    """)
        }
    }

    package func orders() throws(StoreError) -> [ErasureOrder] {
        try self.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM erasure ORDER BY id").map { row in
                guard let id = Identifier<ErasureOrder>(try row.decode(String.self, forColumn: "id")),
                    let orderedBy = try Self.principal(row, "ordered_by"), let scope = try Self.scope(row),
                    let state = ErasureOrder.State(rawValue: try row.decode(forColumn: "state"))
                else { throw StoredValueError(table: "erasure", column: "id") }
                return ErasureOrder(
                    id: id, scope: scope, reason: try row.decode(forColumn: "reason"), orderedBy: orderedBy,
                    orderedAt: Timestamp(microseconds: try row.decode(forColumn: "ordered_at")), state: state)
            }
        }
    }

    private static func scope(_ row: Row) throws -> ErasureOrder.Scope? {
        if let pseudonym = try row.decode(String?.self, forColumn: "pseudonym") {
            return .person(pseudonym: pseudonym)
        }
        guard let month = try row.decode(String?.self, forColumn: "month").flatMap({ Month($0) }),
            let retention = try row.decode(String?.self, forColumn: "class").flatMap({ RetentionClass(name: $0) })
        else { return nil }
        return .months(through: month, retention)
    }

    package func keep(_ order: ErasureOrder) throws(StoreError) {
        var (pseudonym, month, retention): (String?, String?, String?) = (nil, nil, nil)
        switch order.scope {
        case .person(let name): pseudonym = name
        case .months(let through, let kind): (month, retention) = (through.description, kind.name)
        }
        try self.write { database in
            try database.execute(
                literal: """
                    INSERT INTO erasure (id, pseudonym, month, class, reason, ordered_by_kind, ordered_by_id, ordered_at,
                        state)
                    VALUES (\(order.id.description), \(pseudonym), \(month), \(retention), \(order.reason),
                        \(order.orderedBy.kind.rawValue), \(order.orderedBy.id), \(order.orderedAt.microseconds),
                        \(order.state.rawValue))
                    ON CONFLICT (id) DO UPDATE SET state = excluded.state
                    """)
        }
    }
}
