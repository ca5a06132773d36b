extension Schema {
    /// What a witness signed last of each log: `GTHW`.
    static let witness = Schema(
        applicationID: 0x4754_4857, migrations: [Migration(name: "witness", sql: Self.witnessTables)])

    // A log never goes back, whoever asks the database to.
    private static let witnessTables = """
        CREATE TABLE witnessed (
            origin TEXT NOT NULL PRIMARY KEY,
            size INTEGER NOT NULL CHECK (size >= 0),
            note TEXT NOT NULL,
            signed_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER witnessed_grows BEFORE UPDATE ON witnessed
        WHEN NEW.origin <> OLD.origin OR NEW.size < OLD.size
        BEGIN SELECT RAISE(ABORT, 'a log never goes back'); END;
        CREATE TRIGGER witnessed_remains BEFORE DELETE ON witnessed
        BEGIN SELECT RAISE(ABORT, 'a log is not forgotten'); END;

        CREATE TABLE accusation (
            sequence INTEGER NOT NULL PRIMARY KEY,
            time INTEGER NOT NULL,
            reason TEXT NOT NULL,
            known TEXT NOT NULL,
            offered TEXT NOT NULL UNIQUE
        ) STRICT;
        """
}
