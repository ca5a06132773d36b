package import Audit
package import Crypto
package import Kernel

/// The vault in PostgreSQL, in a schema of its own, so that it can be backed up apart from the log and for a shorter time:
/// a person is forgotten when the last copy of their key is gone.
package final class PostgresVault: KeyVault {
    let store: PostgresStore
    private let entropy: Sealer.Entropy

    /// Connects to the vault in the database of this URL, and makes it where there is none.
    package init(
        _ url: PostgresURL, entropy: @escaping Sealer.Entropy, options: PostgresStore.Options = PostgresStore.Options()
    ) throws(StoreError) {
        self.store = try PostgresStore(url, options: options, schema: .vault)
        self.entropy = entropy
    }

    package func close() { self.store.close() }

    package func pseudonymKey() throws(StoreError) -> SymmetricKey {
        let fresh = self.entropy(32)
        let key = try self.store.writeNow { connection, deadline throws(StoreError) in
            try connection.run(
                "INSERT INTO secret (name, value) VALUES ('pseudonyms', \(fresh)) ON CONFLICT DO NOTHING",
                until: deadline)
            return try connection.run("SELECT value FROM secret WHERE name = 'pseudonyms'", until: deadline).first?
                .bytes(0)
        }
        guard let key else { throw StoreError(.corrupt, "the vault has no key for pseudonyms") }
        return SymmetricKey(data: key)
    }

    package func revision() throws(StoreError) -> Int64 {
        try self.store.readNow { connection, deadline throws(StoreError) in
            try connection.run("SELECT value FROM revision", until: deadline).first?.integer(0) ?? 0
        }
    }

    // MARK: Keys

    package func sealingKey(
        for pseudonym: String, name: Principal?, month: Month, _ retention: RetentionClass
    ) throws(StoreError) -> PayloadKey {
        let fresh = (subject: self.entropy(32), month: self.entropy(32))
        let sealedName = try name.map { name throws(StoreError) in try Self.seal(name, fresh.subject) }
        return try self.store.writeNow { connection, deadline throws(StoreError) in
            let subject = try Self.subject(pseudonym, fresh.subject, sealedName, connection, deadline)
            let month = try Self.month(month, retention, fresh.month, connection, deadline)
            return PayloadKey(
                id: "\(subject.id)/\(month.id)/\(retention.rawValue)", subject: subject.key, month: month.key)
        }
    }

    private static func subject(
        _ pseudonym: String, _ fresh: [UInt8], _ name: [UInt8]?, _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        try self.latest(
            named: pseudonym, deadline, connection,
            "SELECT generation, key FROM subject_key WHERE pseudonym = \(pseudonym) ORDER BY generation DESC LIMIT 1"
        ) { generation in
            """
            INSERT INTO subject_key (pseudonym, generation, key, name)
            VALUES (\(pseudonym), \(generation), \(fresh), \(name)) ON CONFLICT DO NOTHING
            """
        }
    }

    private static func month(
        _ month: Month, _ retention: RetentionClass, _ fresh: [UInt8], _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        try self.latest(
            named: month.description, deadline, connection,
            """
            SELECT generation, key FROM month_key WHERE month = \(month.description) AND class = \(retention.rawValue)
            ORDER BY generation DESC LIMIT 1
            """
        ) { generation in
            """
            INSERT INTO month_key (month, class, generation, key)
            VALUES (\(month.description), \(retention.rawValue), \(generation), \(fresh)) ON CONFLICT DO NOTHING
            """
        }
    }

    /// The key of the last generation; a new one where there is none, or the last was destroyed. Of two processes that make
    /// one at the same time, the second waits for the first and takes its key.
    private static func latest(
        named name: String, _ deadline: ContinuousClock.Instant, _ connection: PostgresConnection,
        _ question: PostgresQuery, _ insertion: (Int64) -> PostgresQuery
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        for _ in 0..<3 {
            let last = try connection.run(question, until: deadline).first
            let generation = try last?.integer(0) ?? 0
            if let key = try last?.bytesIfPresent(1) { return (Self.named(name, generation), key) }
            try connection.run(insertion(generation + 1), until: deadline)
        }
        throw StoreError(.unavailable, "keys come and go too quickly")
    }

    /// The first generation has the plain name.
    private static func named(_ name: String, _ generation: Int64) -> String {
        generation == 1 ? name : "\(name)~\(generation)"
    }

    private static func generation(_ name: Substring) -> (name: String, generation: Int64)? {
        let parts = name.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return parts.count == 1 ? (String(name), 1) : nil }
        return Int64(parts[1]).map { (String(parts[0]), $0) }
    }

    package func key(_ id: String) throws(StoreError) -> PayloadKey? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let subject = Self.generation(parts[0]), let month = Self.generation(parts[1]) else {
            return nil
        }
        let retention = String(parts[2])
        return try self.store.readNow { connection, deadline throws(StoreError) in
            let rows = try connection.run(
                """
                SELECT subject_key.key, month_key.key FROM subject_key, month_key
                WHERE pseudonym = \(subject.name) AND subject_key.generation = \(subject.generation)
                    AND month = \(month.name) AND class = \(retention) AND month_key.generation = \(month.generation)
                """, until: deadline)
            guard let row = rows.first, let subject = try row.bytesIfPresent(0), let month = try row.bytesIfPresent(1)
            else { return nil }
            return PayloadKey(id: id, subject: subject, month: month)
        }
    }

    // MARK: Names

    private static func seal(_ name: Principal, _ key: [UInt8]) throws(StoreError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                Array("\(name.kind.rawValue)\u{1F}\(name.id)".utf8), using: Self.nameKey(key))
            if let combined = box.combined { return Array(combined) }
        } catch {
            throw StoreError(.unavailable, "a name could not be sealed", underlying: error)
        }
        throw StoreError(.unavailable, "a name could not be sealed")
    }

    private static func nameKey(_ key: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key), info: Array("gatehouse/name/v1".utf8), outputByteCount: 32)
    }

    package func principal(of pseudonym: String) throws(StoreError) -> Principal? {
        let found = try self.store.readNow { connection, deadline throws(StoreError) -> ([UInt8], [UInt8])? in
            let rows = try connection.run(
                """
                SELECT key, name FROM subject_key
                WHERE pseudonym = \(pseudonym) AND key IS NOT NULL AND name IS NOT NULL
                """, until: deadline)
            guard let row = rows.first else { return nil }
            return (try row.bytes(0), try row.bytes(1))
        }
        guard let (key, sealed) = found else { return nil }
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let text = try? AES.GCM.open(box, using: Self.nameKey(key))
        else { throw StoreError(.corrupt, "the vault holds a name that cannot be read") }
        let parts = String(decoding: text, as: UTF8.self).split(
            separator: "\u{1F}", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Principal.Kind(rawValue: String(parts[0])) else { return nil }
        return Principal(kind: kind, id: String(parts[1]))
    }
}
