package import Audit
package import Kernel

extension PostgresVault {
    package func lastErasure(of pseudonym: String) throws(StoreError) -> Timestamp? {
        try self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT max(erased_at) FROM subject_key WHERE pseudonym = \(pseudonym)", until: deadline
            ).first?.integerIfPresent(0)
        }.map { Timestamp(microseconds: $0) }
    }

    package func isDestroyed(_ id: String) throws(StoreError) -> Bool {
        guard let name = PayloadKeyName(id) else { return false }
        return try self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT 1::int8 FROM subject_key WHERE pseudonym = \(name.subject.name)
                    AND generation = \(name.subject.generation) AND key IS NULL
                UNION ALL
                SELECT 1::int8 FROM month_key WHERE month = \(name.month.name) AND class = \(name.retention)
                    AND generation = \(name.month.generation) AND key IS NULL
                """, until: deadline
            ).count > 0
        }
    }

    package func eraseSubject(_ pseudonym: String, at time: Timestamp) throws(StoreError) -> Int {
        try self.destroy("VACUUM subject_key") { connection, deadline throws(StoreError) in
            try connection.run(
                """
                UPDATE subject_key SET key = NULL, name = NULL, erased_at = \(time.microseconds)
                WHERE pseudonym = \(pseudonym) AND key IS NOT NULL
                """, until: deadline
            ).changed
        }
    }

    package func eraseMonths(
        through month: Month, _ retention: RetentionClass, at time: Timestamp
    ) throws(StoreError) -> [Month] {
        try self.destroy("VACUUM month_key") { connection, deadline throws(StoreError) in
            let months = try connection.run(
                """
                UPDATE month_key SET key = NULL, erased_at = \(time.microseconds)
                WHERE month <= \(month.description) AND class = \(retention.name) AND key IS NOT NULL
                RETURNING month
                """, until: deadline
            ).map { row throws(StoreError) in try row.text(0) }
            return Set(months).sorted().compactMap { Month($0) }
        }
    }

    package func oldestMonths() throws(StoreError) -> [RetentionClass: Month] {
        try self.store.readNow { connection, deadline throws(StoreError) in
            var oldest: [RetentionClass: Month] = [:]
            _ = try connection.run(
                "SELECT class, min(month) FROM month_key WHERE key IS NOT NULL GROUP BY class", until: deadline
            ).map { row throws(StoreError) in
                guard let retention = RetentionClass(name: try row.text(0)) else { return }
                oldest[retention] = Month(try row.text(1))
            }
            return oldest
        }
    }

    /// Destroys keys and tells everybody who has them in memory. Then lets the server clear the places where they stood;
    /// what its write-ahead log and its backups hold goes with those.
    private func destroy<Value>(
        _ cleaning: PostgresQuery, _ body: PostgresStore.Body<Value>
    ) throws(StoreError) -> Value {
        let value = try self.store.writeNow { connection, deadline throws(StoreError) in
            let value = try body(connection, deadline)
            try connection.run("UPDATE revision SET value = value + 1", until: deadline)
            return value
        }
        // The keys are destroyed. That their old places are cleared early is worth trying, and no reason to fail.
        _ = try? self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run(cleaning, until: deadline).count
        }
        return value
    }

    // MARK: Holds and orders

    package func holds() throws(StoreError) -> [LegalHold] {
        try self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT id, matter, subject, placed_by_kind, placed_by_id, placed_at, requested_by_kind, requested_by_id,
                    released_by_kind, released_by_id, released_at FROM hold ORDER BY id
                """, until: deadline
            ).map { row throws(StoreError) in
                guard let id = Identifier<LegalHold>(try row.text(0)),
                    let placedBy = try Self.principal(row, 3, "hold")
                else { throw StoreError.unreadable("hold", "id") }
                return LegalHold(
                    id: id, matter: try row.text(1), subject: try row.textIfPresent(2), placedBy: placedBy,
                    placedAt: Timestamp(microseconds: try row.integer(5)),
                    releaseRequestedBy: try Self.principal(row, 6, "hold"),
                    releasedBy: try Self.principal(row, 8, "hold"),
                    releasedAt: try row.integerIfPresent(10).map { Timestamp(microseconds: $0) })
            }
        }
    }

    private static func principal(
        _ row: PostgresRow, _ column: Int, _ table: String
    ) throws(StoreError) -> Principal? {
        guard let kind = try row.textIfPresent(column), let id = try row.textIfPresent(column + 1) else { return nil }
        guard let known = Principal.Kind(rawValue: kind) else { throw StoreError.unreadable(table, "kind") }
        return Principal(kind: known, id: id)
    }

    package func keep(_ hold: LegalHold) throws(StoreError) {
        try self.store.writeNow { connection, deadline throws(StoreError) in
            _ = try connection.run(
                """
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
                """, until: deadline)
        }
    }

    package func orders() throws(StoreError) -> [ErasureOrder] {
        try self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT id, reason, ordered_by_kind, ordered_by_id, ordered_at, state, pseudonym, month, class
                FROM erasure ORDER BY id
                """, until: deadline
            ).map { row throws(StoreError) in
                guard let id = Identifier<ErasureOrder>(try row.text(0)),
                    let orderedBy = try Self.principal(row, 2, "erasure"), let scope = try Self.scope(row),
                    let state = ErasureOrder.State(rawValue: try row.text(5))
                else { throw StoreError.unreadable("erasure", "id") }
                return ErasureOrder(
                    id: id, scope: scope, reason: try row.text(1), orderedBy: orderedBy,
                    orderedAt: Timestamp(microseconds: try row.integer(4)), state: state)
            }
        }
    }

    private static func scope(_ row: PostgresRow) throws(StoreError) -> ErasureOrder.Scope? {
        if let pseudonym = try row.textIfPresent(6) { return .person(pseudonym: pseudonym) }
        guard let month = try row.textIfPresent(7).flatMap({ Month($0) }),
            let retention = try row.textIfPresent(8).flatMap({ RetentionClass(name: $0) })
        else { return nil }
        return .months(through: month, retention)
    }

    package func keep(_ order: ErasureOrder) throws(StoreError) {
        var (pseudonym, month, retention): (String?, String?, String?) = (nil, nil, nil)
        switch order.scope {
        case .person(let name): pseudonym = name
        case .months(let through, let kind): (month, retention) = (through.description, kind.name)
        }
        let scope = (pseudonym: pseudonym, month: month, retention: retention)
        try self.store.writeNow { connection, deadline throws(StoreError) in
            _ = try connection.run(
                """
                INSERT INTO erasure (id, pseudonym, month, class, reason, ordered_by_kind, ordered_by_id, ordered_at,
                    state)
                VALUES (\(order.id.description), \(scope.pseudonym), \(scope.month), \(scope.retention),
                    \(order.reason), \(order.orderedBy.kind.rawValue), \(order.orderedBy.id),
                    \(order.orderedAt.microseconds), \(order.state.rawValue))
                ON CONFLICT (id) DO UPDATE SET state = excluded.state
                """, until: deadline)
        }
    }
}
