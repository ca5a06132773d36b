import Testing

@testable import Detection

@Suite("Classes of bytes")
struct ByteClassTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let known: ByteClass
        let said: ByteClass

        init(_ name: String, _ known: ByteClass, _ said: ByteClass) {
            self.testDescription = name
            self.known = known
            self.said = said
        }
    }

    static let words = ByteClass("0"..."9", "a"..."z", "A"..."Z", also: "_")
    static let dashes = Self.words.union("-")
    static let visible = ByteClass("!"..."~")

    static let all = [
        Case("digits", .digits, ByteClass("0"..."9")), Case("letters", .letters, ByteClass("a"..."z", "A"..."Z")),
        Case("alphanumerics", .alphanumerics, ByteClass("0"..."9", "a"..."z", "A"..."Z")),
        Case("words", .words, Self.words), Case("wordsAndDashes", .wordsAndDashes, Self.dashes),
        Case("base64", .base64, Self.words.subtracting("_").union("+/=")),
        Case("lowerHexadecimal", .lowerHexadecimal, ByteClass("0"..."9", "a"..."f")),
        Case("hexadecimal", .hexadecimal, ByteClass("0"..."9", "a"..."f", "A"..."F")),
        Case("upperAlphanumerics", .upperAlphanumerics, ByteClass("0"..."9", "A"..."Z")),
        Case("crockford", .crockford, ByteClass("0"..."9", "a"..."z").subtracting("ilou")),
        Case("webToken", .webToken, Self.dashes.union(".")), Case("bearer", .bearer, Self.dashes.union(".~+/=")),
        Case("keys", .keys, Self.dashes.union(".")), Case("mailboxes", .mailboxes, Self.dashes.union(".+")),
        Case("domains", .domains, Self.dashes.subtracting("_").union(".")),
        Case("bareValues", .bareValues, Self.visible.subtracting("\"'`,;<>()[]{}|\\")),
        Case("urlPasswords", .urlPasswords, Self.visible.subtracting("\"'`<>/?#\\")),
        Case("separators", .separators, ByteClass(also: " .-/()")),
        Case("tokens", .tokens, Self.dashes.union(".%+=/@:~")),
    ]

    @Test("Those that are known beforehand hold what their names say", arguments: Self.all)
    func holdsWhatItSays(_ example: Case) {
        for byte in UInt8.min...UInt8.max {
            #expect(example.known.contains(byte) == example.said.contains(byte), "byte \(byte)")
        }
    }
}
