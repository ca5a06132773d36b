import Foundation
import GRDB
package import Kernel
package import Policy

/// Bundles of policies in SQLite.
package struct SQLiteBundleStore: BundleStore {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) { self.store = store }

    package func propose(
        _ bundle: PolicyBundle, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle {
        let hash = bundle.hash
        let files = Data(PolicyFile.json(bundle.files))
        let count = bundle.rules.count
        return try await self.store.write(context) { database in
            try database.execute(
                literal: """
                    INSERT INTO policy_bundle (hash, files, policies, proposer_kind, proposer_id, proposed_at)
                    VALUES (\(hash), \(files), \(count), \(context.principal.kind.rawValue), \(context.principal.id),
                        \(time.microseconds))
                    ON CONFLICT (hash) DO NOTHING
                    """)
            return try Self.bundle(hash, database)
        }
    }

    package func approve(
        _ hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle {
        try await self.store.write(context) { database in
            let bundle = try Self.bundle(hash, database)
            guard bundle.proposedBy != context.principal else {
                throw StoreError(.constraint, "nobody approves what they have proposed: somebody else must")
            }
            try database.execute(
                literal: """
                    INSERT INTO policy_approval (hash, approver_kind, approver_id, approved_at)
                    VALUES (\(hash), \(context.principal.kind.rawValue), \(context.principal.id), \(time.microseconds))
                    ON CONFLICT DO NOTHING
                    """)
            return try Self.bundle(hash, database)
        }
    }

    package func activate(
        _ hash: String, approvals: Int, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation {
        try await self.store.write(context) { database in
            let last = try Self.last(before: hash, approvals, database)
            return try Self.insert(hash, at: time, context.principal, after: last, database)
        }
    }

    package func check(_ hash: String, approvals: Int, _ context: OperationContext) async throws(StoreError) {
        try await self.store.read(context) { database in _ = try Self.last(before: hash, approvals, database) }
    }

    package func previous(_ context: OperationContext) async throws(StoreError) -> String {
        try await self.store.read(context) { database in try Self.lastTwo(database).previous.hash }
    }

    package func rollBack(
        to hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation {
        try await self.store.write(context) { database in
            let (last, previous) = try Self.lastTwo(database)
            guard previous.hash == hash else {
                throw StoreError(.conflict, "somebody else has put another bundle in force meanwhile")
            }
            return try Self.insert(hash, at: time, context.principal, after: last, database)
        }
    }

    package func bundles(_ context: OperationContext) async throws(StoreError) -> [StoredBundle] {
        try await self.store.read(context) { database in
            let hashes = try String.fetchAll(
                database, sql: "SELECT hash FROM policy_bundle ORDER BY proposed_at DESC, hash")
            return try hashes.map { try Self.bundle($0, database) }
        }
    }

    package func files(of hash: String, _ context: OperationContext) async throws(StoreError) -> [PolicyFile] {
        try await self.store.read(context) { database in
            guard
                let data = try Data.fetchOne(
                    database, sql: "SELECT files FROM policy_bundle WHERE hash = ?", arguments: [hash])
            else { throw Self.unknown }
            guard let files = try? PolicyFile.files(Array(data)) else {
                throw StoredValueError(table: "policy_bundle", column: "files")
            }
            return files
        }
    }

    package func activations(_ context: OperationContext) async throws(StoreError) -> [Activation] {
        try await self.store.read(context) { database in try Self.activations(database, limit: -1) }
    }

    package func revision(_ context: OperationContext) async throws(StoreError) -> Int64 {
        try await self.store.read(context) { database in
            try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM policy_activation") ?? 0
        }
    }

    // MARK: Rows

    /// The activation that one of this bundle would follow.
    /// - Throws: why it may not be activated.
    private static func last(before hash: String, _ approvals: Int, _ database: Database) throws -> Activation? {
        let bundle = try self.bundle(hash, database)
        guard bundle.approvals.count >= approvals else {
            throw StoreError(
                .constraint, "the bundle has \(bundle.approvals.count) approvals of others and needs \(approvals)")
        }
        let last = try self.activations(database, limit: 1).first
        guard last?.hash != hash else { throw StoreError(.conflict, "the bundle is in force already") }
        return last
    }

    private static func lastTwo(_ database: Database) throws -> (last: Activation, previous: Activation) {
        let activations = try self.activations(database, limit: 2)
        guard activations.count == 2 else {
            throw StoreError(.notFound, "there is no bundle that was in force before")
        }
        return (activations[0], activations[1])
    }

    private static func insert(
        _ hash: String, at time: Timestamp, _ principal: Principal, after last: Activation?, _ database: Database
    ) throws -> Activation {
        let activation = Activation(sequence: (last?.sequence ?? 0) + 1, hash: hash, by: principal, at: time)
        try database.execute(
            literal: """
                INSERT INTO policy_activation (sequence, hash, actor_kind, actor_id, activated_at)
                VALUES (\(activation.sequence), \(hash), \(principal.kind.rawValue), \(principal.id),
                    \(time.microseconds))
                """)
        return activation
    }

    private static func activations(_ database: Database, limit: Int) throws -> [Activation] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM policy_activation ORDER BY sequence DESC LIMIT ?", arguments: [limit])
        return try rows.map { row in
            Activation(
                sequence: try row.decode(Int64.self, forColumn: "sequence"),
                hash: try row.decode(String.self, forColumn: "hash"),
                by: try self.principal(row, "policy_activation", "actor"),
                at: Timestamp(microseconds: try row.decode(Int64.self, forColumn: "activated_at")))
        }
    }

    private static func bundle(_ hash: String, _ database: Database) throws -> StoredBundle {
        guard
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT hash, policies, proposer_kind, proposer_id, proposed_at FROM policy_bundle WHERE hash = ?
                    """, arguments: [hash])
        else { throw self.unknown }
        let approvals = try Row.fetchAll(
            database, sql: "SELECT * FROM policy_approval WHERE hash = ? ORDER BY approved_at, approver_id",
            arguments: [hash])
        return StoredBundle(
            hash: hash, proposedBy: try self.principal(row, "policy_bundle", "proposer"),
            proposedAt: Timestamp(microseconds: try row.decode(Int64.self, forColumn: "proposed_at")),
            policies: try row.decode(Int.self, forColumn: "policies"),
            approvals: try approvals.map { row in
                BundleApproval(
                    by: try self.principal(row, "policy_approval", "approver"),
                    at: Timestamp(microseconds: try row.decode(Int64.self, forColumn: "approved_at")))
            })
    }

    private static func principal(_ row: Row, _ table: String, _ role: String) throws -> Principal {
        guard let kind = Principal.Kind(rawValue: try row.decode(String.self, forColumn: "\(role)_kind")) else {
            throw StoredValueError(table: table, column: "\(role)_kind")
        }
        return Principal(kind: kind, id: try row.decode(String.self, forColumn: "\(role)_id"))
    }

    private static var unknown: StoreError {
        StoreError(.notFound, "there is no bundle of this hash")
    }
}
