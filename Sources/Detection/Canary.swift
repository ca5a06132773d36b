/// A mark of ours that is put where nobody but the model should read it: seen anywhere else, something leaks.
package struct Canary: Hashable, Sendable {
    /// Letters and digits, at least ``shortest``, so that chance does not make them.
    package let text: String

    /// No canary is shorter.
    package static let shortest = 12

    /// A canary of this text; nil where it is too short, longer than 64, or not of letters, digits, `-` and `_`.
    package init?(_ text: String) {
        guard (Self.shortest...64).contains(text.utf8.count), text.utf8.allSatisfy(ByteClass.wordsAndDashes.contains)
        else {
            return nil
        }
        self.text = text
    }

    /// A canary made of chance.
    package init(randomness: some Collection<UInt8>) {
        let alphabet = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)
        self.text = "canary" + String(decoding: randomness.prefix(20).map { alphabet[Int($0) & 31] }, as: UTF8.self)
    }

    /// The ways that it may leave: as it is, in base64 wherever it begins in a group of three, in hexadecimal, from its
    /// end to its start, in letters moved by thirteen.
    var forms: [(bytes: [UInt8], ignoresCase: Bool)] {
        let bytes = Array(self.text.utf8)
        var forms: [([UInt8], Bool)] = [(bytes, true), (bytes.reversed(), true), (bytes.map(Self.moved), true)]
        for skipped in 0..<3 { forms.append((Self.base64(bytes, skipped), false)) }
        forms.append((Array(bytes.map(Self.hexadecimal).joined().utf8), true))
        return forms
    }

    private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func moved(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x61...0x7A: (byte - 0x61 + 13) % 26 + 0x61
        case 0x41...0x5A: (byte - 0x41 + 13) % 26 + 0x41
        default: byte
        }
    }

    /// The characters of base64 that nothing but these bytes decides, if so many bytes of a group stand before them.
    private static func base64(_ bytes: [UInt8], _ skipped: Int) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let padded = [UInt8](repeating: 0, count: skipped) + bytes
        var result: [UInt8] = []
        for start in stride(from: 0, to: padded.count - 2, by: 3) {
            let bits = UInt32(padded[start]) << 16 | UInt32(padded[start + 1]) << 8 | UInt32(padded[start + 2])
            for place in 0..<4 { result.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63]) }
        }
        // The first characters hold bits of what stands before.
        return Array(result.dropFirst(skipped == 0 ? 0 : skipped + 1))
    }

    var patterns: [Pattern] {
        self.forms.map { form in
            let matcher = LiteralMatcher(text: form.bytes, ignoresCase: form.ignoresCase, isWord: false)
            return Pattern(.canaryLeak, .literal(matcher), 99, .critical)
        }
    }
}
