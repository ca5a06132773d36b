/// Tells whether a short text is nothing but an order: a few words, none quoted or asked about, nobody told of.
enum AloneText {
    /// How long such a text may be, in bytes.
    static let longest = 80
    /// How many bytes may follow the order: a mark, `please`, `now`.
    static let rest = 8
    /// How many words it may have.
    private static let words = 7
    /// Words that a sentence begins with that tells or asks of an order and gives none.
    private static let tellers: Set<String> = [
        "he", "she", "they", "i", "we", "it", "you", "who", "what", "how", "why", "when", "where", "which", "if", "the",
        "a",
        "an", "my", "our", "his", "her", "their", "this", "that", "to", "does", "do", "did", "can", "could", "should",
        "would", "is", "are", "was", "never", "don't", "not",
    ]

    static func isOrder(_ text: Span<UInt8>) -> Bool {
        var words = 0
        var isInWord = false
        var first = ""
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case 0x22, 0x60, 0x3F, 0xC2, 0xE2: return false
            case 0x00...0x20, 0x2C, 0x2E, 0x21, 0x3A, 0x3B:
                isInWord = false
            default:
                // A quotation mark, where it is no apostrophe.
                if byte == 0x27, !isInWord { return false }
                if !isInWord { words += 1 }
                isInWord = true
                if words == 1, byte < 0x80 {
                    let isUpper = (0x41...0x5A).contains(byte)
                    first.unicodeScalars.append(Unicode.Scalar(isUpper ? byte | 0x20 : byte))
                }
            }
        }
        return (1...Self.words).contains(words) && !Self.tellers.contains(first)
    }
}
