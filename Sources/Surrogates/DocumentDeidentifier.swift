package import Detection
internal import Kernel

/// De-identifies a document that comes in pieces: plain text, JSON Lines, or comma-separated values.
///
/// Memory is that of one block, line or record. In plain text the blocks end at empty lines where there are any, so a
/// value that goes over an end of 64 KB of lines without one may be seen in two parts. Names of fields stand before their
/// values when these are looked at, since `ssn` tells what a number is; they are never changed.
package struct DocumentDeidentifier {
    /// How the document is built.
    package enum Format: String, CaseIterable, Sendable {
        case text
        case jsonl
        case csv
    }

    /// Why a document cannot be read on.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Which line it is, and what is wrong with it; nothing of its content.
        package let description: String
    }

    /// What is looked for, and what is done about it.
    package struct Rules {
        /// Finds what is to be taken out; false where it could not look.
        let find: ([UInt8], inout [Finding]) -> Bool
        /// Whether dates, ZIP codes and ages are made coarser as Safe Harbor allows.
        let isSafeHarbor: Bool

        /// Rules with a detector.
        package init(isSafeHarbor: Bool, find: @escaping ([UInt8], inout [Finding]) -> Bool) {
            self.find = find
            self.isSafeHarbor = isSafeHarbor
        }
    }

    /// What was put in the place of what so far.
    package private(set) var deidentifier: Deidentifier
    /// Lines, records or blocks so far.
    package private(set) var records = 0
    private let format: Format
    private let rules: Rules
    private let table = CommaTable()
    private var held: [UInt8] = []
    private var header: [[UInt8]]?

    private static let block = 64 * 1024
    private static let longestRecord = 16 * 1024 * 1024

    /// The beginning of a document.
    package init(_ format: Format, _ deidentifier: Deidentifier, _ rules: Rules) {
        self.format = format
        self.deidentifier = deidentifier
        self.rules = rules
    }

    /// Takes the next piece, and appends what is done of the document.
    package mutating func append(_ bytes: [UInt8], to output: inout [UInt8]) throws(Failure) {
        self.held += bytes
        try self.advance(isFinal: false, &output)
        guard self.held.count <= Self.longestRecord else {
            throw self.failure("is longer than \(Self.longestRecord) bytes")
        }
    }

    /// Nothing follows.
    package mutating func finish(to output: inout [UInt8]) throws(Failure) {
        try self.advance(isFinal: true, &output)
    }

    private func failure(_ what: String) -> Failure {
        Failure(description: "\(self.format == .csv ? "record" : "line") \(self.records + 1) \(what)")
    }

    private mutating func advance(isFinal: Bool, _ output: inout [UInt8]) throws(Failure) {
        let text = self.held
        var start = 0
        switch self.format {
        case .text:
            while let end = Self.block(text, from: start, isFinal: isFinal) {
                output += try self.changed(Array(text[start..<end]), label: [])
                self.records += 1
                start = end
            }
        case .jsonl:
            while start < text.count {
                let line = text[start...].firstIndex(of: 0x0A)
                guard line != nil || isFinal else { break }
                let end = line ?? text.count
                try self.line(Array(text[start..<end]), &output)
                if line != nil { output.append(0x0A) }
                self.records += 1
                start = min(end + 1, text.count)
            }
        case .csv:
            while start < text.count, let (fields, next) = self.table.record(text.span, from: start, isFinal: isFinal) {
                try self.record(fields, text, start..<next, &output)
                self.records += 1
                start = next
            }
        }
        if start > 0 { self.held.removeFirst(start) }
    }

    // MARK: Text

    /// Where the next block of plain text ends; nil where that is not known yet.
    private static func block(_ text: [UInt8], from start: Int, isFinal: Bool) -> Int? {
        guard start < text.count else { return nil }
        guard text.count - start > Self.block else { return isFinal ? text.count : nil }
        // The last empty line, else the last line, else the last space; else there is nothing to cut at.
        let limit = start + Self.block
        var (line, space): (Int?, Int?) = (nil, nil)
        var index = limit - 1
        while index > start {
            if text[index] == 0x0A {
                if text[index - 1] == 0x0A { return index + 1 }
                if line == nil { line = index + 1 }
            } else if text[index] == 0x20, space == nil {
                space = index + 1
            }
            index -= 1
        }
        var end = line ?? space ?? limit
        // Not within a character.
        while end > start + 1, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// A text with everything done that the rules want; `label` says what it is.
    private mutating func changed(_ text: [UInt8], label: [UInt8]) throws(Failure) -> [UInt8] {
        guard !text.isEmpty else { return text }
        let ahead = label.isEmpty ? [] : label + [UInt8(ascii: ":"), 0x20]
        let whole = ahead + text
        var findings: [Finding] = []
        guard self.rules.find(whole, &findings) else { throw self.failure("could not be looked at") }
        findings = findings.filter { $0.span.upperBound > ahead.count }.map { finding in
            Finding(
                kind: finding.kind, span: max(finding.span.lowerBound, ahead.count)..<finding.span.upperBound,
                confidence: finding.confidence, severity: finding.severity, detector: finding.detector)
        }
        var coarser: [Replacement] = []
        if self.rules.isSafeHarbor {
            for change in SafeHarbor.changes(in: whole.span) where change.replacement.span.lowerBound >= ahead.count {
                let span = change.replacement.span
                // What is taken out anyway needs no rule; a date is not taken out, but made coarser.
                let covering = findings.filter { $0.span.overlaps(span) && !Self.isDate($0.kind) }
                guard covering.isEmpty else { continue }
                findings.removeAll { $0.span.overlaps(span) }
                coarser.append(change.replacement)
                self.deidentifier.count(change.rule)
            }
        }
        let replacements = self.deidentifier.replacements(whole.span, findings) + coarser
        guard !replacements.isEmpty else { return text }
        return Array(Replacement.apply(replacements, to: whole.span).dropFirst(ahead.count))
    }

    private static func isDate(_ kind: Finding.Kind) -> Bool { kind == .date || kind == .birthDate }

    // MARK: JSON Lines

    private mutating func line(_ line: [UInt8], _ output: inout [UInt8]) throws(Failure) {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else {
            output += line
            return
        }
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(line.span) } catch {
            throw self.failure("is not JSON: \(error.message)")
        }
        var patches: [BytePatch] = []
        try self.walk(tape.root, [], tape, line, &patches)
        guard !patches.isEmpty else {
            output += line
            return
        }
        var changed: [UInt8] = []
        BytePatch.apply(
            patches, to: line.count, keep: { changed += line[$0] }, replace: { changed += $0 })
        output += changed
    }

    private mutating func walk(
        _ node: JSONTape.Node, _ label: [UInt8], _ tape: JSONTape, _ line: [UInt8], _ patches: inout [BytePatch]
    ) throws(Failure) {
        let bytes = line.span
        switch tape.kind(node) {
        case .object:
            var member = tape.firstMember(of: node)
            while let (name, value) = member {
                member = tape.member(after: value, of: node)
                var own: [UInt8] = []
                tape.appendText(of: name, in: bytes, to: &own)
                try self.walk(value, own, tape, line, &patches)
            }
        case .array:
            var next = tape.firstElement(of: node)
            while let element = next {
                next = tape.element(after: element, of: node)
                try self.walk(element, label, tape, line, &patches)
            }
        case .string:
            var text: [UInt8] = []
            tape.appendText(of: node, in: bytes, to: &text)
            let changed = try self.changed(text, label: label)
            guard changed != text else { return }
            var content: [UInt8] = []
            JSONString.appendEscaped(changed.span, to: &content)
            patches.append(BytePatch(tape[node].range, content))
        case .number:
            // A number that tells something becomes a string.
            let range = tape[node].range
            let text = Array(line[range])
            let changed = try self.changed(text, label: label)
            guard changed != text else { return }
            var content: [UInt8] = [UInt8(ascii: "\"")]
            JSONString.appendEscaped(changed.span, to: &content)
            patches.append(BytePatch(range, content + [UInt8(ascii: "\"")]))
        case .true, .false, .null: break
        }
    }

    // MARK: Tables

    private mutating func record(
        _ fields: [CommaTable.Field], _ text: [UInt8], _ range: Range<Int>, _ output: inout [UInt8]
    ) throws(Failure) {
        guard let header = self.header else {
            self.header = fields.map(\.content)
            output += text[range]
            return
        }
        var copied = range.lowerBound
        for (column, field) in fields.enumerated() {
            let label = column < header.count ? header[column] : []
            let changed = try self.changed(field.content, label: label)
            guard changed != field.content else { continue }
            output += text[copied..<field.range.lowerBound]
            output += self.table.written(changed, isQuoted: field.isQuoted)
            copied = field.range.upperBound
        }
        output += text[copied..<range.upperBound]
    }
}
