package import Audit
package import Crypto
import Foundation
import GRDB
package import Kernel

/// The vault in SQLite, in a file of its own, which is to be backed up apart from the log and for a shorter time: a person
/// is forgotten when the last copy of their key is gone.
///
/// Keys in it are wrapped by a root key that is kept elsewhere. What is deleted is overwritten (`secure_delete`), and the
/// write-ahead log is cut back when keys were destroyed.
package final class SQLiteVault: KeyVault {
    let store: SQLiteStore
    let entropy: Sealer.Entropy
    let root: RootKey

    /// Opens the vault at this path, and makes it where there is none. What is wrapped by one of the `former` root keys, or
    /// by none, is wrapped by `root` from now on.
    /// - Throws: as `SQLiteStore`; `.conflict` where none of these root keys is the vault's.
    package init(
        path: String, root: RootKey, former: [RootKey] = [], entropy: @escaping Sealer.Entropy,
        options: SQLiteStore.Options = SQLiteStore.Options()
    ) throws(StoreError) {
        self.store = try SQLiteStore(path: path, options: options, schema: .vault)
        self.entropy = entropy
        self.root = root
        try self.write { database in try database.execute(sql: "PRAGMA secure_delete = ON") }
        try self.takeRoot(former)
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try self.store.pool.read(body) } catch { throw StoreError(error) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try self.store.pool.writeWithoutTransaction(body)
        } catch {
            throw StoreError(error)
        }
    }

    package func close() throws(StoreError) { try self.store.close() }

    package func pseudonymKey() throws(StoreError) -> SymmetricKey {
        let fresh = try self.wrap(self.entropy(32), RootKey.Name.pseudonyms)
        let key = try self.write { database in
            try database.execute(
                sql: "INSERT INTO secret (name, value) VALUES ('pseudonyms', ?) ON CONFLICT DO NOTHING",
                arguments: [fresh])
            return try Data.fetchOne(database, sql: "SELECT value FROM secret WHERE name = 'pseudonyms'")
        }
        guard let key else { throw StoreError(.corrupt, "the vault has no key for pseudonyms") }
        return SymmetricKey(data: try self.unwrap(key, RootKey.Name.pseudonyms))
    }

    package func revision() throws(StoreError) -> Int64 {
        // Asked for every batch: a statement that is kept, and no transaction around it.
        try self.write { database in
            try Int64.fetchOne(try database.cachedStatement(sql: "SELECT value FROM revision")) ?? 0
        }
    }

    // MARK: Keys

    package func sealingKey(
        for pseudonym: String, name: Principal?, month: Month, _ retention: RetentionClass
    ) throws(StoreError) -> PayloadKey {
        let fresh = (subject: self.entropy(32), month: self.entropy(32))
        let sealedName = try name.map { name throws(StoreError) in try Self.seal(name, fresh.subject) }
        return try self.write { database in
            var key: PayloadKey?
            try database.inTransaction(.immediate) {
                let subject = try self.subject(pseudonym, fresh.subject, sealedName, database)
                let month = try self.month(month, retention, fresh.month, database)
                key = PayloadKey(
                    id: "\(subject.id)/\(month.id)/\(retention.name)", subject: subject.key, month: month.key)
                return .commit
            }
            guard let key else { throw StoreError(.corrupt, "the vault gave no key") }
            return key
        }
    }

    private func subject(
        _ pseudonym: String, _ fresh: [UInt8], _ name: Data?, _ database: Database
    ) throws -> (id: String, key: [UInt8]) {
        let last = try Row.fetchOne(
            database,
            sql: "SELECT generation, key FROM subject_key WHERE pseudonym = ? ORDER BY generation DESC LIMIT 1",
            arguments: [pseudonym])
        let generation = try last?.decode(Int64.self, atIndex: 0) ?? 0
        if let key = try last?.decode(Data?.self, atIndex: 1) {
            return (
                PayloadKeyName.Part(pseudonym, generation: generation).text,
                try self.unwrap(key, RootKey.Name.subject(pseudonym, generation))
            )
        }
        try database.execute(
            sql: "INSERT INTO subject_key (pseudonym, generation, key, name) VALUES (?, ?, ?, ?)",
            arguments: [
                pseudonym, generation + 1, try self.wrap(fresh, RootKey.Name.subject(pseudonym, generation + 1)), name,
            ])
        return (PayloadKeyName.Part(pseudonym, generation: generation + 1).text, fresh)
    }

    private func month(
        _ month: Month, _ retention: RetentionClass, _ fresh: [UInt8], _ database: Database
    ) throws -> (id: String, key: [UInt8]) {
        let last = try Row.fetchOne(
            database,
            sql: """
                SELECT generation, key FROM month_key WHERE month = ? AND class = ? ORDER BY generation DESC LIMIT 1
                """,
            arguments: [month.description, retention.name])
        let generation = try last?.decode(Int64.self, atIndex: 0) ?? 0
        if let key = try last?.decode(Data?.self, atIndex: 1) {
            let name = RootKey.Name.month(month.description, retention.name, generation)
            return (PayloadKeyName.Part(month.description, generation: generation).text, try self.unwrap(key, name))
        }
        try database.execute(
            sql: "INSERT INTO month_key (month, class, generation, key) VALUES (?, ?, ?, ?)",
            arguments: [
                month.description, retention.name, generation + 1,
                try self.wrap(fresh, RootKey.Name.month(month.description, retention.name, generation + 1)),
            ])
        return (PayloadKeyName.Part(month.description, generation: generation + 1).text, fresh)
    }

    package func key(_ id: String) throws(StoreError) -> PayloadKey? {
        guard let name = PayloadKeyName(id) else { return nil }
        let (subject, month) = (name.subject, name.month)
        return try self.read { database in
            guard
                let subjectKey = try Data?.fetchOne(
                    database, sql: "SELECT key FROM subject_key WHERE pseudonym = ? AND generation = ?",
                    arguments: [subject.name, subject.generation]) ?? nil,
                let monthKey = try Data?.fetchOne(
                    database, sql: "SELECT key FROM month_key WHERE month = ? AND class = ? AND generation = ?",
                    arguments: [month.name, name.retention, month.generation]) ?? nil
            else { return nil }
            return PayloadKey(
                id: id, subject: try self.unwrap(subjectKey, RootKey.Name.subject(subject.name, subject.generation)),
                month: try self.unwrap(
                    monthKey, RootKey.Name.month(month.name, name.retention, month.generation)))
        }
    }

    // MARK: Names

    private static func seal(_ name: Principal, _ key: [UInt8]) throws(StoreError) -> Data {
        do {
            let box = try AES.GCM.seal(
                Array("\(name.kind.rawValue)\u{1F}\(name.id)".utf8), using: Self.nameKey(key))
            if let combined = box.combined { return combined }
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
        let row = try self.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT key, name, generation FROM subject_key
                    WHERE pseudonym = ? AND key IS NOT NULL AND name IS NOT NULL
                    """,
                arguments: [pseudonym]
            ).map { row in
                let generation = try row.decode(Int64.self, atIndex: 2)
                let key = try self.unwrap(
                    row.decode(Data.self, atIndex: 0), RootKey.Name.subject(pseudonym, generation))
                return (key, try row.blob(1))
            }
        }
        guard let (key, sealed) = row else { return nil }
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let text = try? AES.GCM.open(box, using: Self.nameKey(key))
        else { throw StoreError(.corrupt, "the vault holds a name that cannot be read") }
        let parts = String(decoding: text, as: UTF8.self).split(
            separator: "\u{1F}", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Principal.Kind(rawValue: String(parts[0])) else { return nil }
        return Principal(kind: kind, id: String(parts[1]))
    }
}
