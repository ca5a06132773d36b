package import Kernel

/// A JSON value as a tree, with what the tape can tell apart: text of numbers, order and repetition of members.
package indirect enum JSONDocument: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONDocument])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSONDocument
    }

    // MARK: Making

    private static let words = [
        "", "a", "name", "model", "\"", "\\", "/", "\u{0}", "\u{1F}", "\n\r\t\u{8}\u{C}", "\u{7F}", "é", "語", "🦉",
        "\u{FFFF}", "\u{10FFFF}", "e\u{301}", "eight by", "eight byt\"", "]}:,[{",
        "long " + String(repeating: "x", count: 70),
    ]
    private static let numbers = [
        "0", "-0", "7", "-12", "9223372036854775807", "-9223372036854775808", "1.5", "-0.25", "1e9", "2E-3", "1.0e+10",
        "123456789012345678901234567890",
    ]

    package static func random(_ random: inout SplitMix, depth: Int = 5) -> JSONDocument {
        switch random.below(depth > 0 ? 8 : 5) {
        case 0: .null
        case 1: .boolean(random.chance(50))
        case 2: .number(random.pick(Self.numbers))
        case 3, 4: .string(Self.text(&random))
        case 5: .array((0..<random.below(5)).map { _ in Self.random(&random, depth: depth - 1) })
        default:
            .object(
                (0..<random.below(5)).map { _ in
                    Member(name: Self.text(&random), value: Self.random(&random, depth: depth - 1))
                })
        }
    }

    package static func text(_ random: inout SplitMix) -> String {
        (0..<random.below(4)).map { _ in random.pick(Self.words) }.joined()
    }

    // MARK: Reading

    /// Reads a text.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        let tape = try JSONTape(bytes.span)
        self.init(tape, tape.root, in: bytes.span)
    }

    /// What a tape says of its text.
    package init(_ tape: JSONTape, _ node: JSONTape.Node, in bytes: Span<UInt8>) {
        switch tape.kind(node) {
        case .null: self = .null
        case .true: self = .boolean(true)
        case .false: self = .boolean(false)
        case .number: self = .number(shown(tape[node].range.map { bytes[$0] }))
        case .string: self = .string(tape.string(node, in: bytes) ?? "no string")
        case .array:
            var elements: [JSONDocument] = []
            var next = tape.firstElement(of: node)
            while let element = next {
                elements.append(JSONDocument(tape, element, in: bytes))
                next = tape.element(after: element, of: node)
            }
            self = .array(elements)
        case .object:
            var members: [Member] = []
            var next = tape.firstMember(of: node)
            while let (name, value) = next {
                members.append(
                    Member(name: tape.string(name, in: bytes) ?? "no name", value: JSONDocument(tape, value, in: bytes))
                )
                next = tape.member(after: value, of: node)
            }
            self = .object(members)
        }
    }

    /// The value at the end of a path of names and indices; nil where there is none.
    package subscript(path: any JSONStep...) -> JSONDocument? {
        var value: JSONDocument? = self
        for step in path { value = value.flatMap { step.take(from: $0) } }
        return value
    }

    /// The text of a string; nil for anything else.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The value of an integer; nil for anything else.
    package var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }

    /// The elements of an array; none for anything else.
    package var elements: [JSONDocument] { if case .array(let elements) = self { elements } else { [] } }

    // MARK: Writing

    /// Through `JSONWriter`, compact.
    package func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .boolean(let value): json.boolean(value)
        case .number(let text): json.raw(Array(text.utf8))
        case .string(let text): json.string(text)
        case .array(let elements):
            json.beginArray()
            for element in elements { element.write(to: &json) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for member in members {
                json.name(member.name)
                member.value.write(to: &json)
            }
            json.endObject()
        }
    }

    package var written: [UInt8] {
        var json = JSONWriter()
        self.write(to: &json)
        return json.bytes
    }

    /// By hand, in another of the many ways to spell the same: white space, escapes of all kinds.
    package func spelled(_ random: inout SplitMix) -> [UInt8] {
        var text = Self.space(&random)
        switch self {
        case .null: text += Array("null".utf8)
        case .boolean(let value): text += Array("\(value)".utf8)
        case .number(let number): text += Array(number.utf8)
        case .string(let string): text += Self.spelled(string, &random)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                text += (index > 0 ? [UInt8(ascii: ",")] : []) + element.spelled(&random)
            }
            text += Self.space(&random) + [UInt8(ascii: "]")]
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                text += (index > 0 ? [UInt8(ascii: ",")] : []) + Self.space(&random)
                text += Self.spelled(member.name, &random) + Self.space(&random)
                text += [UInt8(ascii: ":")] + member.value.spelled(&random)
            }
            text += Self.space(&random) + [UInt8(ascii: "}")]
        }
        return text + Self.space(&random)
    }

    private static func space(_ random: inout SplitMix) -> [UInt8] {
        random.chance(80) ? [] : Array(random.pick([" ", "\n", "\r\n\t", "   "]).utf8)
    }

    private static func spelled(_ text: String, _ random: inout SplitMix) -> [UInt8] {
        var spelled = [UInt8(ascii: "\"")]
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || random.chance(15) {
                spelled += Self.escape(scalar, isCapital: random.chance(50))
            } else if scalar == "/", random.chance(50) {
                spelled += Array("\\/".utf8)
            } else {
                spelled += Array(String(scalar).utf8)
            }
        }
        return spelled + [UInt8(ascii: "\"")]
    }

    private static func escape(_ scalar: Unicode.Scalar, isCapital: Bool) -> [UInt8] {
        UTF16.encode(scalar).map(Array.init).map { units in
            units.flatMap { unit -> [UInt8] in
                let digits = String(unit, radix: 16, uppercase: isCapital)
                return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            }
        } ?? []
    }
}

/// The name of a member, or the index of an element.
package protocol JSONStep {
    func take(from value: JSONDocument) -> JSONDocument?
}

extension String: JSONStep {
    package func take(from value: JSONDocument) -> JSONDocument? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == self }?.value
    }
}

extension Int: JSONStep {
    package func take(from value: JSONDocument) -> JSONDocument? {
        guard case .array(let elements) = value, elements.indices.contains(self) else { return nil }
        return elements[self]
    }
}
