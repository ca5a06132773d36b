import Foundation
import GRDB
package import Identity
package import Kernel

/// Virtual keys in SQLite.
package struct SQLiteKeyStore: KeyStore {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) { self.store = store }

    package func create(
        _ key: VirtualKey, digest: KeyDigest, _ context: OperationContext
    ) async throws(StoreError) {
        // The driver ends texts there.
        guard !key.name.utf8.contains(0) else {
            throw StoreError(.constraint, "the name of a key cannot hold a zero byte")
        }
        try await self.store.write(context) { database in
            try database.execute(
                literal: """
                    INSERT INTO virtual_key (id, digest, name, role, models, created_at, expires_at, revoked_at)
                    VALUES (\(key.id.description), \(Data(digest.bytes)), \(key.name), \(key.role.rawValue),
                        \(Self.written(key.models)), \(key.createdAt.microseconds), \(key.expiresAt?.microseconds),
                        \(key.revokedAt?.microseconds))
                    """)
        }
    }

    package func keys(_ context: OperationContext) async throws(StoreError) -> [VirtualKey] {
        try await self.store.read(context) { database in
            try Row.fetchAll(database, sql: "SELECT * FROM virtual_key ORDER BY created_at DESC, id DESC").map(Self.key)
        }
    }

    package func revoke(
        _ id: Identifier<VirtualKey>, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> VirtualKey {
        try await self.store.write(context) { database in
            try database.execute(
                literal: """
                    UPDATE virtual_key SET revoked_at = \(time.microseconds)
                    WHERE id = \(id.description) AND revoked_at IS NULL
                    """)
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM virtual_key WHERE id = ?", arguments: [id.description])
            else { throw StoreError(.notFound, "there is no key `\(id)`") }
            return try Self.key(row)
        }
    }

    package func ring(_ context: OperationContext) async throws(StoreError) -> KeyRing {
        try await self.store.read(context) { database in
            KeyRing(
                try Row.fetchAll(database, sql: "SELECT * FROM virtual_key").map { row in
                    let bytes = Array(try row.decode(Data.self, forColumn: "digest"))
                    guard let digest = KeyDigest(bytes: bytes.span) else {
                        throw StoredValueError(table: "virtual_key", column: "digest")
                    }
                    return (digest, try Self.key(row))
                })
        }
    }

    package func revision(_ context: OperationContext) async throws(StoreError) -> Int64 {
        try await self.store.read(context) { database in
            guard let value = try Int64.fetchOne(database, sql: "SELECT value FROM revision WHERE of = 'virtual_key'")
            else { throw StoredValueError(table: "revision", column: "value") }
            return value
        }
    }

    private static func key(_ row: Row) throws -> VirtualKey {
        guard let id = Identifier<VirtualKey>(try row.decode(String.self, forColumn: "id")) else {
            throw StoredValueError(table: "virtual_key", column: "id")
        }
        guard let role = VirtualKey.Role(rawValue: try row.decode(String.self, forColumn: "role")) else {
            throw StoredValueError(table: "virtual_key", column: "role")
        }
        func time(_ column: String) throws -> Timestamp? {
            try row.decode(Int64?.self, forColumn: column).map { Timestamp(microseconds: $0) }
        }
        return VirtualKey(
            id: id, name: try row.decode(String.self, forColumn: "name"), role: role,
            models: try row.decode(String?.self, forColumn: "models").map(Self.models),
            createdAt: Timestamp(microseconds: try row.decode(Int64.self, forColumn: "created_at")),
            expiresAt: try time("expires_at"), revokedAt: try time("revoked_at"))
    }

    /// Aliases as a JSON array.
    private static func written(_ models: [String]?) -> String? {
        guard let models else { return nil }
        var writer = JSONWriter()
        writer.beginArray()
        for model in models { writer.string(model) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func models(_ written: String) throws -> [String] {
        let json = Array(written.utf8)
        let tape = try JSONTape(json.span)
        var models: [String] = []
        var next = tape.firstElement(of: tape.root)
        while let node = next {
            guard let model = tape.string(node, in: json.span) else {
                throw StoredValueError(table: "virtual_key", column: "models")
            }
            models.append(model)
            next = tape.element(after: node, of: tape.root)
        }
        return models
    }
}
