package import Verification

/// The log in a SQLite file, as a verifier reads it: past everything that could hide something, row by row.
///
/// One transaction from the first to the last row, so that a log that grows meanwhile is seen at one moment.
package actor SQLiteLogSource: VerificationSource {
    private let connection: RawConnection
    private let checksStructure: Bool

    /// Opens the file for reading. `checksStructure` has SQLite look at its own pages and indices first.
    /// - Throws: `.unreadable` where the file cannot be opened or is no log.
    package init(path: String, checksStructure: Bool = true) throws(VerificationError) {
        self.connection = try RawConnection(path)
        self.checksStructure = checksStructure
    }

    package func outline() async throws(VerificationError) -> SourceOutline {
        var problems: [VerificationProblem] = []
        func broken(_ point: VerificationPoint, _ place: VerificationPlace, _ message: String) {
            problems.append(VerificationProblem(point, .broken, place, message))
        }
        if self.checksStructure {
            try self.connection.each("PRAGMA integrity_check(20)") { row in
                let text = row.text(0)
                if text != "ok" { broken(.leaves, .source, "the database file is damaged: \(text)") }
            }
        }
        var origin = ""
        var stated: Int64?
        try self.connection.each("SELECT origin, size FROM log_state") { row in
            origin = row.text(0)
            stated = row.integer(1)
        }
        var end: Int64 = 0
        var first: Int64 = 0
        try self.connection.each("SELECT min(idx), max(idx) FROM leaf") { row in
            guard !row.isNull(0) else { return }
            first = row.integer(0)
            end = row.integer(1) + 1
        }
        if first < 0 { broken(.leaves, .leaf(first), "has no place in the log: indices begin at 0") }
        if let stated, stated != end {
            broken(
                .leaves, .source, "the log says that it has \(stated) leaves, and the last that is there is \(end - 1)")
        }
        if stated == nil { broken(.leaves, .source, "the log does not say its name and size") }
        try self.connection.each("SELECT level, n FROM tile") { row in
            let (level, number) = (row.integer(0), row.integer(1))
            let isInside =
                (0..<8).contains(level) && number >= 0 && number < max(0, end) >> (8 * (level + 1))
            if !isInside {
                broken(
                    .tiles, .tile(level: Int(level), number: number),
                    "does not belong to a tree of \(end) leaves")
            }
        }
        var checkpoints: [KeptCheckpoint] = []
        try self.connection.each("SELECT size, root, note FROM checkpoint ORDER BY size") { row in
            checkpoints.append(
                KeptCheckpoint(
                    place: .checkpoint(size: row.integer(0)), size: row.integer(0), root: row.bytes(1),
                    note: row.text(2)))
        }
        try self.connection.each("SELECT idx, k FROM payload WHERE idx < 0 OR idx >= \(end)") { row in
            broken(.ciphertexts, .payload(index: row.integer(0), kind: row.text(1)), "no leaf speaks of it")
        }
        return SourceOutline(
            origin: origin, range: 0..<max(0, end), isWhole: true, hasTiles: true, hasPayloads: true,
            statedSize: stated, checkpoints: checkpoints, problems: problems)
    }

    package func leaves(tile number: Int64, into batch: inout LeafBatch) async throws(VerificationError) {
        try self.connection.eachLeaf(number * 256..<(number + 1) * 256, into: &batch)
    }

    package func next(from index: Int64) async throws(VerificationError) -> Int64? {
        var next: Int64?
        try self.connection.each("SELECT min(idx) FROM leaf WHERE idx >= \(index)") { row in
            next = row.isNull(0) ? nil : row.integer(0)
        }
        return next
    }

    package func tile(level: Int, number: Int64) async throws(VerificationError) -> [UInt8]? {
        try self.connection.tile(level, number)
    }

    package func payloads(_ range: Range<Int64>) async throws(VerificationError) -> [KeptPayload] {
        try self.connection.payloads(range)
    }

    package func proof(of index: Int64) async throws(VerificationError) -> [UInt8]? { nil }

    package func consistency(from old: Int64, to new: Int64) async throws(VerificationError) -> [UInt8]? { nil }
}
