package import Injection
import Kernel
package import TrainingTexts

/// A row of a data file, before it is known what it is for.
package struct DataRow: Sendable {
    package var text: String
    /// The label as it stands in the file.
    package var label: String
    package var channel: TextChannel
    package var language: String
    package var family: String
    package var licence: String
    /// Where something lies in the text, with its kind, if the row says.
    package var spans: [LabelledSpan]

    /// What the label means for an injection detector; nil where it means nothing.
    ///
    /// Harmful requests are no injections: they ask for what policy forbids, and command nothing.
    package var heads: Set<InjectionHead>? {
        switch self.label.lowercased() {
        case "benign", "harmful", "clean", "safe", "legitimate", "0", "false", "negative": []
        case "injection", "attack", "malicious", "1", "true", "positive", "prompt_injection", "override", "extraction":
            self.channel.group == .spoken ? [.override] : [.override, .indirect]
        case "jailbreak", "persona": [.persona]
        case "indirect_injection", "indirect": [.indirect]
        default: nil
        }
    }
}

/// A span that a row says is there.
package struct LabelledSpan: Hashable, Sendable {
    /// UTF-8 bytes of the text.
    package var range: Range<Int>
    /// What it is, such as `pii.email`, or empty.
    package var kind: String

    /// Creates a span.
    package init(range: Range<Int>, kind: String) {
        self.range = range
        self.kind = kind
    }
}

/// Reads JSON Lines with `text` and `label`, and `channel`, `lang`, `family`, `licence`, `spans` where they are there.
package enum RowReader {
    /// All rows of a file.
    ///
    /// Rows without a text (tasks of another kind) are left out. Errors call the file by the name, which is also the family of
    /// rows that name none.
    package static func rows(_ bytes: [UInt8], name: String) throws(TrainingError) -> [DataRow] {
        var rows: [DataRow] = []
        var start = 0
        var line = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            line += 1
            if bytes[start..<end].contains(where: { $0 > 0x20 }) {
                let content = Array(bytes[start..<end])
                if let row = try Self.row(content, name: name, line: line) { rows.append(row) }
            }
            start = end + 1
        }
        return rows
    }

    private static func row(_ bytes: [UInt8], name: String, line: Int) throws(TrainingError) -> DataRow? {
        let span = bytes.span
        let tape: JSONTape
        do { tape = try JSONTape(span) } catch {
            throw TrainingError(.malformedRow, "`\(name)`, line \(line): not a JSON object: \(error)")
        }
        guard tape.kind(tape.root) == .object else {
            throw TrainingError(.malformedRow, "`\(name)`, line \(line): expected a JSON object with text and label")
        }
        func member(_ key: StaticString) -> String? {
            guard let node = tape.member(key, of: tape.root, in: span) else { return nil }
            switch tape.kind(node) {
            case .string: return tape.string(node, in: span)
            default:
                let range = tape[node].range
                return String(decoding: bytes[range], as: UTF8.self)
            }
        }
        guard let text = member("text") else { return nil }
        guard let label = member("label") else {
            throw TrainingError(.malformedRow, "`\(name)`, line \(line): the row has no label")
        }
        return DataRow(
            text: text, label: label, channel: member("channel").flatMap { TextChannel(rawValue: $0) } ?? .user,
            language: member("lang") ?? "und", family: member("family") ?? name, licence: member("licence") ?? "",
            spans: Self.spans(tape, span, text))
    }

    /// Spans as objects with `start`, `end` (characters of the text) and `label`, `type` or `kind`; or as arrays of the same.
    private static func spans(_ tape: JSONTape, _ bytes: Span<UInt8>, _ text: String) -> [LabelledSpan] {
        guard let list = tape.member("spans", of: tape.root, in: bytes), tape.kind(list) == .array else { return [] }
        var found: [(Int, Int, String)] = []
        var next = tape.firstElement(of: list)
        while let element = next {
            next = tape.element(after: element, of: list)
            if tape.kind(element) == .object {
                guard let start = tape.member("start", of: element, in: bytes).flatMap({ tape.integer($0, in: bytes) }),
                    let end = tape.member("end", of: element, in: bytes).flatMap({ tape.integer($0, in: bytes) })
                else { continue }
                let kind =
                    tape.member("label", of: element, in: bytes) ?? tape.member("type", of: element, in: bytes)
                    ?? tape.member("kind", of: element, in: bytes) ?? tape.member("entity_type", of: element, in: bytes)
                found.append((start, end, kind.flatMap { tape.string($0, in: bytes) } ?? ""))
            } else if tape.kind(element) == .array, let first = tape.firstElement(of: element),
                let second = tape.element(after: first, of: element), let start = tape.integer(first, in: bytes),
                let end = tape.integer(second, in: bytes)
            {
                let third = tape.element(after: second, of: element)
                found.append((start, end, third.flatMap { tape.string($0, in: bytes) } ?? ""))
            }
        }
        guard !found.isEmpty else { return [] }
        // Offsets count characters as most tools do: Unicode scalars.
        var offsets: [Int] = []
        var offset = 0
        for scalar in text.unicodeScalars {
            offsets.append(offset)
            offset += UTF8.width(scalar)
        }
        offsets.append(offset)
        return found.compactMap { start, end, kind in
            guard start >= 0, start <= end, end < offsets.count else { return nil }
            return LabelledSpan(range: offsets[start]..<offsets[end], kind: kind)
        }
    }
}

extension DataRow {
    /// Whether the row says where something lies.
    package var isSpanTask: Bool { !self.spans.isEmpty }
    /// Whether the row is about credentials.
    package var isSecretTask: Bool { self.label == "secret" || self.family.hasPrefix("secrets") }
}
