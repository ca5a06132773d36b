import TestSupport
import Testing
import Transparency

@Suite("Base 64")
struct Base64Tests {
    static let known: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("the examples of RFC 4648 are written and read", arguments: Base64Tests.known)
    func examples(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
        let url = String(text.prefix { $0 != "=" })
        #expect(Base64.encodeURL(Array(plain.utf8)) == url)
        #expect(Base64.decodeURL(url) == Array(plain.utf8))
    }

    static let refused: [String] = [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "====", "Zg==Zg==", " Zg==", "Zg==\n", "Z-8_", "Zm8é",
    ]

    @Test("one value has one form: nothing else is read", arguments: Base64Tests.refused)
    func strictness(_ text: String) { #expect(Base64.decode(text) == nil) }

    @Test("what is written is read back, whatever it is")
    func roundTrip() {
        var random = SplitMix(seed: 3)
        for count in 0..<200 {
            let value = (0..<count).map { _ in UInt8(random.below(256)) }
            #expect(Base64.decode(Base64.encode(value)) == value)
            #expect(Base64.decodeURL(Base64.encodeURL(value)) == value)
        }
        #expect(Base64.decodeURL("_-8") == [0xFF, 0xEF])
        #expect(Base64.decodeURL("/+8") == nil)
    }
}
