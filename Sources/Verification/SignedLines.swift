import Audit
import Kernel
package import Transparency

/// JSON Lines with a signature at their end: a last line `{"lines":n,"note":"…"}`, whose signed note says of which log the
/// lines are, how many there are, and the root of the tree (RFC 6962) that has them as leaves.
///
/// The signature is the log's own. That the lines are in the log too is for a bundle to prove.
package struct SignedLines {
    /// The first line of the note; no checkpoint of any log begins so.
    private static let label = "gatehouse-audit-lines/1"

    private let origin: String
    private var tree = RightEdge()

    package init(origin: String) { self.origin = origin }

    /// Takes the next line in, without its end.
    package mutating func add(_ line: [UInt8]) { _ = self.tree.append(Hash.leaf(line)) }

    /// What is signed.
    private var text: String { "\(Self.label)\n\(self.origin)\n\(self.tree.size)\n\(self.tree.root.base64)\n" }

    /// The last line, without its end.
    package func signature(by key: SigningKey) throws(TransparencyError) -> [UInt8] {
        let text = self.text
        var json = JSONWriter()
        json.beginObject()
        json.member("lines", Int64(self.tree.size))
        json.member("note", Note(text, signatures: [try key.sign(text)]).encoded)
        json.endObject()
        return json.bytes
    }

    /// Whether a note is one over these lines, signed by one of these keys.
    fileprivate func isSigned(_ note: Note, by keys: [VerifierKey]) -> Bool {
        guard note.text == self.text, let signatures = try? note.verified(by: keys) else { return false }
        return !signatures.isEmpty
    }
}

/// Looks at signed JSON Lines, one line at a time.
package struct SignedLinesCheck {
    private let trust: Trust
    private var lines: SignedLines?
    private var last: (line: [UInt8], number: Int64)?
    private var number: Int64 = 0
    private var index: Int64 = -1
    private var tenants: Set<String> = []
    private var report = VerificationReport()

    package init(_ trust: Trust) { self.trust = trust }

    /// Takes the next line in, without its end.
    package mutating func add(_ line: [UInt8]) {
        if let (before, number) = self.last { self.check(before, number) }
        self.number += 1
        self.last = (line, self.number)
    }

    private mutating func check(_ line: [UInt8], _ number: Int64) {
        let place = VerificationPlace.file("line \(number)")
        guard let tape = try? JSONTape(line.span, limits: JSONTape.Limits(depth: 8, tokens: 4096)),
            let origin = tape.member("origin", of: tape.root, in: line.span).flatMap({ tape.string($0, in: line.span) }
            ),
            let index = tape.member("index", of: tape.root, in: line.span).flatMap({ tape.integer($0, in: line.span) }),
            let node = tape.member("leaf", of: tape.root, in: line.span)
        else { return self.report.add(.leaves, at: place, "is no line of an export") }
        if self.lines == nil {
            self.lines = SignedLines(origin: origin)
            self.report.origin = origin
            self.report.range = Int64(index)..<Int64(index) + 1
        }
        self.lines?.add(line)
        self.report.leaves += 1
        if origin != self.report.origin { self.report.add(.leaves, at: place, "is of another log, `\(origin)`") }
        if Int64(index) <= self.index { self.report.add(.sequences, at: place, "stands behind a later leaf") }
        self.index = max(self.index, Int64(index))
        self.report.range = self.report.range.lowerBound..<max(self.report.range.upperBound, self.index + 1)
        do {
            let leaf = try Leaf(Array(line[tape[node].range]))
            self.tenants.insert(leaf.tenant)
        } catch {
            self.report.add(.leaves, at: .leaf(Int64(index)), error.message)
        }
    }

    /// What was found, once there is no line more.
    package mutating func finish() -> VerificationReport {
        self.report.tenants = self.tenants.count
        guard let (line, _) = self.last else {
            self.report.add(.leaves, .incomplete, at: .source, "holds no line")
            return self.report
        }
        guard let tape = try? JSONTape(line.span),
            let text = tape.member("note", of: tape.root, in: line.span).flatMap({ tape.string($0, in: line.span) }),
            let note = try? Note(parsing: Array(text.utf8))
        else {
            self.check(line, self.number)
            self.report.add(
                .signatures, .incomplete, at: .source, "its last line is no signature, so the end may be missing")
            return self.report
        }
        let keys = self.trust.policy.logs.map(\.key).filter { $0.name.utf8.elementsEqual(self.report.origin.utf8) }
        guard let lines = self.lines, lines.isSigned(note, by: keys) else {
            self.report.add(
                .signatures, at: .file("line \(self.number)"),
                "the log that the policy names did not sign these lines: one was changed, added, moved or left out")
            return self.report
        }
        self.report.signers = keys.map { "\($0.name)" }
        self.report.add(
            .signatures, .unanchored, at: .source,
            "only the log itself vouches for these lines; a bundle proves that they are in the tree")
        return self.report
    }
}
