import Audit
import Kernel
import TestSupport
import Testing
import Transparency
import Verification

@Suite("Signed JSON Lines")
struct SignedLinesTests {
    private static func lines(_ count: Int) throws -> [[UInt8]] {
        let log = try FixtureLog(count: count)
        var lines: [[UInt8]] = []
        var signed = SignedLines(origin: log.origin)
        for (index, leaf) in log.leaves.enumerated() {
            var json = JSONWriter()
            json.beginObject()
            json.member("index", index)
            json.name("leaf" as StaticString)
            json.raw(leaf)
            json.member("origin", log.origin)
            json.endObject()
            signed.add(json.bytes)
            lines.append(json.bytes)
        }
        return lines + [try signed.signature(by: FixtureLog.key(1))]
    }

    private static func report(_ lines: [[UInt8]]) throws -> VerificationReport {
        var check = SignedLinesCheck(try FixtureLog.trust)
        for line in lines { check.add(line) }
        return check.finish()
    }

    @Test("Lines that nobody changed hold together, and only the log vouches for them", arguments: [1, 5, 300])
    func holds(_ count: Int) throws {
        let report = try Self.report(try Self.lines(count))
        #expect(report.verdict == .unanchored)
        #expect(report.problemCount == 1)
        #expect(report.leaves == Int64(count))
        #expect(report.range == 0..<Int64(count))
        #expect(report.origin == FixtureLog.name)
    }

    static let changes: [(name: String, verdict: Verdict, change: @Sendable (inout [[UInt8]]) throws -> Void)] = [
        ("a changed line", .broken, { $0[2][$0[2].count - 3] ^= 1 }),
        ("a line left out", .broken, { $0.remove(at: 2) }),
        ("a line twice", .broken, { $0.insert($0[2], at: 2) }),
        ("two lines swapped", .broken, { $0.swapAt(1, 2) }),
        ("the end cut off", .incomplete, { $0.removeLast() }),
        ("nothing at all", .incomplete, { $0 = [] }),
        ("a line that is none", .broken, { $0[1] = Array("nonsense".utf8) }),
        ("the signature of other lines", .broken, { $0[$0.count - 1] = try Self.lines(6)[6] }),
        (
            "another key's signature", .broken,
            { lines in
                var signed = SignedLines(origin: FixtureLog.name)
                for line in lines.dropLast() { signed.add(line) }
                lines[lines.count - 1] = try signed.signature(by: FixtureLog.key(9))
            }
        ),
    ]

    @Test("Each change is seen", arguments: changes.indices)
    func changed(_ number: Int) throws {
        let (name, verdict, change) = Self.changes[number]
        var lines = try Self.lines(5)
        try change(&lines)
        #expect(try Self.report(lines).verdict == verdict, "\(name)")
    }
}
