/// Cuts text into the tokens of the extractive model: what it streams one by one, and what it counts.
///
/// A token is a word of at most twelve characters (longer words are several), one character of a script without spaces,
/// or one punctuation mark or symbol; white space before it belongs to it, combining marks stay with their letter. The
/// tokens of a text, joined, are the text. English prose comes to about 1.15 tokens a word.
struct TextPieces {
    static let longestWord = 12

    private var wordLength = 0
    /// Nothing but white space so far in this piece.
    private var isBlank = true
    private var hasBegun = false

    /// Whether a new piece begins at this scalar.
    private mutating func begins(at scalar: Unicode.Scalar) -> Bool {
        defer { self.hasBegun = true }
        switch ScalarClass(scalar) {
        case .space:
            let begins = !self.isBlank
            self.isBlank = true
            self.wordLength = 0
            return begins || !self.hasBegun
        case .mark where self.hasBegun && !self.isBlank:
            return false
        case .word:
            let begins = !self.isBlank && (self.wordLength == 0 || self.wordLength == Self.longestWord)
            self.wordLength = begins || self.isBlank ? 1 : self.wordLength + 1
            self.isBlank = false
            return begins || !self.hasBegun
        case .mark, .unspaced, .other:
            let begins = !self.isBlank
            self.wordLength = 0
            self.isBlank = false
            return begins || !self.hasBegun
        }
    }

    /// The number of pieces: one pass, nothing allocated.
    static func count(in text: String) -> Int {
        var cutter = TextPieces()
        var count = 0
        for scalar in text.unicodeScalars where cutter.begins(at: scalar) { count += 1 }
        return count
    }

    /// The pieces in order.
    static func pieces(of text: String) -> [String] {
        var cutter = TextPieces()
        var pieces: [String] = []
        var start = text.unicodeScalars.startIndex
        for index in text.unicodeScalars.indices {
            guard cutter.begins(at: text.unicodeScalars[index]), index > start else { continue }
            pieces.append(String(text.unicodeScalars[start..<index]))
            start = index
        }
        if start < text.unicodeScalars.endIndex { pieces.append(String(text.unicodeScalars[start...])) }
        return pieces
    }
}
