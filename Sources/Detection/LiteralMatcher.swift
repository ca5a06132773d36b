/// A word or a mark that is looked for as it is.
struct LiteralMatcher: Hashable, Sendable {
    let text: [UInt8]
    /// Whether letters of either case count; of ASCII alone.
    var ignoresCase = true
    /// Whether it stands as a word: no letter or digit directly before or after it.
    var isWord = true

    /// All of it, or as much as shows that it may have begun: what stands behind the first byte that a stream does not hold
    /// back is read by the matcher.
    var trigger: String {
        let escaped = self.head.map { byte in
            ByteClass.alphanumerics.contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + Self.hexadecimal(byte)
        }
        return (self.ignoresCase ? "(?i)" : "") + escaped.joined()
    }

    private var head: ArraySlice<UInt8> {
        guard let end = self.text.firstIndex(where: { !ByteClass.tokens.contains($0) }) else { return self.text[...] }
        return self.text[...end]
    }

    private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let head = self.head.count
        let start = hit - head
        reader.candidate = start
        var end = hit
        for expected in self.text[head...] {
            let byte = reader.byte(end)
            guard byte == expected || self.ignoresCase && Self.lower(byte) == Self.lower(expected) else { return nil }
            end += 1
        }
        guard self.isWord else { return Match(start..<end) }
        guard !Self.isLetter(reader.before(start - 1)) || !Self.isLetter(reader.before(start)),
            !Self.isLetter(reader.before(end - 1)) || !Self.isLetter(reader.byte(end))
        else { return nil }
        return Match(start..<end)
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }

    /// Whether a byte is a letter, a digit, or part of a character that may be one.
    private static func isLetter(_ byte: UInt8) -> Bool { ByteClass.words.contains(byte) || byte >= 0x80 }
}
