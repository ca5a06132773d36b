import Kernel
package import Verification

/// The log in PostgreSQL, as a verifier reads it: row by row, in one transaction from the first to the last, so that a log
/// that grows meanwhile is seen at one moment.
package actor PostgresLogSource: VerificationSource {
    private let connection: PostgresConnection

    /// Connects for reading.
    /// - Throws: `.unreadable` where the database cannot be reached or has no log.
    package init(_ url: PostgresURL) throws(VerificationError) {
        do throws(StoreError) {
            let connection = try PostgresConnection(url, until: .now + .seconds(10))
            guard
                try connection.run("SELECT to_regclass('gatehouse.leaf')::text", until: .now + .seconds(10))
                    .first?.textIfPresent(0) != nil
            else { throw StoreError(.corrupt, "the database has no log") }
            try connection.script(
                "SET search_path = gatehouse; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                until: .now + .seconds(10))
            self.connection = connection
        } catch {
            throw VerificationError(.unreadable, error.message)
        }
    }

    private func ask(_ query: PostgresQuery) throws(VerificationError) -> PostgresRows {
        do throws(StoreError) { return try self.connection.run(query, until: .now + .seconds(120)) } catch {
            throw VerificationError(error.code == .corrupt ? .damaged : .unreadable, error.message)
        }
    }

    private func read<Value>(_ body: () throws(StoreError) -> Value) throws(VerificationError) -> Value {
        do throws(StoreError) { return try body() } catch { throw VerificationError(.damaged, error.message) }
    }

    package func outline() async throws(VerificationError) -> SourceOutline {
        var problems: [VerificationProblem] = []
        func broken(_ point: VerificationPoint, _ place: VerificationPlace, _ message: String) {
            problems.append(VerificationProblem(point, .broken, place, message))
        }
        let state = try self.ask("SELECT origin, size FROM log_state")
        let (origin, stated) = try self.read { () throws(StoreError) -> (String, Int64?) in
            guard let row = state.first else { return ("", nil) }
            return (try row.text(0), try row.integer(1))
        }
        let ends = try self.ask("SELECT min(idx), max(idx) + 1 FROM leaf")
        let (first, end) = try self.read { () throws(StoreError) -> (Int64, Int64) in
            (try ends.first?.integerIfPresent(0) ?? 0, try ends.first?.integerIfPresent(1) ?? 0)
        }
        if first < 0 { broken(.leaves, .leaf(first), "has no place in the log: indices begin at 0") }
        if let stated, stated != end {
            broken(
                .leaves, .source, "the log says that it has \(stated) leaves, and the last that is there is \(end - 1)")
        }
        if stated == nil { broken(.leaves, .source, "the log does not say its name and size") }
        let strange = try self.ask(
            """
            SELECT level, n FROM tile
            WHERE level NOT BETWEEN 0 AND 7 OR n < 0 OR n >= \(max(0, end)) >> (8 * (level + 1))::int4
            """)
        for index in 0..<strange.count {
            let (level, number) = try self.read { () throws(StoreError) in
                (try strange[index].integer(0), try strange[index].integer(1))
            }
            broken(.tiles, .tile(level: Int(level), number: number), "does not belong to a tree of \(end) leaves")
        }
        let notes = try self.ask("SELECT size, root, note FROM checkpoint ORDER BY size")
        let checkpoints = try self.read { () throws(StoreError) in
            try notes.map { row throws(StoreError) in
                KeptCheckpoint(
                    place: .checkpoint(size: try row.integer(0)), size: try row.integer(0), root: try row.bytes(1),
                    note: try row.text(2))
            }
        }
        let orphans = try self.ask("SELECT idx, k FROM payload WHERE idx < 0 OR idx >= \(end)")
        for index in 0..<orphans.count {
            let (place, kind) = try self.read { () throws(StoreError) in
                (try orphans[index].integer(0), try orphans[index].text(1))
            }
            broken(.ciphertexts, .payload(index: place, kind: kind), "no leaf speaks of it")
        }
        return SourceOutline(
            origin: origin, range: 0..<max(0, end), isWhole: true, hasTiles: true, hasPayloads: true,
            statedSize: stated, checkpoints: checkpoints, problems: problems)
    }

    package func leaves(tile number: Int64, into batch: inout LeafBatch) async throws(VerificationError) {
        let rows = try self.ask(
            """
            SELECT idx, ts, type, id, ten, tseq, run, rseq, actor, res, "dec", "out", data FROM leaf
            WHERE idx >= \(number * 256) AND idx < \((number + 1) * 256) ORDER BY idx
            """)
        for index in 0..<rows.count {
            let row = rows[index]
            var columns = try self.read { () throws(StoreError) in
                LeafBatch.Columns(
                    time: try row.integer(1), tenantSequence: try row.integer(5),
                    runSequence: try row.integerIfPresent(7))
            }
            columns.type = try self.copy(row, 2, to: &batch)
            columns.id = try self.copy(row, 3, to: &batch)
            columns.tenant = try self.copy(row, 4, to: &batch)
            columns.run = try self.copy(row, 6, to: &batch)
            columns.actor = try self.copy(row, 8, to: &batch)
            columns.resource = try self.copy(row, 9, to: &batch)
            columns.decision = try self.copy(row, 10, to: &batch)
            columns.outcome = try self.copy(row, 11, to: &batch)
            let data = try self.copy(row, 12, to: &batch) ?? 0..<0
            let place = try self.read { () throws(StoreError) in try row.integer(0) }
            batch.rows.append(LeafBatch.Row(index: place, data: data, columns: columns))
        }
    }

    /// Copies a text or bytes to the end of a batch; nil where they are NULL.
    private func copy(
        _ row: PostgresRow, _ column: Int, to batch: inout LeafBatch
    ) throws(VerificationError) -> Range<Int>? {
        let bytes = try self.read { () throws(StoreError) in try row.bytesIfPresent(column) }
        return bytes.map { batch.append($0) }
    }

    package func next(from index: Int64) async throws(VerificationError) -> Int64? {
        let rows = try self.ask("SELECT min(idx) FROM leaf WHERE idx >= \(index)")
        return try self.read { () throws(StoreError) in try rows.first?.integerIfPresent(0) }
    }

    package func tile(level: Int, number: Int64) async throws(VerificationError) -> [UInt8]? {
        let rows = try self.ask("SELECT data FROM tile WHERE level = \(level) AND n = \(number)")
        return try self.read { () throws(StoreError) in try rows.first?.bytes(0) }
    }

    package func payloads(_ range: Range<Int64>) async throws(VerificationError) -> [KeptPayload] {
        let rows = try self.ask(
            """
            SELECT idx, k, kid, nonce, ct FROM payload WHERE idx >= \(range.lowerBound) AND idx < \(range.upperBound)
            ORDER BY idx, k
            """)
        return try self.read { () throws(StoreError) in
            try rows.map { row throws(StoreError) in
                KeptPayload(
                    index: try row.integer(0), kind: try row.text(1), keys: try row.text(2), nonce: try row.bytes(3),
                    ciphertext: try row.bytes(4))
            }
        }
    }

    package func proof(of index: Int64) async throws(VerificationError) -> [UInt8]? { nil }

    package func consistency(from old: Int64, to new: Int64) async throws(VerificationError) -> [UInt8]? { nil }
}
