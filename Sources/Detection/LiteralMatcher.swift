/// A word or a mark that is looked for as it is.
struct LiteralMatcher: Hashable, Sendable {
    let text: [UInt8]
    /// Whether letters of either case count; of ASCII alone.
    var ignoresCase = true
    /// Whether it stands as a word: no letter or digit directly before or after it.
    var isWord = true

    var trigger: String {
        let escaped = self.text.map { byte in
            ByteClass.alphanumerics.contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + Self.hexadecimal(byte)
        }
        return (self.ignoresCase ? "(?i)" : "") + escaped.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - self.text.count
        reader.candidate = start
        guard self.isWord else { return Match(start..<hit) }
        guard !Self.isLetter(reader.before(start - 1)) || !Self.isLetter(reader.before(start)),
            !Self.isLetter(reader.before(hit - 1)) || !Self.isLetter(reader.byte(hit))
        else { return nil }
        return Match(start..<hit)
    }

    /// Whether a byte is a letter, a digit, or part of a character that may be one.
    private static func isLetter(_ byte: UInt8) -> Bool { ByteClass.words.contains(byte) || byte >= 0x80 }
}
