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
CREATE TABLE policy_activation (
    sequence INTEGER NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL REFERENCES policy_bundle (hash),
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    activated_at INTEGER NOT NULL CHECK (activated_at >= 0)
) STRICT;
CREATE TABLE policy_approval (
    hash TEXT NOT NULL REFERENCES policy_bundle (hash),
    approver_kind TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at INTEGER NOT NULL CHECK (approved_at >= 0),
    PRIMARY KEY (hash, approver_kind, approver_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy_bundle (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
    files BLOB NOT NULL CHECK (length(files) > 0),
    policies INTEGER NOT NULL CHECK (policies >= 0),
    proposer_kind TEXT NOT NULL,
    proposer_id TEXT NOT NULL,
    proposed_at INTEGER NOT NULL CHECK (proposed_at >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE revision (
    of TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TRIGGER event_remains BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events do not go away'); END;
CREATE TRIGGER event_stays BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events do not change'); END;
CREATE TRIGGER policy_activation_remains BEFORE DELETE ON policy_activation
BEGIN SELECT RAISE(ABORT, 'an activation does not go away'); END;
CREATE TRIGGER policy_activation_stays BEFORE UPDATE ON policy_activation
BEGIN SELECT RAISE(ABORT, 'an activation does not change'); END;
CREATE TRIGGER policy_approval_is_by_another BEFORE INSERT ON policy_approval
WHEN EXISTS (
    SELECT 1 FROM policy_bundle
    WHERE hash = NEW.hash AND proposer_kind = NEW.approver_kind AND proposer_id = NEW.approver_id
)
BEGIN SELECT RAISE(ABORT, 'nobody approves what they have proposed'); END;
CREATE TRIGGER policy_approval_remains BEFORE DELETE ON policy_approval
BEGIN SELECT RAISE(ABORT, 'an approval does not go away'); END;
CREATE TRIGGER policy_approval_stays BEFORE UPDATE ON policy_approval
BEGIN SELECT RAISE(ABORT, 'an approval does not change'); END;
CREATE TRIGGER policy_bundle_remains BEFORE DELETE ON policy_bundle
BEGIN SELECT RAISE(ABORT, 'a bundle of policies does not go away'); END;
CREATE TRIGGER policy_bundle_stays BEFORE UPDATE ON policy_bundle
BEGIN SELECT RAISE(ABORT, 'a bundle of policies does not change'); END;
CREATE TRIGGER virtual_key_changed AFTER UPDATE ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_created AFTER INSERT ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_removed AFTER DELETE ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_stays_revoked BEFORE UPDATE ON virtual_key
WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
BEGIN SELECT RAISE(ABORT, 'a revoked key stays revoked'); END;
