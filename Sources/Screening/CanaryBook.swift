package import Detection
internal import Injection
package import Kernel
package import RuleFiles

/// The marks that were issued, where they are used, and until when the old ones are still looked for.
///
/// A value that is read from a file and written to it, one mark a line: the name of what it is put into, the mark, when it
/// was issued, and, once another took its place, until when it counts. Nothing is forgotten by itself, so that a mark which
/// turns up years later can be told.
package struct CanaryBook: Hashable, Sendable {
    /// One mark.
    package struct Entry: Hashable, Sendable {
        /// What the mark is put into: a prompt, a document.
        package let name: String
        package let canary: Canary
        package let issuedAt: Timestamp
        /// Until when it is looked for; nil for the mark that is in use.
        package var until: Timestamp?

        /// Whether it is looked for.
        package func counts(at now: Timestamp) -> Bool { self.until.map { now < $0 } ?? true }
    }

    /// A mark that a text holds.
    package struct Sighting: Hashable, Sendable {
        package let entry: Entry
        /// Where in the text.
        package let span: Range<Int>
        /// How the text was read; nil for the text as it is, in one of the mark's own forms.
        package let reading: String?
    }

    /// In the order in which they were issued.
    package private(set) var entries: [Entry] = []

    /// A book without marks.
    package init() {}

    /// Reads a book; errors name the line and call the file by its name.
    package init(_ text: String, file: String) throws(RuleFileError) {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            func wrong(_ what: String) -> RuleFileError { RuleFileError(file: file, line: number + 1, message: what) }
            guard words.count == 3 || words.count == 4 else {
                throw wrong("expected a name, a mark, when it was issued, and perhaps until when it counts")
            }
            guard let canary = Canary(String(words[1])) else {
                throw wrong("`\(words[1].prefix(4))…` is no mark of 12 to 64 letters, digits, - and _")
            }
            guard let issued = Timestamp(String(words[2])) else {
                throw wrong("`\(words[2])` is no time such as 2027-01-01T08:00:00Z")
            }
            var entry = Entry(name: String(name), canary: canary, issuedAt: issued)
            if words.count == 4 {
                guard let until = Timestamp(String(words[3])) else {
                    throw wrong("`\(words[3])` is no time such as 2027-01-01T08:00:00Z")
                }
                entry.until = until
            }
            self.entries.append(entry)
        }
    }

    /// The book as a file.
    package var text: String {
        "# Marks that should never be seen outside: name, mark, issued, and for those that were replaced, until when\n"
            + "# they are looked for. Written by `gatehouse canary`; put the file under detectors.canary_files.\n"
            + self.entries.map { entry in
                "\(entry.name) \(entry.canary.text) \(entry.issuedAt)" + (entry.until.map { " \($0)" } ?? "") + "\n"
            }.joined()
    }

    /// The marks that are looked for.
    package func canaries(at now: Timestamp) -> [Canary] {
        self.entries.filter { $0.counts(at: now) }.map(\.canary)
    }

    /// Whether a name can be used: one word of at most 64 characters.
    package static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !name.hasPrefix("#") && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// The mark in use under a name.
    package func current(_ name: String) -> Entry? { self.entries.last { $0.name == name && $0.until == nil } }

    /// Adds a mark made of chance under a name that has none; nil where it has one.
    package mutating func issue(_ name: String, randomness: some Collection<UInt8>, at now: Timestamp) -> Entry? {
        guard self.current(name) == nil else { return nil }
        let entry = Entry(name: name, canary: Canary(randomness: randomness), issuedAt: now)
        self.entries.append(entry)
        return entry
    }

    /// Replaces the mark of a name, and looks for the old one until a time: what it was put into may be in use still. Nil
    /// where the name has no mark.
    package mutating func rotate(
        _ name: String, randomness: some Collection<UInt8>, at now: Timestamp, until end: Timestamp
    ) -> Entry? {
        guard let old = self.entries.lastIndex(where: { $0.name == name && $0.until == nil }) else { return nil }
        self.entries[old].until = end
        return self.issue(name, randomness: randomness, at: now)
    }

    /// The marks that a text holds, in any encoding and disguise; those that count no more, too.
    package func sightings(in text: Span<UInt8>) throws(PatternError) -> [Sighting] {
        let scratch = ScreenScratch()
        let segments = [ScreenedSegment(channel: .assistant, range: 0..<text.count)]
        var all: [Sighting] = []
        for entry in self.entries {
            let screen = Screen(
                patterns: try PatternDatabase(kinds: [], words: [], canaries: [entry.canary]), phrases: nil,
                injections: nil, looksForHiding: false)
            let found = screen.explain(text, segments, with: scratch) ?? []
            all += found.map { Sighting(entry: entry, span: $0.finding.span, reading: $0.reading) }
        }
        return all
    }
}
