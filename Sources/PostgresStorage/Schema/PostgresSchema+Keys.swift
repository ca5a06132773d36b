extension PostgresSchema {
    static let keys = """
        CREATE TABLE virtual_key (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30 AND id LIKE 'key\\_%'),
            digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            role text NOT NULL CHECK (role IN ('application', 'administrator')),
            models text CHECK (models LIKE '[%]'),
            created_at int8 NOT NULL CHECK (created_at >= 0),
            expires_at int8 CHECK (expires_at > created_at),
            revoked_at int8 CHECK (revoked_at >= 0)
        );

        -- Grows with every change to what it names, whoever makes it, so that others can notice cheaply.
        CREATE TABLE revision (of text PRIMARY KEY, value int8 NOT NULL);
        INSERT INTO revision (of, value) VALUES ('virtual_key', 0);

        CREATE FUNCTION virtual_key_stays_revoked() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'check_violation'; END $$;
        CREATE TRIGGER virtual_key_stays_revoked BEFORE UPDATE ON virtual_key FOR EACH ROW
            WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
            EXECUTE FUNCTION virtual_key_stays_revoked();

        CREATE FUNCTION virtual_key_changed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            UPDATE revision SET value = value + 1 WHERE of = 'virtual_key';
            RETURN NULL;
        END $$;
        CREATE TRIGGER virtual_key_changed AFTER INSERT OR UPDATE OR DELETE ON virtual_key
            FOR EACH ROW EXECUTE FUNCTION virtual_key_changed();
        """

    // Bundles, who agreed to them, and what was put in force when. Nothing of it changes; what is in force is the last
    // activation.
    static let policies = """
        CREATE TABLE policy_bundle (
            hash text COLLATE "C" PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
            files bytea NOT NULL CHECK (octet_length(files) > 0),
            policies int8 NOT NULL CHECK (policies >= 0),
            proposer_kind text NOT NULL,
            proposer_id text NOT NULL,
            proposed_at int8 NOT NULL CHECK (proposed_at >= 0)
        );

        CREATE TABLE policy_approval (
            hash text COLLATE "C" NOT NULL REFERENCES policy_bundle (hash),
            approver_kind text COLLATE "C" NOT NULL,
            approver_id text COLLATE "C" NOT NULL,
            approved_at int8 NOT NULL CHECK (approved_at >= 0),
            PRIMARY KEY (hash, approver_kind, approver_id)
        );

        CREATE TABLE policy_activation (
            sequence int8 PRIMARY KEY,
            hash text COLLATE "C" NOT NULL REFERENCES policy_bundle (hash),
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            activated_at int8 NOT NULL CHECK (activated_at >= 0)
        );

        CREATE FUNCTION policies_stay() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'policies do not change' USING ERRCODE = 'check_violation'; END $$;
        CREATE TRIGGER policy_bundle_stays BEFORE UPDATE OR DELETE ON policy_bundle
            FOR EACH ROW EXECUTE FUNCTION policies_stay();
        CREATE TRIGGER policy_approval_stays BEFORE UPDATE OR DELETE ON policy_approval
            FOR EACH ROW EXECUTE FUNCTION policies_stay();
        CREATE TRIGGER policy_activation_stays BEFORE UPDATE OR DELETE ON policy_activation
            FOR EACH ROW EXECUTE FUNCTION policies_stay();

        CREATE FUNCTION policy_approval_is_by_another() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF EXISTS (SELECT 1 FROM policy_bundle WHERE hash = NEW.hash AND proposer_kind = NEW.approver_kind
                AND proposer_id = NEW.approver_id)
            THEN RAISE EXCEPTION 'nobody approves what they have proposed' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER policy_approval_is_by_another BEFORE INSERT ON policy_approval
            FOR EACH ROW EXECUTE FUNCTION policy_approval_is_by_another();
        """
}
