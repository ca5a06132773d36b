import Audit
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Transparency
import Verification

/// The threat model of docs/ledger.md, row by row: each change of a database, and where the verifier says that it is.
@Suite("A changed database")
struct DatabaseTests {
    static let log: FixtureLog? = try? FixtureLog(count: 700, checkpoints: [1, 255, 256, 300, 700])

    static func verify(
        _ path: String, notes: [String] = [], opener: (any PayloadOpener)? = FixtureOpener()
    ) async throws -> VerificationReport {
        let source = try SQLiteLogSource(path: path)
        return try await Verifier(source, trust: FixtureLog.trust, notes: notes, opener: opener).run()
    }

    @Test("A database that nobody changed holds")
    func holds() async throws {
        let folder = try TemporaryFolder()
        let log = try #require(Self.log)
        let database = try DatabaseFixture(log, in: folder)
        let report = try await Self.verify(database.path)
        #expect(report.problems == [])
        #expect(report.verdict == .holds)
        #expect(report.leaves == 700)
        #expect(report.payloadsOpened == 350)
        #expect(report.root == log.root(700).base64)
    }

    /// A change, and where it must be found.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let place: VerificationPlace
        let point: VerificationPoint
        let change: @Sendable (DatabaseFixture) -> Void

        init(
            _ name: String, _ point: VerificationPoint, _ place: VerificationPlace,
            _ change: @escaping @Sendable (DatabaseFixture) -> Void
        ) {
            self.testDescription = name
            self.point = point
            self.place = place
            self.change = change
        }

