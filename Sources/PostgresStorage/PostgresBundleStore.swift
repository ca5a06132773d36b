package import Kernel
package import Policy

/// Bundles of policies in PostgreSQL.
package struct PostgresBundleStore: BundleStore {
    private let store: PostgresStore

    package init(_ store: PostgresStore) { self.store = store }

    package func propose(
        _ bundle: PolicyBundle, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle {
        let hash = bundle.hash
        let files = PolicyFile.json(bundle.files)
        let count = bundle.rules.count
        return try await self.store.write(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                INSERT INTO policy_bundle (hash, files, policies, proposer_kind, proposer_id, proposed_at)
                VALUES (\(hash), \(files), \(count), \(context.principal.kind.rawValue), \(context.principal.id),
                    \(time.microseconds))
                ON CONFLICT (hash) DO NOTHING
                """, until: deadline)
            return try Self.bundle(hash, connection, deadline)
        }
    }

    package func approve(
        _ hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            let bundle = try Self.bundle(hash, connection, deadline)
            guard bundle.proposedBy != context.principal else {
                throw StoreError(.constraint, "nobody approves what they have proposed: somebody else must")
            }
            try connection.run(
                """
                INSERT INTO policy_approval (hash, approver_kind, approver_id, approved_at)
                VALUES (\(hash), \(context.principal.kind.rawValue), \(context.principal.id), \(time.microseconds))
                ON CONFLICT DO NOTHING
                """, until: deadline)
            return try Self.bundle(hash, connection, deadline)
        }
    }

    package func activate(
        _ hash: String, approvals: Int, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            try Self.lock(connection, deadline)
            let last = try Self.last(before: hash, approvals, connection, deadline)
            return try Self.insert(hash, at: time, context.principal, after: last, connection, deadline)
        }
    }

    package func check(_ hash: String, approvals: Int, _ context: OperationContext) async throws(StoreError) {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            _ = try Self.last(before: hash, approvals, connection, deadline)
        }
    }

    package func previous(_ context: OperationContext) async throws(StoreError) -> String {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try Self.lastTwo(connection, deadline).previous.hash
        }
    }

    package func rollBack(
        to hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            try Self.lock(connection, deadline)
            let (last, previous) = try Self.lastTwo(connection, deadline)
            guard previous.hash == hash else {
                throw StoreError(.conflict, "somebody else has put another bundle in force meanwhile")
            }
            return try Self.insert(hash, at: time, context.principal, after: last, connection, deadline)
        }
    }

    package func bundles(_ context: OperationContext) async throws(StoreError) -> [StoredBundle] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            let hashes = try connection.run(
                "SELECT hash FROM policy_bundle ORDER BY proposed_at DESC, hash", until: deadline
            ).map { row throws(StoreError) in try row.text(0) }
            var bundles: [StoredBundle] = []
            for hash in hashes { bundles.append(try Self.bundle(hash, connection, deadline)) }
            return bundles
        }
    }

    package func files(of hash: String, _ context: OperationContext) async throws(StoreError) -> [PolicyFile] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            let rows = try connection.run("SELECT files FROM policy_bundle WHERE hash = \(hash)", until: deadline)
            guard let row = rows.first else { throw Self.unknown }
            guard let files = try? PolicyFile.files(try row.bytes(0)) else {
                throw .unreadable("policy_bundle", "files")
            }
            return files
        }
    }

    package func activations(_ context: OperationContext) async throws(StoreError) -> [Activation] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try Self.activations(connection, deadline, limit: nil)
        }
    }

    package func revision(_ context: OperationContext) async throws(StoreError) -> Int64 {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run("SELECT max(sequence) FROM policy_activation", until: deadline).first?
                .integerIfPresent(0) ?? 0
        }
    }

    // MARK: Rows

    private static let activationLock: Int64 = 0x4754_4850_706F_6C69

    /// One activation at a time: each follows the one before.
    private static func lock(
        _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        try connection.run("SELECT pg_advisory_xact_lock(\(Self.activationLock))", until: deadline)
    }

    /// The activation that one of this bundle would follow.
    /// - Throws: why it may not be activated.
    private static func last(
        before hash: String, _ approvals: Int, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Activation? {
        let bundle = try self.bundle(hash, connection, deadline)
        guard bundle.approvals.count >= approvals else {
            throw StoreError(
                .constraint, "the bundle has \(bundle.approvals.count) approvals of others and needs \(approvals)")
        }
        let last = try self.activations(connection, deadline, limit: 1).first
        guard last?.hash != hash else { throw StoreError(.conflict, "the bundle is in force already") }
        return last
    }

    private static func lastTwo(
        _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (last: Activation, previous: Activation) {
        let activations = try self.activations(connection, deadline, limit: 2)
        guard activations.count == 2 else {
            throw StoreError(.notFound, "there is no bundle that was in force before")
        }
        return (activations[0], activations[1])
    }

    private static func insert(
        _ hash: String, at time: Timestamp, _ principal: Principal, after last: Activation?,
        _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Activation {
        let activation = Activation(sequence: (last?.sequence ?? 0) + 1, hash: hash, by: principal, at: time)
        try connection.run(
            """
            INSERT INTO policy_activation (sequence, hash, actor_kind, actor_id, activated_at)
            VALUES (\(activation.sequence), \(hash), \(principal.kind.rawValue), \(principal.id), \(time.microseconds))
            """, until: deadline)
        return activation
    }

    private static func activations(
        _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant, limit: Int64?
    ) throws(StoreError) -> [Activation] {
        try connection.run(
            """
            SELECT sequence, hash, actor_kind, actor_id, activated_at FROM policy_activation
            ORDER BY sequence DESC LIMIT \(limit)
            """, until: deadline
        ).map { row throws(StoreError) in
            Activation(
                sequence: try row.integer(0), hash: try row.text(1),
                by: try self.principal(row, 2, "policy_activation"),
                at: Timestamp(microseconds: try row.integer(4)))
        }
    }

    private static func bundle(
        _ hash: String, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> StoredBundle {
        let rows = try connection.run(
            "SELECT policies, proposer_kind, proposer_id, proposed_at FROM policy_bundle WHERE hash = \(hash)",
            until: deadline)
        guard let row = rows.first else { throw self.unknown }
        let approvals = try connection.run(
            """
            SELECT approver_kind, approver_id, approved_at FROM policy_approval WHERE hash = \(hash)
            ORDER BY approved_at, approver_id
            """, until: deadline)
        return StoredBundle(
            hash: hash, proposedBy: try self.principal(row, 1, "policy_bundle"),
            proposedAt: Timestamp(microseconds: try row.integer(3)), policies: Int(try row.integer(0)),
            approvals: try approvals.map { row throws(StoreError) in
                BundleApproval(
                    by: try self.principal(row, 0, "policy_approval"),
                    at: Timestamp(microseconds: try row.integer(2)))
            })
    }

    private static func principal(
        _ row: PostgresRow, _ column: Int, _ table: String
    ) throws(StoreError) -> Principal {
        guard let kind = Principal.Kind(rawValue: try row.text(column)) else { throw .unreadable(table, "kind") }
        return Principal(kind: kind, id: try row.text(column + 1))
    }

    private static var unknown: StoreError { StoreError(.notFound, "there is no bundle of this hash") }
}
