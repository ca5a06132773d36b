import Detection
import Kernel
import RuleFiles
import Testing

@testable import Screening

/// Marks that are issued, replaced and looked for.
@Suite("Canaries")
struct CanaryBookTests {
    private static let start = Timestamp(microseconds: 1_795_248_930_000_000)

    private static func book() -> CanaryBook {
        var book = CanaryBook()
        let made = book.issue("assistant", randomness: (0..<20).map { UInt8($0 * 7) }, at: self.start)
        #expect(made != nil)
        return book
    }

    @Test("A name has one mark in use; rotation keeps the old one for its grace time")
    func rotation() throws {
        var book = Self.book()
        let old = try #require(book.current("assistant"))
        let second = book.issue("assistant", randomness: [1, 2, 3], at: Self.start)
        let stranger = book.rotate("stranger", randomness: [1], at: Self.start, until: Self.start)
        #expect(second == nil && stranger == nil)
        let end = Self.start.advanced(by: .seconds(3600))
        let made = book.rotate("assistant", randomness: (0..<20).map { UInt8($0) }, at: Self.start, until: end)
        let new = try #require(made)
        #expect(book.current("assistant") == new && new.canary != old.canary)
        #expect(book.canaries(at: Self.start) == [old.canary, new.canary])
        #expect(book.canaries(at: end) == [new.canary])
        #expect(book.entries.count == 2)
    }

    @Test("What is written is read again")
    func written() throws {
        var book = Self.book()
        _ = book.rotate("assistant", randomness: [UInt8](repeating: 9, count: 20), at: Self.start, until: Self.start)
        #expect(try CanaryBook(book.text, file: "f") == book)
    }

    static let bad = [
        "assistant", "assistant short 2026-01-01", "assistant canary0123456789 yesterday",
        "assistant canary0123456789 2026-01-01 never", "a b c d e",
    ]

    @Test("A line that is wrong is named", arguments: bad)
    func malformed(line: String) {
        let error = #expect(throws: RuleFileError.self) { try CanaryBook("# marks\n\(line)\n", file: "marks.txt") }
        #expect(error?.file == "marks.txt" && error?.line == 2)
    }

    @Test("A mark is seen in every encoding and disguise")
    func sightings() throws {
        let book = Self.book()
        let mark = try #require(book.current("assistant")).canary.text
        let forms = [
            mark, mark.uppercased(), String(mark.reversed()),
            mark.utf8.map { String($0, radix: 16) }.joined(separator: " "),
            mark.map { "\($0)\u{200B}" }.joined(),
            mark.map { "%" + String($0.asciiValue ?? 0, radix: 16) }.joined(),
        ]
        for form in forms {
            let found = try book.sightings(in: "It says: \(form), does it not?".utf8Span.span)
            #expect(found.contains { $0.entry.name == "assistant" }, "\(form)")
        }
        #expect(try book.sightings(in: "It says canary, does it not?".utf8Span.span) == [])
    }
}
