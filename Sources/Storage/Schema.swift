import GRDB

/// The tables, as the list of steps that lead to them. Steps are only ever added at the end.
///
/// How many steps a file has been through is its `user_version`; that it is ours says its `application_id`.
struct Schema: Sendable {
    struct Migration: Sendable {
        let name: String
        let sql: String
    }

    /// What marks a database file as ours, and as one of this kind.
    var applicationID: Int32 = 0x4754_4853

    /// Keys, policies, and the events of before the ledger: `GTHS`.
    static let current = Schema(migrations: [
        Migration(name: "keys", sql: Self.keys), Migration(name: "events", sql: Self.events),
        Migration(name: "policies", sql: Self.policies),
    ])

    let migrations: [Migration]

    /// Refuses a file that is not ours or that a newer version has been at work on. Changes nothing; to be
    /// called in a transaction, since it looks more than once.
    func check(_ database: Database) throws {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if application == 0, version == 0,
            try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        {
            return
        }
        guard application == self.applicationID else { throw SchemaError.foreign }
        guard version <= self.migrations.count else {
            throw SchemaError.newer(version: version, known: self.migrations.count)
        }
    }

    /// Brings a file up to date, all or nothing. Two processes may do so at the same time: one waits for the other.
    func migrate(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            try self.check(database)
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            for (index, migration) in self.migrations.enumerated().dropFirst(version) {
                try database.execute(sql: migration.sql)
                // A pragma takes no bindings; both values are integers of ours.
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
                try database.execute(sql: "PRAGMA application_id = \(self.applicationID)")
            }
            return .commit
        }
    }
}

/// Why a file cannot be used.
enum SchemaError: Error {
    case foreign
    case newer(version: Int, known: Int)
}

extension Schema {
    private static let keys = """
        CREATE TABLE virtual_key (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 30 AND id GLOB 'key_*'),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            role TEXT NOT NULL CHECK (role IN ('application', 'administrator')),
            models TEXT CHECK (models GLOB '[[]*]'),
            created_at INTEGER NOT NULL CHECK (created_at >= 0),
            expires_at INTEGER CHECK (expires_at > created_at),
            revoked_at INTEGER CHECK (revoked_at >= 0)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER virtual_key_stays_revoked BEFORE UPDATE ON virtual_key
        WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
        BEGIN SELECT RAISE(ABORT, 'a revoked key stays revoked'); END;

        -- Grows with every change to what it names, whoever makes it, so that others can notice cheaply.
        CREATE TABLE revision (
            of TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO revision (of, value) VALUES ('virtual_key', 0);

        CREATE TRIGGER virtual_key_created AFTER INSERT ON virtual_key
        BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
        CREATE TRIGGER virtual_key_changed AFTER UPDATE ON virtual_key
        BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
        CREATE TRIGGER virtual_key_removed AFTER DELETE ON virtual_key
        BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
        """

    // The events of before the ledger; nothing writes them any more, and they stay where they are.
    //
    // `data` is the event; the columns before it repeat what one searches by, and nothing else reads them.
    //
    // There is one index. `id` is the event's id without its prefix, 26 characters that begin with the time: it keeps
    // ids unique, finds them, and finds the sequence numbers between two times. All else walks the order of recording,
    // which is the rowid, inside those. Each further index would cost every event about a tenth more.
    private static let events = """
        CREATE TABLE event (
            sequence INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 26),
            kind TEXT NOT NULL,
            principal TEXT,
            model TEXT,
            outcome TEXT,
            data TEXT NOT NULL,
            CHECK ((kind = 'exchange') = (outcome IS NOT NULL))
        ) STRICT;

        CREATE TRIGGER event_stays BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events do not change'); END;
        CREATE TRIGGER event_remains BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events do not go away'); END;
        """
}
