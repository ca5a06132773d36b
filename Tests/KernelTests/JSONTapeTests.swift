import Kernel
import TestSupport
import Testing

@Suite("The JSON tape")
struct JSONTapeTests {
    // MARK: What is JSON

    static let accepted: [String] = [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "1.0", "-1.5", "0.0", "0e0", "1e1", "1E1", "1e+1", "1e-1",
        "1.5E-10", "0e+1", "123456789012345678901234567890", "1e400", "-1e-400", "\"\"", "\"a\"", "[]", "{}", "[[]]",
        " null", "null ", "\t\r\n null \n", "[ ]", "{ }", "[1,2]", "[ 1 , 2 ]", #"{"a":1}"#, #"{ "a" : 1 , "b" : 2 }"#,
        #"{"":0}"#, #"{"a":1,"a":2}"#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\u00e9\u00E9""#, #""\ud83e\udd89""#,
        #""\uD83E\uDD89""#, #""\uFFFF\uFFFE\uFDD0""#, #""\\u0000""#, #""\\""#, "\"\u{7F}\"", "\"\u{2028}\u{2029}\"",
        "\"é語🦉\"", "\"\u{10FFFF}\"", "\"a\u{FEFF}b\"", "[null,true,false,0,\"\",[],{}]", "\"1234567\"", "\"12345678\"",
        "\"123456789\"", #"{"a":{"b":{"c":[1,{"d":2}]}}}"#, "[[[[]],[]],{}]",
    ]

    @Test("The grammar of RFC 8259 is accepted", arguments: Self.accepted)
    func accepts(_ text: String) throws {
        let document = try JSONDocument(Array(text.utf8))
        // What was read says the same as what is written of it.
        let again = try JSONDocument(document.written)
        #expect(again == document)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let text: [UInt8]
        let code: JSONError.Code
        let offset: Int
        var testDescription: String { "\(shown(self.text).debugDescription) at \(self.offset)" }

        init(_ text: String, at offset: Int, _ code: JSONError.Code = .syntax) {
            self.init(Array(text.utf8), at: offset, code)
        }

        init(_ text: [UInt8], at offset: Int, _ code: JSONError.Code = .syntax) {
            self.text = text
            self.offset = offset
            self.code = code
        }
    }

