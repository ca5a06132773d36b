import Audit
import Kernel

extension PostgresVault {
    /// Makes this root key the vault's: in a new one, or where one of the former ones wrapped everything before. All or
    /// nothing; of several processes that do so one waits for the other.
    /// - Throws: `.conflict` where the vault is wrapped by a root key that is not at hand.
    func takeRoot(_ former: [RootKey]) throws(StoreError) {
        let fingerprint = self.root.fingerprint
        try self.store.writeNow { connection, deadline throws(StoreError) in
            try connection.run("SELECT value FROM revision FOR UPDATE", until: deadline)
            let kept = try connection.run("SELECT value FROM secret WHERE name = 'root'", until: deadline).first?
                .bytes(0)
            guard kept != fingerprint else { return }
            if let kept {
                guard let before = former.first(where: { $0.fingerprint == kept }) else { throw RootKey.isAnother }
                try self.rewrap(before, connection, deadline)
            }
            try connection.run(
                """
                INSERT INTO secret (name, value) VALUES ('root', \(fingerprint))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, until: deadline)
        }
    }

    private func rewrap(
        _ before: RootKey, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        func fresh(_ wrapped: [UInt8], _ name: String) throws(StoreError) -> [UInt8] {
            try self.wrap(before.unwrap(wrapped, name: name), name)
        }
        let subjects = try connection.run(
            "SELECT pseudonym, generation, key FROM subject_key WHERE key IS NOT NULL", until: deadline)
        for index in 0..<subjects.count {
            let (pseudonym, generation) = (try subjects[index].text(0), try subjects[index].integer(1))
            let key = try fresh(subjects[index].bytes(2), RootKey.Name.subject(pseudonym, generation))
            try connection.run(
                "UPDATE subject_key SET key = \(key) WHERE pseudonym = \(pseudonym) AND generation = \(generation)",
                until: deadline)
        }
        let months = try connection.run(
            "SELECT month, class, generation, key FROM month_key WHERE key IS NOT NULL", until: deadline)
        for index in 0..<months.count {
            let (month, retention) = (try months[index].text(0), try months[index].text(1))
            let generation = try months[index].integer(2)
            let key = try fresh(months[index].bytes(3), RootKey.Name.month(month, retention, generation))
            try connection.run(
                """
                UPDATE month_key SET key = \(key)
                WHERE month = \(month) AND class = \(retention) AND generation = \(generation)
                """, until: deadline)
        }
        let pseudonyms = try connection.run("SELECT value FROM secret WHERE name = 'pseudonyms'", until: deadline)
        if let kept = try pseudonyms.first?.bytes(0) {
            let key = try fresh(kept, RootKey.Name.pseudonyms)
            try connection.run("UPDATE secret SET value = \(key) WHERE name = 'pseudonyms'", until: deadline)
        }
    }
}
