extension Schema {
    // Bundles, who agreed to them, and what was put in force when. Nothing of it changes; what is in force is the last
    // activation.
    static let policies = """
        CREATE TABLE policy_bundle (
            hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
            files BLOB NOT NULL CHECK (length(files) > 0),
            policies INTEGER NOT NULL CHECK (policies >= 0),
            proposer_kind TEXT NOT NULL,
            proposer_id TEXT NOT NULL,
            proposed_at INTEGER NOT NULL CHECK (proposed_at >= 0)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER policy_bundle_stays BEFORE UPDATE ON policy_bundle
        BEGIN SELECT RAISE(ABORT, 'a bundle of policies does not change'); END;
        CREATE TRIGGER policy_bundle_remains BEFORE DELETE ON policy_bundle
        BEGIN SELECT RAISE(ABORT, 'a bundle of policies does not go away'); END;

        CREATE TABLE policy_approval (
            hash TEXT NOT NULL REFERENCES policy_bundle (hash),
            approver_kind TEXT NOT NULL,
            approver_id TEXT NOT NULL,
            approved_at INTEGER NOT NULL CHECK (approved_at >= 0),
            PRIMARY KEY (hash, approver_kind, approver_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER policy_approval_is_by_another BEFORE INSERT ON policy_approval
        WHEN EXISTS (
            SELECT 1 FROM policy_bundle
            WHERE hash = NEW.hash AND proposer_kind = NEW.approver_kind AND proposer_id = NEW.approver_id
        )
        BEGIN SELECT RAISE(ABORT, 'nobody approves what they have proposed'); END;
        CREATE TRIGGER policy_approval_stays BEFORE UPDATE ON policy_approval
        BEGIN SELECT RAISE(ABORT, 'an approval does not change'); END;
        CREATE TRIGGER policy_approval_remains BEFORE DELETE ON policy_approval
        BEGIN SELECT RAISE(ABORT, 'an approval does not go away'); END;

        CREATE TABLE policy_activation (
            sequence INTEGER NOT NULL PRIMARY KEY,
            hash TEXT NOT NULL REFERENCES policy_bundle (hash),
            actor_kind TEXT NOT NULL,
            actor_id TEXT NOT NULL,
            activated_at INTEGER NOT NULL CHECK (activated_at >= 0)
        ) STRICT;

        CREATE TRIGGER policy_activation_stays BEFORE UPDATE ON policy_activation
        BEGIN SELECT RAISE(ABORT, 'an activation does not change'); END;
        CREATE TRIGGER policy_activation_remains BEFORE DELETE ON policy_activation
        BEGIN SELECT RAISE(ABORT, 'an activation does not go away'); END;
        """
}
