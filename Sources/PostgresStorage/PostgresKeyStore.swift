package import Identity
package import Kernel

/// Virtual keys in PostgreSQL.
package struct PostgresKeyStore: KeyStore {
    private let store: PostgresStore

    package init(_ store: PostgresStore) { self.store = store }

    package func create(
        _ key: VirtualKey, digest: KeyDigest, _ context: OperationContext
    ) async throws(StoreError) {
        let models = Self.written(key.models)
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            _ = try connection.run(
                """
                INSERT INTO virtual_key (id, digest, name, role, models, created_at, expires_at, revoked_at)
                VALUES (\(key.id.description), \(digest.bytes), \(key.name), \(key.role.rawValue), \(models),
                    \(key.createdAt.microseconds), \(key.expiresAt?.microseconds), \(key.revokedAt?.microseconds))
                """, until: deadline)
        }
    }

    package func keys(_ context: OperationContext) async throws(StoreError) -> [VirtualKey] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT \(Self.columns) FROM virtual_key ORDER BY created_at DESC, id DESC", until: deadline
            ).map(Self.key)
        }
    }

    package func revoke(
        _ id: Identifier<VirtualKey>, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> VirtualKey {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                UPDATE virtual_key SET revoked_at = \(time.microseconds)
                WHERE id = \(id.description) AND revoked_at IS NULL
                """, until: deadline)
            let rows = try connection.run(
                "SELECT \(Self.columns) FROM virtual_key WHERE id = \(id.description)", until: deadline)
            guard let row = rows.first else { throw StoreError(.notFound, "there is no key `\(id)`") }
            return try Self.key(row)
        }
    }

    package func ring(_ context: OperationContext) async throws(StoreError) -> KeyRing {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            let rows = try connection.run("SELECT \(Self.columns), digest FROM virtual_key", until: deadline)
            return KeyRing(
                try rows.map { row throws(StoreError) in
                    let bytes = try row.bytes(7)
                    guard let digest = KeyDigest(bytes: bytes.span) else {
                        throw StoreError.unreadable("virtual_key", "digest")
                    }
                    return (digest, try Self.key(row))
                })
        }
    }

    package func revision(_ context: OperationContext) async throws(StoreError) -> Int64 {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            let rows = try connection.run("SELECT value FROM revision WHERE of = 'virtual_key'", until: deadline)
            guard let row = rows.first else { throw StoreError.unreadable("revision", "value") }
            return try row.integer(0)
        }
    }

    private static let columns: PostgresQuery = "id, name, role, models, created_at, expires_at, revoked_at"

    private static func key(_ row: PostgresRow) throws(StoreError) -> VirtualKey {
        guard let id = Identifier<VirtualKey>(try row.text(0)) else { throw .unreadable("virtual_key", "id") }
        guard let role = VirtualKey.Role(rawValue: try row.text(2)) else { throw .unreadable("virtual_key", "role") }
        var models: [String]?
        if let written = try row.textIfPresent(3) { models = try Self.models(written) }
        return VirtualKey(
            id: id, name: try row.text(1), role: role, models: models,
            createdAt: Timestamp(microseconds: try row.integer(4)), expiresAt: try Self.time(row, 5),
            revokedAt: try Self.time(row, 6))
    }

    private static func time(_ row: PostgresRow, _ column: Int) throws(StoreError) -> Timestamp? {
        try row.integerIfPresent(column).map { Timestamp(microseconds: $0) }
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

    private static func models(_ written: String) throws(StoreError) -> [String] {
        let json = Array(written.utf8)
        guard let tape = try? JSONTape(json.span) else { throw .unreadable("virtual_key", "models") }
        var models: [String] = []
        var next = tape.firstElement(of: tape.root)
        while let node = next {
            guard let model = tape.string(node, in: json.span) else { throw .unreadable("virtual_key", "models") }
            models.append(model)
            next = tape.element(after: node, of: tape.root)
        }
        return models
    }
}
