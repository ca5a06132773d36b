extension PostgresSchema {
    // As in SQLite, with two differences. `replica` says which process appended a leaf, so that it can be told whose
    // exchanges were cut off; it is no part of the leaf. `staged` holds what was handed in and has no place yet.
    //
    // A witness that comes late adds its line to the end of a checkpoint's note; nothing else of one ever changes.
    //
    // Texts sort by their bytes: ids begin with the time. That leaves do not change is said three times: by rights, which
    // the owner gives up as well, by triggers, and by the tree.
    static let log = """
        CREATE TABLE leaf (
            idx int8 PRIMARY KEY CHECK (idx >= 0),
            ts int8 NOT NULL,
            type text COLLATE "C" NOT NULL,
            id text COLLATE "C" NOT NULL,
            ten text COLLATE "C" NOT NULL,
            tseq int8 NOT NULL,
            run text COLLATE "C",
            rseq int8,
            actor text COLLATE "C",
            res text COLLATE "C",
            "dec" text COLLATE "C",
            "out" text COLLATE "C",
            replica int8 NOT NULL,
            data bytea NOT NULL CHECK (octet_length(data) BETWEEN 2 AND 4096),
            UNIQUE (ten, tseq),
            UNIQUE (id, type)
        );
        CREATE UNIQUE INDEX leaf_run ON leaf (run, rseq) WHERE run IS NOT NULL;

        CREATE TABLE tile (
            level int8 NOT NULL,
            n int8 NOT NULL,
            data bytea NOT NULL CHECK (octet_length(data) = 8192),
            PRIMARY KEY (level, n)
        );

        CREATE TABLE checkpoint (
            size int8 PRIMARY KEY,
            root bytea NOT NULL CHECK (octet_length(root) = 32),
            note text NOT NULL,
            created int8 NOT NULL
        );

        CREATE TABLE payload (
            idx int8 NOT NULL,
            k text COLLATE "C" NOT NULL,
            kid text COLLATE "C" NOT NULL,
            nonce bytea NOT NULL,
            ct bytea NOT NULL,
            PRIMARY KEY (idx, k)
        );

        CREATE TABLE log_state (
            one int8 PRIMARY KEY CHECK (one = 1),
            origin text NOT NULL,
            size int8 NOT NULL CHECK (size >= 0),
            settled int8 NOT NULL CHECK (settled BETWEEN 0 AND size)
        );

        CREATE TABLE staged (
            place int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id bytea NOT NULL UNIQUE CHECK (octet_length(id) = 16),
            replica int8 NOT NULL,
            entries bytea NOT NULL,
            refusal text CHECK (refusal IN ('conflict', 'constraint'))
        );

        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation'; END $$;

        CREATE TRIGGER leaf_stays BEFORE UPDATE OR DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER leaf_remains BEFORE TRUNCATE ON leaf EXECUTE FUNCTION refuse();
        CREATE TRIGGER tile_stays BEFORE UPDATE OR DELETE ON tile FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER tile_remains BEFORE TRUNCATE ON tile EXECUTE FUNCTION refuse();
        CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER checkpoint_grows BEFORE UPDATE ON checkpoint FOR EACH ROW
            WHEN (NEW.size <> OLD.size OR NEW.root <> OLD.root OR NEW.created <> OLD.created
                OR NOT starts_with(NEW.note, OLD.note))
            EXECUTE FUNCTION refuse();
        CREATE TRIGGER checkpoint_remains BEFORE TRUNCATE ON checkpoint EXECUTE FUNCTION refuse();
        CREATE TRIGGER payload_stays BEFORE UPDATE ON payload FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER log_state_remains BEFORE DELETE ON log_state FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state FOR EACH ROW
            WHEN (NEW.size < OLD.size OR NEW.settled < OLD.settled OR NEW.origin <> OLD.origin)
            EXECUTE FUNCTION refuse();

        REVOKE UPDATE, DELETE, TRUNCATE ON leaf, tile, checkpoint FROM CURRENT_USER;
        GRANT UPDATE (note) ON checkpoint TO CURRENT_USER;
        """

    // What was destroyed leaves a row without its key, so that nobody makes the same one again.
    static let vaultTables = """
        CREATE TABLE secret (name text PRIMARY KEY, value bytea NOT NULL);

        CREATE TABLE revision (one int8 PRIMARY KEY CHECK (one = 1), value int8 NOT NULL);
        INSERT INTO revision (one, value) VALUES (1, 0);

        CREATE TABLE subject_key (
            pseudonym text COLLATE "C" NOT NULL,
            generation int8 NOT NULL CHECK (generation >= 1),
            key bytea CHECK (octet_length(key) = 60),
            name bytea,
            erased_at int8,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            CHECK (key IS NOT NULL OR name IS NULL),
            PRIMARY KEY (pseudonym, generation)
        );

        CREATE TABLE month_key (
            month text COLLATE "C" NOT NULL CHECK (length(month) = 7),
            class text COLLATE "C" NOT NULL,
            generation int8 NOT NULL CHECK (generation >= 1),
            key bytea CHECK (octet_length(key) = 60),
            erased_at int8,
            CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
            PRIMARY KEY (month, class, generation)
        );

        CREATE TABLE hold (
            id text COLLATE "C" PRIMARY KEY,
            matter text NOT NULL,
            subject text,
            placed_by_kind text NOT NULL,
            placed_by_id text NOT NULL,
            placed_at int8 NOT NULL,
            requested_by_kind text,
            requested_by_id text,
            released_by_kind text,
            released_by_id text,
            released_at int8,
            CHECK (released_at IS NULL OR requested_by_id IS NOT NULL),
            CHECK (released_by_id IS NULL OR released_by_id <> requested_by_id
                OR released_by_kind <> requested_by_kind)
        );

        CREATE TABLE erasure (
            id text COLLATE "C" PRIMARY KEY,
            pseudonym text,
            month text,
            class text,
            reason text NOT NULL,
            ordered_by_kind text NOT NULL,
            ordered_by_id text NOT NULL,
            ordered_at int8 NOT NULL,
            state text NOT NULL CHECK (state IN ('requested', 'blocked', 'executed')),
            CHECK ((pseudonym IS NULL) = (month IS NOT NULL)),
            CHECK ((month IS NULL) = (class IS NULL))
        );
        """
}
