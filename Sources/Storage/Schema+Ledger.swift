extension Schema {
    /// The log: `GTHL`.
    static let ledger = Schema(
        applicationID: 0x4754_484C,
        migrations: [
            Migration(name: "log", sql: Self.log), Migration(name: "cosignatures", sql: Self.cosignatures),
        ])

    // `data` is the leaf; the columns before it repeat what one searches by. Whoever verifies makes them anew.
    //
    // `id` with `type` keeps events unique, finds them, and, since ids begin with the time, finds the indices between two
    // times. All else walks the order of recording, which is the rowid, inside those.
    //
    // The leaves of a gateway's only tenant are counted by their order: an index of them costs each leaf a tenth of its time
    // and a small batch a page, and finds nothing that verification does not.
    //
    // `log_state.settled` is an index below which every exchange has its end: a start looks no further back.
    private static let log = """
        CREATE TABLE leaf (
            idx INTEGER PRIMARY KEY,
            ts INTEGER NOT NULL,
            type TEXT NOT NULL,
            id TEXT NOT NULL,
            ten TEXT NOT NULL,
            tseq INTEGER NOT NULL,
            run TEXT,
            rseq INTEGER,
            actor TEXT,
            res TEXT,
            dec TEXT,
            out TEXT,
            data BLOB NOT NULL CHECK (length(data) BETWEEN 2 AND 4096),
            UNIQUE (id, type)
        ) STRICT;
        CREATE UNIQUE INDEX leaf_tenant ON leaf (ten, tseq) WHERE ten <> 'default';
        CREATE UNIQUE INDEX leaf_run ON leaf (run, rseq) WHERE run IS NOT NULL;

        CREATE TABLE tile (
            level INTEGER NOT NULL,
            n INTEGER NOT NULL,
            data BLOB NOT NULL CHECK (length(data) = 8192),
            PRIMARY KEY (level, n)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            root BLOB NOT NULL CHECK (length(root) = 32),
            note TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE payload (
            idx INTEGER NOT NULL,
            k TEXT NOT NULL,
            kid TEXT NOT NULL,
            nonce BLOB NOT NULL,
            ct BLOB NOT NULL,
            PRIMARY KEY (idx, k)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE log_state (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            origin TEXT NOT NULL,
            size INTEGER NOT NULL CHECK (size >= 0),
            settled INTEGER NOT NULL CHECK (settled BETWEEN 0 AND size)
        ) STRICT;

        CREATE TRIGGER leaf_stays BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER leaf_remains BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER tile_stays BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER tile_remains BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER payload_stays BEFORE UPDATE ON payload BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER log_state_remains BEFORE DELETE ON log_state BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state
        WHEN NEW.size < OLD.size OR NEW.settled < OLD.settled OR NEW.origin <> OLD.origin
        BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        """

    // A witness that comes late adds its line to the end of a note; nothing else of it ever changes.
    private static let cosignatures = """
        DROP TRIGGER checkpoint_stays;
        CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint
        WHEN NEW.size <> OLD.size OR NEW.root <> OLD.root OR NEW.created <> OLD.created
            OR substr(NEW.note, 1, length(OLD.note)) <> OLD.note
        BEGIN SELECT RAISE(ABORT, 'append-only'); END;
        """

    /// Keys of payloads, holds and orders: `GTHV`.
    static let vault = Schema(
        applicationID: 0x4754_4856,
        migrations: [
            Migration(name: "vault", sql: Self.vaultTables), Migration(name: "wrapping", sql: Self.wrapping),
        ])

    // What was destroyed leaves a row without its key, so that nobody makes the same one again.
    private static let vaultTables = """
        CREATE TABLE secret (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
        INSERT INTO revision (one, value) VALUES (1, 0);

        CREATE TABLE subject_key (
            pseudonym TEXT NOT NULL,
            generation INTEGER NOT NULL CHECK (generation >= 1),
            key BLOB CHECK (length(key) = 32),
            name BLOB,
            erased_at INTEGER,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            CHECK (key IS NOT NULL OR name IS NULL),
            PRIMARY KEY (pseudonym, generation)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE month_key (
            month TEXT NOT NULL CHECK (length(month) = 7),
            class TEXT NOT NULL,
            generation INTEGER NOT NULL CHECK (generation >= 1),
            key BLOB CHECK (length(key) = 32),
            erased_at INTEGER,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            PRIMARY KEY (month, class, generation)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE hold (
            id TEXT NOT NULL PRIMARY KEY,
            matter TEXT NOT NULL,
            subject TEXT,
            placed_by_kind TEXT NOT NULL,
            placed_by_id TEXT NOT NULL,
            placed_at INTEGER NOT NULL,
            requested_by_kind TEXT,
            requested_by_id TEXT,
            released_by_kind TEXT,
            released_by_id TEXT,
            released_at INTEGER,
            CHECK (released_at IS NULL OR requested_by_id IS NOT NULL),
            CHECK (released_by_id IS NULL OR released_by_id <> requested_by_id
                OR released_by_kind <> requested_by_kind)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE erasure (
            id TEXT NOT NULL PRIMARY KEY,
            pseudonym TEXT,
            month TEXT,
            class TEXT,
            reason TEXT NOT NULL,
            ordered_by_kind TEXT NOT NULL,
            ordered_by_id TEXT NOT NULL,
            ordered_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('requested', 'blocked', 'executed')),
            CHECK ((pseudonym IS NULL) = (month IS NOT NULL)),
            CHECK ((month IS NULL) = (class IS NULL))
        ) STRICT, WITHOUT ROWID;
        """

    // Wrapped keys are longer. Those of before are wrapped when the vault is opened, and nothing of them stays on the disk.
    private static let wrapping = """
        PRAGMA secure_delete = ON;

        CREATE TABLE wrapped_subject_key (
            pseudonym TEXT NOT NULL,
            generation INTEGER NOT NULL CHECK (generation >= 1),
            key BLOB CHECK (length(key) IN (32, 60)),
            name BLOB,
            erased_at INTEGER,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            CHECK (key IS NOT NULL OR name IS NULL),
            PRIMARY KEY (pseudonym, generation)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO wrapped_subject_key SELECT pseudonym, generation, key, name, erased_at FROM subject_key;
        DROP TABLE subject_key;
        ALTER TABLE wrapped_subject_key RENAME TO subject_key;

        CREATE TABLE wrapped_month_key (
            month TEXT NOT NULL CHECK (length(month) = 7),
            class TEXT NOT NULL,
            generation INTEGER NOT NULL CHECK (generation >= 1),
            key BLOB CHECK (length(key) IN (32, 60)),
            erased_at INTEGER,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            PRIMARY KEY (month, class, generation)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO wrapped_month_key SELECT month, class, generation, key, erased_at FROM month_key;
        DROP TABLE month_key;
        ALTER TABLE wrapped_month_key RENAME TO month_key;
        """
}