        static func sql(
            _ name: String, _ point: VerificationPoint, _ place: VerificationPlace, _ sql: String
        ) -> Change {
            Change(name, point, place) { $0.run(sql) }
        }
    }

    static let changes: [Change] =
        [
            Change("a flipped bit in a leaf", .leaves, .leaf(100)) {
                $0.flip("leaf", "data", at: 40, where: "idx = 100")
            },
            Change("a flipped bit in a leaf at the edge", .roots, .leaves(300..<700)) {
                $0.flip("leaf", "data", at: 200, where: "idx = 690")
            },
            Change("a flipped bit in a leaf that a tile and a checkpoint cover", .leaves, .leaf(256)) {
                $0.flip("leaf", "data", at: 40, where: "idx = 256")
            },
            Change("a flipped bit in a tile", .tiles, .tile(level: 0, number: 0)) {
                $0.flip("tile", "data", at: 8000, where: "level = 0 AND n = 0")
            },
            Change("a flipped bit in a note", .signatures, .checkpoint(size: 300)) {
                $0.flip("checkpoint", "note", at: 95, where: "size = 300")
            },
            Change("a flipped bit in a kept root", .columns, .checkpoint(size: 300)) {
                $0.flip("checkpoint", "root", at: 3, where: "size = 300")
            },
            Change("a flipped bit in a ciphertext", .ciphertexts, .payload(index: 301, kind: "detail")) {
                $0.flip("payload", "ct", at: 3, where: "idx = 301")
            },
            Change("a flipped bit in a nonce", .ciphertexts, .payload(index: 301, kind: "detail")) {
                $0.flip("payload", "nonce", at: 3, where: "idx = 301")
            },
            .sql(
                "the size of a checkpoint", .columns, .checkpoint(size: 301),
                "UPDATE checkpoint SET size = 301 WHERE size = 300"),
            .sql(
                "the key's name of a payload", .ciphertexts, .payload(index: 9, kind: "detail"),
                "UPDATE payload SET kid = 'x' WHERE idx = 9"),
            .sql(
                "the kind of a payload", .ciphertexts, .payload(index: 9, kind: "prompt"),
                "UPDATE payload SET k = 'prompt' WHERE idx = 9"),
            .sql(
                "the place of a payload", .ciphertexts, .payload(index: 4, kind: "detail"),
                "UPDATE payload SET idx = 4 WHERE idx = 9"),
            .sql(
                "the name of the log", .signatures, .checkpoint(size: 700),
                "UPDATE log_state SET origin = 'gate.example/other'"),
            .sql("the size of the log", .leaves, .source, "UPDATE log_state SET size = 699"),
            .sql("no state of the log", .leaves, .source, "DELETE FROM log_state"),
            .sql("a deleted leaf", .leaves, .leaf(400), "DELETE FROM leaf WHERE idx = 400"),
            .sql("a deleted leaf under a tile", .leaves, .leaf(40), "DELETE FROM leaf WHERE idx = 40"),
            .sql(
                "deleted leaves, more than a tile", .leaves, .leaves(100..<600),
                "DELETE FROM leaf WHERE idx BETWEEN 100 AND 599"),
            .sql("a deleted tile", .tiles, .tile(level: 0, number: 1), "DELETE FROM tile WHERE level = 0 AND n = 1"),
            .sql(
                "a tile too many", .tiles, .tile(level: 1, number: 0), "INSERT INTO tile VALUES (1, 0, zeroblob(8192))"),
            .sql(
                "a payload that nobody named", .ciphertexts, .payload(index: 2, kind: "prompt"),
                "INSERT INTO payload VALUES (2, 'prompt', 'k', x'00', x'00')"),
            .sql(
                "two leaves that were swapped", .leaves, .leaf(20),
                """
                UPDATE leaf SET idx = -1 WHERE idx = 20; UPDATE leaf SET idx = 20 WHERE idx = 30;
                UPDATE leaf SET idx = 30 WHERE idx = -1
                """),
            .sql(
                "an index moved far away", .leaves, .leaves(699..<1_099_511_627_776),
                "UPDATE leaf SET idx = 1099511627776 WHERE idx = 699"),
            .sql(
                "an event of an unknown type", .leaves, .leaf(8),
                "UPDATE leaf SET data = CAST(replace(CAST(data AS TEXT), 'exchange.start', 'exchange.stopp') AS BLOB) WHERE idx = 8"
            ),
            .sql("a leaf that is no JSON", .leaves, .leaf(8), "UPDATE leaf SET data = x'7b00' WHERE idx = 8"),
            .sql("a leaf that is too long", .leaves, .leaf(8), "UPDATE leaf SET data = zeroblob(4097) WHERE idx = 8"),
            .sql("no checkpoint", .signatures, .source, "DELETE FROM checkpoint"),
            .sql(
                "the end cut off, as an older copy has it", .roots, .checkpoint(size: 700),
                "DELETE FROM leaf WHERE idx >= 500; UPDATE log_state SET size = 500; DELETE FROM payload WHERE idx >= 500"
            ),
        ]
        + ["ts", "type", "id", "ten", "tseq", "run", "rseq", "actor", "res", "dec", "out"].map { column in
            let value = column == "ts" || column.hasSuffix("seq") ? "\(column) + 1000000" : "'other'"
            return .sql(
                "the column \(column)", .columns, .leaf(9), "UPDATE leaf SET \(column) = \(value) WHERE idx = 9")
        }

    @Test("Each change is named with its place", arguments: changes)
    func changeIsNamed(_ change: Change) async throws {
        let folder = try TemporaryFolder()
        let database = try DatabaseFixture(#require(Self.log), in: folder)
        change.change(database)
        let report = try await Self.verify(database.path)
        let problems = report.problems.map { "\($0.point): \($0)" }.joined(separator: "\n")
        #expect(report.verdict == (change.testDescription == "no checkpoint" ? .incomplete : .broken), "\(problems)")
        #expect(report.problems.contains { $0.place == change.place && $0.point == change.point }, "\(problems)")
        #expect(report.problemCount < 12, "\(problems)")
    }

    @Test("A payload that is missing is named, unless an erasure behind it says why")
    func absences() async throws {
        let folder = try TemporaryFolder()
        let log = try #require(Self.log)
        let database = try DatabaseFixture(log, in: folder)
        let sealed = try #require(log.sealed.first)
        database.run("DELETE FROM payload WHERE idx = \(sealed.index)")
        let report = try await Self.verify(database.path)
        #expect(report.verdict == .incomplete)
        #expect(
            report.problems.map(\.place) == [.payload(index: sealed.index, kind: sealed.payload.kind.rawValue)])
        #expect(report.payloadsGone == 1)
        #expect(report.payloadsErased == 0)
    }

    /// What an erasure behind all payloads says, and whether it explains that they are gone.
    static let erasures: [(resource: String, explains: Bool)] = [
        ("person:p:someone", true), ("person:p:other", false), ("month:2026-11/metadata", true),
        ("month:2026-12/metadata", true), ("month:2026-10/metadata", false), ("month:2026-11/content", false),
        ("nonsense", false),
    ]

    @Test("An erasure explains what lies before it, of its person or class, up to its month", arguments: erasures)
    func erasure(_ resource: String, _ explains: Bool) async throws {
        let folder = try TemporaryFolder()
        let log = try FixtureLog(count: 40, checkpoints: [40]) { index, leaf in
            for position in leaf.payloads.indices { leaf.payloads[position].keys = "p:someone~2/2026-11/metadata" }
            guard index == 39 else { return }
            leaf.kind = .erasureExecuted
            leaf.resource = resource
            leaf.payloads = []
        }
        let database = try DatabaseFixture(log, in: folder)
        database.run("DELETE FROM payload")
        let report = try await Self.verify(database.path)
        #expect(report.verdict == (explains ? .holds : .incomplete), "\(report.problems)")
        #expect(report.payloadsErased == (explains ? report.payloadsGone : 0))
        #expect(report.payloadsGone > 0)
    }

    @Test("An older copy in the place of the log is known by a checkpoint that somebody kept")
    func olderCopy() async throws {
        let folder = try TemporaryFolder()
        let log = try #require(Self.log)
        var older = try FixtureLog(count: 300, checkpoints: [1, 255, 256, 300])
        older.sealed = Array(log.sealed.prefix(150))
        let database = try DatabaseFixture(older, in: folder)
        let note = try #require(log.kept.last?.note)
        #expect(try await Self.verify(database.path).verdict == .holds)
        let report = try await Self.verify(database.path, notes: [note])
        #expect(report.verdict == .broken)
        #expect(report.problems.map(\.place) == [.file("note 1")])
    }

    @Test("A history that was written anew with the log's own key is known by a checkpoint that somebody kept")
    func rewrittenHistory() async throws {
        let folder = try TemporaryFolder()
        let log = try #require(Self.log)
        let other = try FixtureLog(count: 700, checkpoints: [700]) { index, leaf in
            if index == 402 { leaf.resource = "model:other" }
        }
        let database = try DatabaseFixture(other, in: folder)
        #expect(try await Self.verify(database.path).verdict == .holds)
        let report = try await Self.verify(database.path, notes: [log.kept[1].note, log.kept[4].note])
        #expect(report.verdict == .broken)
        #expect(report.problems.contains { $0.place == .file("note 2") }, "\(report.problems)")
    }

    /// What a log that is written wrongly from the beginning says, sequences and times among it.
    static let mistakes:
        [(
            name: String, point: VerificationPoint, place: VerificationPlace,
            change: @Sendable (Int, inout Leaf) -> Void
        )] = [
            (
                "a number of a tenant that is missing", .sequences, .leaf(101),
                { index, leaf in
                    if index > 100, leaf.tenant == "default" { leaf.tenantSequence += 1 }
                }
            ),
            (
                "a number of a run that comes twice", .sequences, .leaf(102),
                { index, leaf in
                    if index == 102, leaf.run != nil { leaf.runSequence -= 1 }
                }
            ),
            (
                "a time before that of an earlier leaf", .times, .leaf(50),
                { index, leaf in
                    if index == 50 { leaf.time -= 60_000 }
                }
            ),
            (
                "a commitment to something else", .commitments, .payload(index: 51, kind: "detail"),
                { index, leaf in
                    if index == 51 { leaf.payloads[0].commitment = Hash.empty.base64 }
                }
            ),
        ]

    @Test("Each mistake of the writer is named, though it is signed", arguments: mistakes.indices)
    func mistakeIsNamed(_ number: Int) async throws {
        let mistake = Self.mistakes[number]
        let folder = try TemporaryFolder()
        let log = try FixtureLog(count: 120, checkpoints: [120], change: mistake.change)
        let report = try await Self.verify(DatabaseFixture(log, in: folder).path)
        #expect(report.verdict == .broken)
        #expect(
            report.problems.contains { $0.place == mistake.place && $0.point == mistake.point },
            "\(mistake.name): \(report.problems)")
    }

    @Test("Wherever a bit of the file is flipped, it is found or harmless", arguments: 0..<24)
    func flippedBits(_ seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let log = try FixtureLog(count: 600, checkpoints: [600])
        let path = try DatabaseFixture(log, in: folder).path
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix(seed: 100 + seed)
        let position = Int.random(in: 0..<bytes.count, using: &random)
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        let changed = try folder.write(bytes, "changed.db")
        let untouched = try await Self.content(path)
        do {
            let report = try await Self.verify(changed)
            // What verification calls whole must say exactly what it said before.
            if report.verdict == .holds { #expect(try await Self.content(changed) == untouched) }
        } catch {
            // A header that is no database's any more cannot be opened, and says so.
            #expect(error is VerificationError)
        }
    }

    /// All leaves, as the verifier reads them.
    private static func content(_ path: String) async throws -> [[UInt8]] {
        let source = try SQLiteLogSource(path: path, checksStructure: false)
        var batch = LeafBatch()
        var leaves: [[UInt8]] = []
        for number in 0..<3 {
            batch.removeAll()
            try await source.leaves(tile: Int64(number), into: &batch)
            leaves += batch.rows.map { Array(batch.bytes[$0.data]) }
        }
        return leaves
    }
}
