import Audit
import Crypto
import Foundation
import GRDB
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("The vault under its root key")
struct WrappingTests {
    private static let somebody = Principal(kind: .service, id: "key_1")

    private static func fill(_ vault: SQLiteVault) throws -> (key: PayloadKey, pseudonyms: SymmetricKey) {
        let month = Month(of: Samples.time(0))
        let key = try vault.sealingKey(for: "p:a", name: Self.somebody, month: month, .content)
        return (key, try vault.pseudonymKey())
    }

    /// Whether a payload that one key sealed opens with another.
    private static func isSame(_ one: PayloadKey, _ other: PayloadKey?) throws -> Bool {
        let sealed = try one.seal([1, 2, 3], .prompt, event: [9], random: TestEntropy.bytes(44)[...]).payload
        return (try? other?.open(sealed, event: [9]).content) == [1, 2, 3]
    }

    @Test("No key stands in the file in clear, and who has the root key reads all")
    func wrapped() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let vault = try SQLiteVault.ofTests(path)
        let made = try Self.fill(vault)
        for table in ["subject_key", "month_key"] {
            let lengths = try vault.store.peek { try Int.fetchAll($0, sql: "SELECT length(key) FROM \(table)") }
            #expect(lengths == [RootKey.wrappedCount])
        }
        let again = try SQLiteVault.ofTests(path)
        #expect(try Self.isSame(made.key, again.key(made.key.id)))
        #expect(try again.principal(of: "p:a") == Self.somebody)
        #expect(try Self.fill(again).pseudonyms == made.pseudonyms)
    }

    @Test("Another root key is refused, unless the one of before is at hand: then all is wrapped anew")
    func rotated() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let made = try Self.fill(try SQLiteVault.ofTests(path))
        #expect(throws: StoreError(.conflict, "")) { try SQLiteVault.ofTests(path, root: 2) }
        #expect(throws: StoreError(.conflict, "")) { try SQLiteVault.ofTests(path, root: 2, former: [3]) }
        let rotated = try SQLiteVault.ofTests(path, root: 2, former: [3, 1])
        #expect(try Self.isSame(made.key, rotated.key(made.key.id)))
        #expect(try Self.fill(rotated).pseudonyms == made.pseudonyms)
        #expect(throws: StoreError(.conflict, "")) { try SQLiteVault.ofTests(path) }
        #expect(try Self.isSame(made.key, SQLiteVault.ofTests(path, root: 2).key(made.key.id)))
    }

    @Test("The vault of before is wrapped when it is opened, and nothing of what stood there stays in the file")
    func migrated() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let schema = Schema(applicationID: Schema.vault.applicationID, migrations: [Schema.vault.migrations[0]])
        let old = try SQLiteStore(path: path, options: SQLiteStore.Options(), schema: schema)
        let keys = (0..<3).map { _ in TestEntropy.bytes(32) }
        let destroyed = TestEntropy.bytes(32)
        try old.tamper { database in
            try database.execute(
                literal: """
                    INSERT INTO subject_key (pseudonym, generation, key) VALUES ('p:a', 1, \(keys[0].data));
                    INSERT INTO subject_key (pseudonym, generation, erased_at) VALUES ('p:b', 1, 5);
                    INSERT INTO month_key (month, class, generation, key) VALUES ('2026-11', 'content', 1, \(keys[1].data));
                    INSERT INTO secret (name, value) VALUES ('pseudonyms', \(keys[2].data));
                    INSERT INTO month_key (month, class, generation, key)
                        VALUES ('2026-10', 'content', 1, \(destroyed.data));
                    DELETE FROM month_key WHERE month = '2026-10';
                    """)
        }
        try old.close()
        let vault = try SQLiteVault.ofTests(path)
        let key = try #require(try vault.key("p:a/2026-11/content"))
        let expected = PayloadKey(id: "p:a/2026-11/content", subject: keys[0], month: keys[1])
        #expect(try Self.isSame(expected, key))
        #expect(try vault.key("p:b/2026-11/content") == nil)
        #expect(try vault.pseudonymKey() == SymmetricKey(data: keys[2]))
        for name in ["vault.db", "vault.db-wal"] {
            let bytes = FileManager.default.contents(atPath: folder.file(name)) ?? Data()
            for key in keys + [destroyed] { #expect(bytes.range(of: key.data) == nil, "\(name)") }
        }
    }

    @Test("A wrapped key opens in its own place only")
    func places() throws {
        let folder = try TemporaryFolder()
        let vault = try SQLiteVault.ofTests(folder.file("vault.db"))
        let month = Month(of: Samples.time(0))
        let one = try vault.sealingKey(for: "p:a", name: nil, month: month, .content)
        _ = try vault.sealingKey(for: "p:b", name: nil, month: month, .content)
        try vault.store.tamper { database in
            try database.execute(
                sql: """
                    UPDATE subject_key SET key = (SELECT key FROM subject_key WHERE pseudonym = 'p:b')
                    WHERE pseudonym = 'p:a'
                    """)
        }
        #expect(throws: StoreError(.corrupt, "")) { try vault.key(one.id) }
    }
}
