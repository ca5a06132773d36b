import Kernel
import TestSupport
import Testing

@Suite("Writing JSON")
struct JSONWritingTests {
    static let texts: [(String, String)] = [
        ("", ""), ("plain", "plain"), ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("\n\r\t\u{8}\u{C}", #"\n\r\t\b\f"#),
        ("\u{0}", #"\u0000"#), ("\u{1F}", #"\u001f"#), ("\u{B}", #"\u000b"#), ("\u{1A}", #"\u001a"#),
        ("\u{7F}", "\u{7F}"),
        ("é語🦉", "é語🦉"), ("12345678\"", #"12345678\""#), ("\"12345678", #"\"12345678"#), ("1234567\\9", #"1234567\\9"#),
        ("\u{2028}", "\u{2028}"),
    ]

    @Test("Quotes, backslashes and control characters are escaped, all else stays", arguments: Self.texts)
    func escapesText(_ text: String, _ expected: String) {
        var content: [UInt8] = []
        JSONString.appendEscaped(Array(text.utf8).span, to: &content)
        #expect(shown(content) == expected)
    }

    @Test(
        "One byte is found wherever it stands in a long text",
        arguments: [0x22, 0x5C, 0x00, 0x1F, 0x20, 0x7F, 0x80, 0xFF])
    func findsOneByte(_ byte: UInt8) {
        var alone: [UInt8] = []
        JSONString.appendEscaped([byte].span, to: &alone)
        #expect((alone.count > 1) == (byte == 0x22 || byte == 0x5C || byte < 0x20))
        for place in 0..<170 {
            var text = [UInt8](repeating: 0x61, count: 170)
            text[place] = byte
            var content: [UInt8] = []
            JSONString.appendEscaped(text.span, to: &content)
            #expect(content == Array(text[..<place]) + alone + Array(text[(place + 1)...]), "at \(place)")
        }
    }

    @Test("What was escaped is unescaped to itself", arguments: 0..<100 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let text = Array((0..<20).map { _ in JSONDocument.text(&random) }.joined().utf8)
        var content = Array("before".utf8)
        JSONString.appendEscaped(text.span, to: &content)
        let escaped = Array(content.dropFirst(6))
        var back = Array("kept".utf8)
        JSONString.appendUnescaped(escaped.span, to: &back)
        #expect(back == Array("kept".utf8) + text, "and appended, not put in the place of what was there")
    }

    static let escapes: [(String, String)] = [
        (#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u20AC"#, "€"), (#"\ud83e\udd89"#, "🦉"), (#"\uD83E\uDD89x"#, "🦉x"),
        (#"\u0000"#, "\u{0}"), (#"\/"#, "/"), (#"\\n"#, #"\n"#), (#"\\\\"#, #"\\"#), (#"a\tb"#, "a\tb"),
        (#"\uffff"#, "\u{FFFF}"),
    ]

    @Test("Every kind of escape stands for its character", arguments: Self.escapes)
    func unescapes(_ content: String, _ expected: String) {
        var text: [UInt8] = []
        JSONString.appendUnescaped(Array(content.utf8).span, to: &text)
        #expect(shown(text) == expected)
    }

    @Test("Commas stand between values and nowhere else")
    func commas() {
        var json = JSONWriter()
        json.beginObject()
        json.member("a", 1)
        json.member("nothing", ifPresent: nil)
        json.member("b", "x")
        json.member("c", ifPresent: "y")
        json.name("d")
        json.beginArray()
        json.beginArray()
        json.endArray()
        json.beginObject()
        json.endObject()
        json.boolean(true)
        json.null()
        json.raw(Array("[1, 2]".utf8))
        json.endArray()
        json.member("e", false)
        json.name("f" as String)
        json.string(Array("z".utf8).span)
        json.endObject()
        #expect(shown(json.bytes) == #"{"a":1,"b":"x","c":"y","d":[[],{},true,null,[1, 2]],"e":false,"f":"z"}"#)
    }

    @Test("A name that is data is escaped")
    func names() {
        var json = JSONWriter()
        json.beginObject()
        json.name("a\"b\n" as String)
        json.integer(0)
        json.endObject()
        #expect(shown(json.bytes) == #"{"a\"b\n":0}"#)
    }

    @Test(
        "Integers are written to their bounds",
        arguments: [
            0, 1, -1, 9, 10, 99, 100, -10, 123_456_789, 999_999_999_999_999_999, 1_000_000_000_000_000_000, .max, .min,
        ])
    func integers(_ value: Int) {
        var json = JSONWriter()
        json.beginArray()
        json.integer(value)
        json.integer(Int64(value))
        json.endArray()
        #expect(shown(json.bytes) == "[\(value),\(value)]")
    }

    // MARK: Patches

    static let patches: [(String, [BytePatch], String)] = [
        ("abc", [], "abc"), ("", [], ""), ("", [BytePatch(0..<0, [0x78])], "x"), ("abc", [BytePatch(0..<3, [])], ""),
        ("abc", [BytePatch(1..<2, [0x78, 0x79])], "axyc"),
        ("abc", [BytePatch(0..<1, [0x78]), BytePatch(2..<3, [0x79])], "xby"),
        ("abc", [BytePatch(2..<3, [0x79]), BytePatch(0..<1, [0x78])], "xby"),
        ("abc", [BytePatch(3..<3, [0x78])], "abcx"),
        ("abc", [BytePatch(0..<1, [0x78]), BytePatch(1..<2, [0x79])], "xyc"),
        ("abcd", [BytePatch(0..<2, [0x78]), BytePatch(1..<3, [0x79])], "xcd"),
        ("abcd", [BytePatch(1..<3, [0x79]), BytePatch(0..<2, [0x78])], "xcd"),
        ("abc", [BytePatch(2..<9, [0x78])], "abc"),
        ("abc", [BytePatch(1..<1, [0x78]), BytePatch(1..<2, [0x79])], "axyc"),
    ]

    @Test("Patches change their ranges and nothing else", arguments: Self.patches)
    func patched(_ text: String, _ patches: [BytePatch], _ expected: String) {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        BytePatch.apply(patches, to: bytes.count) {
            result += bytes[$0]
        } replace: {
            result += $0
        }
        #expect(shown(result) == expected)
    }

    @Test("Patches that do not overlap may come in any order", arguments: 0..<100 as Range<UInt64>)
    func anyOrder(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let bytes = (0..<60).map { UInt8(truncatingIfNeeded: $0) }
        var patches: [BytePatch] = []
        var expected: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + 1 + random.below(8))
            if random.chance(40) {
                let replacement = [UInt8](repeating: 0xFF, count: random.below(4))
                patches.append(BytePatch(position..<end, replacement))
                expected += replacement
            } else {
                expected += bytes[position..<end]
            }
            position = end
        }
        patches.shuffle(using: &random)
        var result: [UInt8] = []
        BytePatch.apply(patches, to: bytes.count) {
            result += bytes[$0]
        } replace: {
            result += $0
        }
        #expect(result == expected)
    }
}
