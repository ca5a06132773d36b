/// A term as it is compared: folded letters.
struct ExtractiveTerm: Hashable {
    let letters: [UInt32]
    /// Two neighbouring characters of a script without spaces between words, not a whole word.
    let isBigram: Bool

    /// Whether a folded letter is a digit, of whatever script it was.
    static func isDigit(_ letter: UInt32) -> Bool { letter >= 0x30 && letter <= 0x39 }
}

/// Reads the terms of a text: folded words, and overlapping bigrams where a script does not set its words apart.
///
/// Unspaced scripts by bigrams: the usual way without a dictionary (Nie, Gao, Zhang and Zhou, 2000). A run of katakana is
/// one word: it mostly spells one. Linear.
enum TermReader {
    /// Letters of a word beyond this many are not looked at.
    static let longestWord = 48

    /// Calls `body` for each term in order. The array is the reader's own buffer: copy what should stay.
    static func read(
        _ text: [Unicode.Scalar], in range: Range<Int>, _ body: (_ letters: [UInt32], _ isBigram: Bool) -> Void
    ) {
        var word: [UInt32] = []
        word.reserveCapacity(16)
        var wordIsKatakana = false
        var run: [UInt32] = []
        var runLength = 0

        func endWord() {
            guard !word.isEmpty else { return }
            Self.dropArabicArticle(&word)
            body(word, false)
            word.removeAll(keepingCapacity: true)
        }
        func endRun() {
            if runLength == 1 { body(run, true) }
            run.removeAll(keepingCapacity: true)
            runLength = 0
        }
        func extendRun(_ scalar: Unicode.Scalar) {
            if run.count >= 2 { run.removeFirst(run.count - 1) }
            let before = run.count
            TermFolding.append(scalar, to: &run)
            guard run.count > before else { return }
            runLength += 1
            if run.count == 2 { body(run, true) }
        }

        for index in range {
            let scalar = text[index]
            switch ScalarClass(scalar) {
            case .word:
                endRun()
                if wordIsKatakana { endWord() }
                wordIsKatakana = false
                if word.count < Self.longestWord { TermFolding.append(scalar, to: &word) }
            case .unspaced where Self.isKatakana(scalar):
                endRun()
                if !wordIsKatakana { endWord() }
                wordIsKatakana = true
                if word.count < Self.longestWord { TermFolding.append(scalar, to: &word) }
            case .unspaced:
                endWord()
                extendRun(scalar)
            case .mark:
                if runLength > 0 {
                    extendRun(scalar)
                } else if !word.isEmpty, word.count < Self.longestWord {
                    TermFolding.append(scalar, to: &word)
                }
            case .space, .other:
                endWord()
                endRun()
            }
        }
        endWord()
        endRun()
    }

    /// The terms of a short text.
    static func terms(of text: [Unicode.Scalar], in range: Range<Int>? = nil) -> [ExtractiveTerm] {
        var terms: [ExtractiveTerm] = []
        Self.read(text, in: range ?? 0..<text.count) { terms.append(ExtractiveTerm(letters: $0, isBigram: $1)) }
        return terms
    }

    private static func isKatakana(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30A1...0x30FA, 0x30FC...0x30FE, 0x31F0...0x31FF, 0xFF66...0xFF9F: true
        default: false
        }
    }

    /// Takes off the article `al-`, alone or behind one of the letters written together with it (and, with, like, so).
    private static func dropArabicArticle(_ word: inout [UInt32]) {
        guard word.count >= 5, (0x620...0x64A).contains(word[0]) else { return }
        if word[0] == 0x627, word[1] == 0x644 {
            word.removeFirst(2)
        } else if word.count >= 6, word[1] == 0x627,
            word[2] == 0x644, [0x648, 0x628, 0x643, 0x641].contains(word[0])
        {
            word.removeFirst(3)
        }
    }
}
