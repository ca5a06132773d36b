import Audit
import Foundation
import GRDB
import Kernel

// Every key in the vault is wrapped by the root key, which is not in it.
extension SQLiteVault {
    func wrap(_ key: [UInt8], _ name: String) throws(StoreError) -> Data {
        try self.root.wrap(key, name: name, random: self.entropy(12)).data
    }

    func unwrap(_ wrapped: Data, _ name: String) throws(StoreError) -> [UInt8] {
        try self.root.unwrap(Array(wrapped), name: name)
    }

    /// Wraps what is not wrapped by this root key yet: everything of a vault of before, or of one whose root key was
    /// changed. All or nothing.
    /// - Throws: `.conflict` where the vault is wrapped by a root key that is not at hand.
    func takeRoot(_ former: [RootKey]) throws(StoreError) {
        let root = self.root.fingerprint.data
        let isChanged = try self.write { database in
            var isChanged = false
            try database.inTransaction(.immediate) {
                let kept = try Data.fetchOne(database, sql: "SELECT value FROM secret WHERE name = 'root'")
                guard kept != root else { return .commit }
                let before = former.first { $0.fingerprint.data == kept }
                guard kept == nil || before != nil else {
                    throw RootKey.isAnother
                }
                try self.rewrap(before, database)
                try database.execute(
                    sql: """
                        INSERT INTO secret (name, value) VALUES ('root', ?)
                        ON CONFLICT (name) DO UPDATE SET value = excluded.value
                        """, arguments: [root])
                isChanged = true
                return .commit
            }
            return isChanged
        }
        guard isChanged else { return }
        // Nothing of what stood there before may stay, neither in free pages nor in the write-ahead log.
        try self.write { database in
            try database.execute(sql: "VACUUM")
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    private func rewrap(_ before: RootKey?, _ database: Database) throws {
        func fresh(_ kept: Data, _ name: String) throws -> Data {
            guard kept.count != RootKey.byteCount else { return try self.wrap(Array(kept), name) }
            guard let before else { throw RootKey.isUnknown }
            return try self.wrap(before.unwrap(Array(kept), name: name), name)
        }
        let subjects = try Row.fetchAll(
            database, sql: "SELECT pseudonym, generation, key FROM subject_key WHERE key NOT NULL")
        for row in subjects {
            let pseudonym = try row.decode(String.self, atIndex: 0)
            let generation = try row.decode(Int64.self, atIndex: 1)
            let key = try fresh(row.decode(Data.self, atIndex: 2), RootKey.Name.subject(pseudonym, generation))
            try database.execute(
                sql: "UPDATE subject_key SET key = ? WHERE pseudonym = ? AND generation = ?",
                arguments: [key, pseudonym, generation])
        }
        let months = try Row.fetchAll(
            database, sql: "SELECT month, class, generation, key FROM month_key WHERE key NOT NULL")
        for row in months {
            let month = try row.decode(String.self, atIndex: 0)
            let retention = try row.decode(String.self, atIndex: 1)
            let generation = try row.decode(Int64.self, atIndex: 2)
            let key = try fresh(row.decode(Data.self, atIndex: 3), RootKey.Name.month(month, retention, generation))
            try database.execute(
                sql: "UPDATE month_key SET key = ? WHERE month = ? AND class = ? AND generation = ?",
                arguments: [key, month, retention, generation])
        }
        if let kept = try Data.fetchOne(database, sql: "SELECT value FROM secret WHERE name = 'pseudonyms'") {
            try database.execute(
                sql: "UPDATE secret SET value = ? WHERE name = 'pseudonyms'",
                arguments: [try fresh(kept, RootKey.Name.pseudonyms)])
        }
    }
}
