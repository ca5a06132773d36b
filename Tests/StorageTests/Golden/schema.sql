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
CREATE TRIGGER virtual_key_changed AFTER UPDATE ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_created AFTER INSERT ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_removed AFTER DELETE ON virtual_key
BEGIN UPDATE revision SET value = value + 1 WHERE of = 'virtual_key'; END;
CREATE TRIGGER virtual_key_stays_revoked BEFORE UPDATE ON virtual_key
WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
BEGIN SELECT RAISE(ABORT, 'a revoked key stays revoked'); END;
