import Testing

@testable import Settings

@Suite("Files that are not meant well")
struct YAMLTests {
    /// Nine levels of nine aliases each: 387 million values if they were expanded.
    static let laughs = (0..<9).map { level in
        let items = Array(repeating: level == 0 ? "ha" : "*l\(level - 1)", count: 9).joined(separator: ", ")
        return "l\(level): &l\(level) [\(items)]"
    }.joined(separator: "\n")

    @Test("with aliases of aliases are refused at once, each anchor named")
    func billionLaughs() {
        let loading = load(Self.laughs)
        #expect(loading.problems.map(\.location.line) == Array(1...9))
        #expect(loading.problems.allSatisfy { $0.message == "anchors and aliases are not supported" })
    }

    @Test("with such an alias as a key, which would be hashed in full, too")
    func billionLaughsAsKey() {
        let loading = load(Self.laughs + "\n? *l8\n: 1\n? [*l8, x]\n: 2\n")
        #expect(loading.settings == nil)
        #expect(loading.problems.count(where: { $0.message == "anchors and aliases are not supported" }) == 9)
    }

    @Test("with an anchor that hides behind an alias, too")
    func hiddenAnchor() {
        let loading = load("a: &x 1\nb: {*x :&y 2}\n? *y\n: 1\n")
        #expect(
            loading.report == """
                gatehouse.yaml:1:4: anchors and aliases are not supported
                hint: write the value where it is needed
                """)
    }

    @Test("with anchors deeper than the reader looks, too")
    func deepAnchors() {
        let open = String(repeating: "[", count: 30)
        let close = String(repeating: "]", count: 30)
        let loading = load("a: \(open)&x 1\(close)\nb: \(open)&y [*x, *x]\(close)\n? *y\n: 1")
        #expect(loading.settings == nil)
    }

    @Test("with text that only looks like anchors and aliases load")
    func harmlessAsterisks() throws {
        let yaml = minimal(
            """
            storage: {path: "*a &a *b"} # &a *a
            policies:
              path: this & that, 2 * 3, *that* and &this
            """)
        let settings = try load(yaml).get()
        #expect(settings.storage.path == "*a &a *b")
        #expect(settings.policies.path == "this & that, 2 * 3, *that* and &this")
    }

    static let encodings: [(bytes: [UInt8], report: String)] = [
        ([0x61, 0x3A, 0x0A, 0x62, 0xC3, 0x28], "gatehouse.yaml:2:2: the file is not UTF-8"),
        ([0xFF, 0xFE, 0x61, 0x00], "gatehouse.yaml:1:1: the file is not UTF-8\nhint: save it as UTF-8"),
        (Array("ä: \u{7F}".utf8), "gatehouse.yaml:1:4: control characters are not allowed"),
        (Array("a: \0".utf8), "gatehouse.yaml:1:4: control characters are not allowed"),
        (Array("a: b\nä: \u{80}".utf8), "gatehouse.yaml:2:4: control characters are not allowed"),
        (Array("a: \u{FEFF}".utf8), "gatehouse.yaml:1:4: control characters are not allowed"),
        ([0xEF, 0xBB, 0xBF], "gatehouse.yaml: the file is empty\nhint: gatehouse init writes one to start from"),
    ]

    @Test("in other encodings are refused where they stop being UTF-8", arguments: Self.encodings)
    func encoding(_ bytes: [UInt8], _ report: String) {
        #expect(load(bytes: bytes).report == report)
    }

    @Test("load with a byte order mark and the line ends of Windows")
    func windows() throws {
        let text = "\u{FEFF}" + minimal("threads: 2\nlog: {level: debug}")
        let bytes = text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(try load(bytes: Array(bytes)).get().threads == 2)
    }

    @Test("of more than 1 MiB are not even parsed, of exactly that they are")
    func size() {
        let yaml = minimal()
        let padding = (1 << 20) - yaml.utf8.count
        #expect(load(yaml + String(repeating: "#", count: padding)).report == "")
        #expect(
            load(yaml + String(repeating: "#", count: padding + 1)).report
                == "gatehouse.yaml: the file is larger than 1MiB")
    }

    static let patterns = [
        "[", "{", "- ", "a: ", "? ", "&a ", "*a ", "!", "\"", "'", "|\n", "a,", "[a,", "${", "\n", "é", "\na: 1",
    ]

    /// Each stands for a parser that takes more than linear time: the test takes minutes then, not moments.
    @Test("of one pattern over and over are answered in moments", arguments: Self.patterns)
    func repeated(_ pattern: String) {
        let text = "a: " + String(repeating: pattern, count: 40_000 / pattern.utf8.count)
        #expect(load(text).settings == nil)
    }

    @Test("with a key that occurs many times are answered without naming each")
    func manyDuplicates() {
        let loading = load(String(repeating: "threads: 1\n", count: 40))
        #expect(loading.report == "gatehouse.yaml: too many keys occur twice")
    }

    @Test("with a key twice that is written in an unusual way are still answered")
    func unusualDuplicates() {
        #expect(load("'''a': 1\n'''a': 2").report == "gatehouse.yaml:1:1: the key `'a` occurs twice in one mapping")
        #expect(load("\"\\x61\": 1\na: 2").report == "gatehouse.yaml:1:1: the key `a` occurs twice in one mapping")
    }
}
