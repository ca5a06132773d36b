package import Audit
package import Crypto
package import Kernel

/// The vault in PostgreSQL, in a schema of its own, so that it can be backed up apart from the log and for a shorter time:
/// a person is forgotten when the last copy of their key is gone. Keys in it are wrapped by a root key that is kept elsewhere
/// and that all gateways on the database share.
package final class PostgresVault: KeyVault {
    let store: PostgresStore
    let entropy: Sealer.Entropy
    let root: RootKey

    /// Connects to the vault in the database of this URL, and makes it where there is none. What is wrapped by one of the
    /// `former` root keys is wrapped by `root` from now on.
    /// - Throws: as `PostgresStore`; `.conflict` where none of these root keys is the vault's.
    package init(
        _ url: PostgresURL, root: RootKey, former: [RootKey] = [], entropy: @escaping Sealer.Entropy,
        options: PostgresStore.Options = PostgresStore.Options()
    ) throws(StoreError) {
        self.store = try PostgresStore(url, options: options, schema: .vault)
        self.entropy = entropy
        self.root = root
        try self.takeRoot(former)
    }

    package func close() { self.store.close() }

    package func pseudonymKey() throws(StoreError) -> SymmetricKey {
        let fresh = try self.wrap(self.entropy(32), RootKey.Name.pseudonyms)
        let key = try self.store.writeNow(isRepeatable: true) { connection, deadline throws(StoreError) in
            try connection.run(
                "INSERT INTO secret (name, value) VALUES ('pseudonyms', \(fresh)) ON CONFLICT DO NOTHING",
                until: deadline)
            return try connection.run("SELECT value FROM secret WHERE name = 'pseudonyms'", until: deadline).first?
                .bytes(0)
        }
        guard let key else { throw StoreError(.corrupt, "the vault has no key for pseudonyms") }
        return SymmetricKey(data: try self.root.unwrap(key, name: RootKey.Name.pseudonyms))
    }

    /// Wraps a key that has this name.
    func wrap(_ key: [UInt8], _ name: String) throws(StoreError) -> [UInt8] {
        try self.root.wrap(key, name: name, random: self.entropy(12))
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
        return try self.store.writeNow(isRepeatable: true) { connection, deadline throws(StoreError) in
            let subject = try self.subject(pseudonym, fresh.subject, sealedName, connection, deadline)
            let month = try self.month(month, retention, fresh.month, connection, deadline)
            return PayloadKey(
                id: "\(subject.id)/\(month.id)/\(retention.name)", subject: subject.key, month: month.key)
        }
    }

    private func subject(
        _ pseudonym: String, _ fresh: [UInt8], _ name: [UInt8]?, _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        try self.latest(
            named: pseudonym, deadline, connection,
            "SELECT generation, key FROM subject_key WHERE pseudonym = \(pseudonym) ORDER BY generation DESC LIMIT 1"
        ) { generation in
            RootKey.Name.subject(pseudonym, generation)
        } insertion: { generation throws(StoreError) in
            let wrapped = try self.wrap(fresh, RootKey.Name.subject(pseudonym, generation))
            return """
                INSERT INTO subject_key (pseudonym, generation, key, name)
                VALUES (\(pseudonym), \(generation), \(wrapped), \(name)) ON CONFLICT DO NOTHING
                """
        }
    }

    private func month(
        _ month: Month, _ retention: RetentionClass, _ fresh: [UInt8], _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        try self.latest(
            named: month.description, deadline, connection,
            """
            SELECT generation, key FROM month_key WHERE month = \(month.description) AND class = \(retention.name)
            ORDER BY generation DESC LIMIT 1
            """
        ) { generation in
            RootKey.Name.month(month.description, retention.name, generation)
        } insertion: { generation throws(StoreError) in
            let wrapped = try self.wrap(
                fresh, RootKey.Name.month(month.description, retention.name, generation))
            return """
                INSERT INTO month_key (month, class, generation, key)
                VALUES (\(month.description), \(retention.name), \(generation), \(wrapped)) ON CONFLICT DO NOTHING
                """
        }
    }

    /// The key of the last generation; a new one where there is none, or the last was destroyed. Of two processes that make
    /// one at the same time, the second waits for the first and takes its key.
    private func latest(
        named name: String, _ deadline: ContinuousClock.Instant, _ connection: PostgresConnection,
        _ question: PostgresQuery, wrappedAs: (Int64) -> String,
        insertion: (Int64) throws(StoreError) -> PostgresQuery
    ) throws(StoreError) -> (id: String, key: [UInt8]) {
        for _ in 0..<3 {
            let last = try connection.run(question, until: deadline).first
            let generation = try last?.integer(0) ?? 0
            if let key = try last?.bytesIfPresent(1) {
                let id = PayloadKeyName.Part(name, generation: generation).text
                return (id, try self.root.unwrap(key, name: wrappedAs(generation)))
            }
            try connection.run(insertion(generation + 1), until: deadline)
        }
        throw StoreError(.unavailable, "keys come and go too quickly")
    }

    package func key(_ id: String) throws(StoreError) -> PayloadKey? {
        guard let name = PayloadKeyName(id) else { return nil }
        let (subject, month) = (name.subject, name.month)
        return try self.store.readNow { connection, deadline throws(StoreError) in
            let rows = try connection.run(
                """
                SELECT subject_key.key, month_key.key FROM subject_key, month_key
                WHERE pseudonym = \(subject.name) AND subject_key.generation = \(subject.generation)
                    AND month = \(month.name) AND class = \(name.retention) AND month_key.generation = \(month.generation)
                """, until: deadline)
            guard let row = rows.first, let subjectKey = try row.bytesIfPresent(0),
                let monthKey = try row.bytesIfPresent(1)
            else { return nil }
            return PayloadKey(
                id: id,
                subject: try self.root.unwrap(
                    subjectKey, name: RootKey.Name.subject(subject.name, subject.generation)),
                month: try self.root.unwrap(
                    monthKey, name: RootKey.Name.month(month.name, name.retention, month.generation)))
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
                SELECT key, name, generation FROM subject_key
                WHERE pseudonym = \(pseudonym) AND key IS NOT NULL AND name IS NOT NULL
                """, until: deadline)
            guard let row = rows.first else { return nil }
            let name = RootKey.Name.subject(pseudonym, try row.integer(2))
            return (try self.root.unwrap(row.bytes(0), name: name), try row.bytes(1))
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