    static let structures: [Refused] = [
        Refused("", at: 0), Refused("  ", at: 2), Refused("\n", at: 1), Refused("[", at: 1), Refused("{", at: 1),
        Refused("]", at: 0), Refused("}", at: 0), Refused(",", at: 0), Refused(":", at: 0), Refused("[}", at: 1),
        Refused("{]", at: 1), Refused("[1}", at: 2), Refused(#"{"a":1]"#, at: 6), Refused("[]]", at: 2),
        Refused("{}}", at: 2), Refused("[1,]", at: 3), Refused("[,1]", at: 1), Refused("[1,,2]", at: 3),
        Refused("[1 2]", at: 3), Refused("[1:2]", at: 2), Refused(#"{"a":1,}"#, at: 7), Refused(#"{,"a":1}"#, at: 1),
        Refused(#"{"a"}"#, at: 4), Refused(#"{"a":}"#, at: 5), Refused(#"{"a" 1}"#, at: 5), Refused(#"{"a",1}"#, at: 4),
        Refused(#"{"a"::1}"#, at: 5), Refused(#"{a:1}"#, at: 1), Refused(#"{'a':1}"#, at: 1), Refused("{1:1}", at: 1),
        Refused("{null:1}", at: 1), Refused("{[]:1}", at: 1), Refused(#"{"a":1 "b":2}"#, at: 7), Refused("1 1", at: 2),
        Refused("{} {}", at: 3), Refused("null null", at: 5), Refused("[1", at: 2), Refused("[1,", at: 3),
        Refused(#"{"a":1"#, at: 6), Refused(#"{"a":1,"#, at: 7), Refused(#"{"a":"#, at: 5), Refused(#"{"a""#, at: 4),
        Refused("// a\n1", at: 0), Refused("/**/1", at: 0), Refused("1//a", at: 1), Refused("[1]\u{0}", at: 3),
        Refused("\u{0}1", at: 0), Refused("\u{B}1", at: 0), Refused("\u{C}1", at: 0), Refused("\u{A0}1", at: 0),
        Refused("\u{FEFF}{}", at: 0), Refused("{}\u{FEFF}", at: 2), Refused("\u{2028}1", at: 0),
    ]

    static let scalars: [Refused] = [
        Refused("nul", at: 0), Refused("nulL", at: 0), Refused("True", at: 0), Refused("tru", at: 0),
        Refused("truee", at: 4),
        Refused("falsy", at: 0), Refused("NaN", at: 0), Refused("Infinity", at: 0), Refused("-Infinity", at: 0),
        Refused("undefined", at: 0), Refused("a", at: 0), Refused("+1", at: 0), Refused("-", at: 0),
        Refused("--1", at: 0),
        Refused("-a", at: 0), Refused("01", at: 1), Refused("-01", at: 2), Refused("00", at: 1), Refused("1.", at: 0),
        Refused(".5", at: 0), Refused("-.5", at: 0), Refused("1.e1", at: 0), Refused("1.5.5", at: 3),
        Refused("1e", at: 0),
        Refused("1e+", at: 0), Refused("1e-", at: 0), Refused("1e1.5", at: 3), Refused("1ee1", at: 0),
        Refused("0x10", at: 1),
        Refused("1_000", at: 1), Refused("1a", at: 1), Refused("[1.]", at: 1), Refused("[-]", at: 1),
        Refused("１", at: 0),
    ]

    static let strings: [Refused] = [
        Refused(#"""#, at: 0), Refused(#""a"#, at: 0), Refused(#"["a"#, at: 1), Refused(#"'a'"#, at: 0),
        Refused(#""a"b"#, at: 3), Refused(#""\"#, at: 1), Refused(#""\""#, at: 0), Refused(#""\a""#, at: 1),
        Refused(#""\'""#, at: 1), Refused(#""\0""#, at: 1), Refused(#""\x41""#, at: 1), Refused(#""\U0041""#, at: 1),
        Refused(#""\u""#, at: 1), Refused(#""\u0""#, at: 1), Refused(#""\u004""#, at: 1), Refused(#""\u004g""#, at: 1),
        Refused(#""\u{41}""#, at: 1), Refused(#""\u 041""#, at: 1), Refused(#""\u+041""#, at: 1),
        Refused(#""\ud83e""#, at: 1), Refused(#""\ud83ea""#, at: 1), Refused(#""\ud83e\n""#, at: 1),
        Refused(#""\ud83e\u0041""#, at: 1), Refused(#""\ud83e\ud83e""#, at: 1),
        Refused(#""\ud83e\ud83e\udd89""#, at: 1),
        Refused(#""\udd89""#, at: 1), Refused(#""\udd89\ud83e""#, at: 1), Refused(#""\ud83e\"#, at: 1),
        Refused(#""\ud83e\udd8""#, at: 1), Refused(#""abcdefgh\udfff""#, at: 9), Refused("\"\u{0}\"", at: 1),
        Refused("\"\u{1F}\"", at: 1), Refused("\"a\nb\"", at: 2), Refused("\"a\tb\"", at: 2), Refused("\"\r\"", at: 1),
        Refused("\"1234567\u{1}\"", at: 8), Refused("\"12345678\u{1}9\"", at: 9), Refused("{\"a\u{2}\":1}", at: 3),
    ]

    static let encodings: [Refused] = [
        Refused([0x22, 0xFF, 0x22], at: 1, .invalidUTF8), Refused([0x22, 0x80, 0x22], at: 1, .invalidUTF8),
        Refused([0x22, 0xC3, 0x22], at: 1, .invalidUTF8), Refused([0x22, 0xC0, 0xAF, 0x22], at: 1, .invalidUTF8),
        Refused([0x22, 0xE0, 0x80, 0xAF, 0x22], at: 1, .invalidUTF8),
        Refused([0x22, 0xED, 0xA0, 0x80, 0x22], at: 1, .invalidUTF8),
        Refused([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], at: 1, .invalidUTF8),
        Refused([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], at: 1, .invalidUTF8), Refused([0xFF], at: 0, .invalidUTF8),
        Refused([0x31, 0x20, 0xC3], at: 2, .invalidUTF8), Refused([0xFE, 0xFF, 0, 0x31], at: 0, .invalidUTF8),
        Refused([0xFF, 0xFE, 0x31, 0], at: 0, .invalidUTF8), Refused([0x22, 0x61, 0xE2, 0x82], at: 2, .invalidUTF8),
    ]

    @Test(
        "What the grammar does not know is refused at its first byte",
        arguments: Self.structures + Self.scalars + Self.strings + Self.encodings)
    func refusesText(_ refused: Refused) {
        let error = #expect(throws: JSONError.self) { try JSONTape(refused.text.span) }
        #expect(error?.code == refused.code)
        #expect(error?.offset == refused.offset)
    }

    @Test("Every proper beginning of a text is refused, and none makes it crash")
    func beginnings() throws {
        let text = Array(#"{"a":[1,-2.5e+3,true,null,"x\u00e9\ud83e\udd89\n"],"b":{"c":{}}}"#.utf8)
        #expect(throws: Never.self) { try JSONTape(text.span) }
        for count in 0..<text.count {
            let beginning = Array(text[..<count])
            #expect(throws: JSONError.self, "\(shown(beginning))") { try JSONTape(beginning.span) }
        }
    }

    // MARK: Limits

    @Test("A text may be as deep as the limit and no deeper", arguments: [1, 2, 128])
    func depth(_ limit: Int) throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        let limits = JSONTape.Limits(depth: limit, tokens: 1000)
        let (deepest, deeper) = (nested(limit), nested(limit + 1))
        _ = try JSONTape(deepest.span, limits: limits)
        let error = #expect(throws: JSONError.self) { try JSONTape(deeper.span, limits: limits) }
        #expect(error?.code == .tooDeep)
        #expect(error?.offset == limit)
    }

    @Test("Depth counts what is open, not what was: many shallow values are not deep")
    func width() throws {
        let text = Array("[\(Array(repeating: "[{}]", count: 400).joined(separator: ","))]".utf8)
        #expect(throws: Never.self) { try JSONTape(text.span, limits: JSONTape.Limits(depth: 3, tokens: 10_000)) }
    }

    @Test("A text may hold as many values as the limit and no more")
    func tokenLimit() throws {
        let limits = JSONTape.Limits(depth: 8, tokens: 5)
        let most = Array(#"[1,2,{"a":3}]"#.utf8)
        _ = try JSONTape(Array("[1,2,3,4]".utf8).span, limits: limits)
        for text in ["[1,2,3,4,5]", #"[1,2,{"a":3}]"#, "[[],[],[],[],[]]"] {
            let bytes = Array(text.utf8)
            let error = #expect(throws: JSONError.self) { try JSONTape(bytes.span, limits: limits) }
            #expect(error?.code == .tooComplex)
        }
        #expect(throws: Never.self) { try JSONTape(most.span, limits: JSONTape.Limits(depth: 8, tokens: 6)) }
    }

    // MARK: Walking

    @Test("Any text is read as what it says, however it is spelled", arguments: 0..<400 as Range<UInt64>)
    func readsAnything(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let document = JSONDocument.random(&random)
        let spelled = document.spelled(&random)
        let read = try JSONDocument(spelled)
        #expect(read == document)
        let again = try JSONDocument(document.written)
        #expect(again == document)
    }

    @Test("A tape that is used again holds nothing of the text before, nor of one that was refused")
    func reuse() throws {
        var tape = JSONTape()
        var random = SplitMix(seed: 7)
        for _ in 0..<100 {
            let document = JSONDocument.random(&random)
            let text = document.written
            try tape.read(text.span)
            let read = JSONDocument(tape, tape.root, in: text.span)
            #expect(read == document)
            let broken = text + [UInt8(ascii: "]")]
            #expect(throws: JSONError.self) { try tape.read(broken.span) }
        }
    }

    @Test("Members keep their order and their doubles; a look by name finds the first")
    func members() throws {
        let text = try Parsed(#"{"a":1,"b":2,"a":3,"":4,"\u0061":5}"#)
        guard case .object(let members) = text.document else {
            Issue.record("no object")
            return
        }
        #expect(members.map(\.name) == ["a", "b", "a", "", "a"])
        #expect(members.map(\.value) == ["1", "2", "3", "4", "5"].map(JSONDocument.number))
        #expect(text.integer(text.member("a")) == 1)
        #expect(text.integer(text.member("")) == 4)
        #expect(text.member("c") == nil)
        #expect(text.member("a\u{0}") == nil)
    }

    @Test("A look by name never reaches into what a value holds, nor takes a value for a name")
    func namesOfTheObjectOnly() throws {
        let text = try Parsed(#"{"x":{"model":1},"y":["model",{"model":2}],"z":"model","model":3}"#)
        let found = try #require(text.member("model"))
        #expect(text.integer(found) == 3)
        #expect(text.member("model", of: found) == nil)
        #expect(text.tape.firstElement(of: text.tape.root) == nil)
        #expect(text.tape.firstMember(of: found) == nil)
    }

    @Test("A name that is written with escapes is not taken for ours, and says so")
    func escapedNames() throws {
        let text = try Parsed(#"{"mod\u0065l":1}"#)
        #expect(text.member("model") == nil)
        let name = try #require(text.tape.firstMember(of: text.tape.root)?.name)
        #expect(text.tape[name].hasEscapes)
        #expect(text.string(name) == "model")
    }

    @Test("Ranges are those of the bytes: without quotes for strings, with brackets for what holds others")
    func ranges() throws {
        let text = try Parsed(#" {"a" : "x\n", "b":[ 1 ], "c":-2.5}"#)
        func spelled(_ name: StaticString) -> String? {
            text.member(name).map { shown(text.bytes[text.tape[$0].range]) }
        }
        #expect(spelled("a") == #"x\n"#)
        #expect(spelled("b") == "[ 1 ]")
        #expect(spelled("c") == "-2.5")
        #expect(text.tape[text.tape.root].range == 1..<text.bytes.count)
    }

    @Test("All values that are strings are met in order, each with its name, and no name is met as one")
    func stringsInOrder() throws {
        let text = try Parsed(#"{"a":"1","b":["2",["3"],{"c":"4","d":5}],"e":{},"f":[],"g":{"h":{"i":"6"}},"j":"7"}"#)
        #expect(text.strings(below: text.tape.root) == ["a=1", "-=2", "-=3", "c=4", "i=6", "j=7"])
        let inner = try #require(text.member("g"))
        #expect(text.strings(below: inner) == ["i=6"], "nothing behind the value that was asked for")
        let last = try #require(text.member("j"))
        #expect(text.strings(below: last) == ["-=7"], "a string itself is met, without its name")
    }

    @Test("The strings of any text are met as a walk over its tree meets them", arguments: 0..<200 as Range<UInt64>)
    func stringsOfAnything(_ seed: UInt64) throws {
        func strings(_ document: JSONDocument) -> [String] {
            switch document {
            case .string(let text): [text]
            case .array(let elements): elements.flatMap(strings)
            case .object(let members): members.map(\.value).flatMap(strings)
            default: []
            }
        }
        var random = SplitMix(seed: seed)
        let document = JSONDocument.random(&random)
        let text = try Parsed(document.spelled(&random))
        let met = text.strings(below: text.tape.root).map { $0.drop { $0 != "=" }.dropFirst() }
        #expect(met.elementsEqual(strings(document).map { $0[...] }))
    }

    static let integers: [(String, Int?)] = [
        ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", .max), ("9223372036854775808", nil), ("-9223372036854775807", -.max),
        ("-9223372036854775808", .min), ("-9223372036854775809", nil), ("99999999999999999999", nil), ("1.0", nil),
        ("1e3", nil), ("10E0", nil), ("0.5", nil), (#""1""#, nil), ("true", nil), ("null", nil), ("[1]", nil),
        ("{}", nil),
    ]

    @Test("Integers are read where they fit, and nothing else is", arguments: Self.integers)
    func integer(_ written: String, _ expected: Int?) throws {
        let text = try Parsed(written)
        #expect(text.integer(text.tape.root) == expected)
    }

    @Test("Only a string is text", arguments: ["1", "null", "true", "[]", "{}"])
    func noText(_ written: String) throws {
        let text = try Parsed(written)
        #expect(text.string(text.tape.root) == nil)
        var appended: [UInt8] = []
        text.tape.appendText(of: text.tape.root, in: text.bytes.span, to: &appended)
        #expect(appended.isEmpty)
    }

    private static let sayings: [(written: String, text: String, says: Bool)] = [
        (#""owl""#, "owl", true), (#""owl""#, "owls", false), (#""owls""#, "owl", false), (#""owl""#, "owk", false),
        (#""""#, "", true), (#""""#, "o", false), (#""\u006fwl""#, "owl", true), (#""\u006fwl""#, #"\u006fwl"#, false),
        (#""käuzchen""#, "käuzchen", true), ("3", "3", false), ("null", "", false),
    ]

    @Test("A string says its text, however it is written", arguments: Self.sayings)
    func saying(_ written: String, _ text: String, _ says: Bool) throws {
        let parsed = try Parsed(written)
        #expect(parsed.tape.isString(parsed.tape.root, saying: text, in: parsed.bytes.span) == says)
    }

    @Test("Bytes that nobody wrote are read or refused, never more than that", arguments: 0..<200 as Range<UInt64>)
    func mutated(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var text = JSONDocument.random(&random).spelled(&random)
        for _ in 0..<(1 + random.below(4)) where !text.isEmpty {
            let position = random.below(text.count)
            switch random.below(3) {
            case 0: text[position] = UInt8(truncatingIfNeeded: random.next())
            case 1: text.remove(at: position)
            default: text.insert(random.pick(Array(#"[]{},:"\u0tfn-1. "#.utf8)), at: position)
            }
        }
        guard let document = try? JSONDocument(text) else { return }
        // What is accepted is sound: it can be walked, written and read again.
        let again = try? JSONDocument(document.written)
        #expect(again == document, "\(shown(text))")
    }
}

/// A text with its tape.
private struct Parsed {
    let bytes: [UInt8]
    let tape: JSONTape

    init(_ text: String) throws { try self.init(Array(text.utf8)) }

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        self.tape = try JSONTape(bytes.span)
    }

    var document: JSONDocument { JSONDocument(self.tape, self.tape.root, in: self.bytes.span) }

    func member(_ name: StaticString, of node: JSONTape.Node? = nil) -> JSONTape.Node? {
        self.tape.member(name, of: node ?? self.tape.root, in: self.bytes.span)
    }

    func integer(_ node: JSONTape.Node?) -> Int? { node.flatMap { self.tape.integer($0, in: self.bytes.span) } }

    func string(_ node: JSONTape.Node) -> String? { self.tape.string(node, in: self.bytes.span) }

    /// All strings as `name=text`, in order.
    func strings(below node: JSONTape.Node) -> [String] {
        var met: [String] = []
        self.tape.forEachStringValue(below: node) { name, value in
            met.append("\(name.flatMap { self.string($0) } ?? "-")=\(self.string(value) ?? "no string")")
        }
        return met
    }
}
