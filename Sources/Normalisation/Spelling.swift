/// Letters that are spelled by words, by dots and dashes, or by their place in a row of letters.
enum Spelling {
    /// The letter that a word of the spelling alphabet stands for.
    static func letter(of text: Span<UInt8>, _ word: Range<Int>) -> UInt8? {
        let first = LanguageScore.letter(text[word.lowerBound])
        guard first > 0 else { return nil }
        let spelled = Self.alphabet[first - 1].utf8
        // Two words have more than one spelling.
        let length = spelled.count
        let isAlpha = first == 1 && word.count == 5 || first == 10 && word.count == 7
        guard word.count == length || isAlpha else { return nil }
        let last = text[word.upperBound - 1] | 0x20
        guard isAlpha ? last == UInt8(ascii: first == 1 ? "a" : "t") : last == spelled.last else { return nil }
        let second = text[word.lowerBound + 1] | 0x20
        guard second == spelled.dropFirst().first else { return nil }
        return UInt8(0x60 + first)
    }

    private static let alphabet = [
        "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima",
        "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whiskey",
        "xray", "yankee", "zulu",
    ]

    /// The letter or digit of a sign in Morse's code; nil for what is none.
    static func morse(_ text: Span<UInt8>, _ word: Range<Int>) -> UInt8? {
        // A leading one and a bit for each mark.
        var code = 1
        for offset in word {
            switch text[offset] {
            case UInt8(ascii: "."): code = code << 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"): code = code << 1 | 1
            default: return nil
            }
            if code > 63 { return nil }
        }
        let letter = Self.marks[code]
        return letter == UInt8(ascii: "?") ? nil : letter
    }

    private static let marks: [UInt8] = {
        var table = [UInt8](repeating: UInt8(ascii: "?"), count: 64)
        let codes = [
            ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---",
            ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--..",
        ]
        let digits = [
            "-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----.",
        ]
        for (letters, first) in [(codes, UInt8(ascii: "a")), (digits, UInt8(ascii: "0"))] {
            for (index, code) in letters.enumerated() {
                let place = code.utf8.reduce(1) { $0 << 1 | ($1 == UInt8(ascii: "-") ? 1 : 0) }
                table[place] = first + UInt8(index)
            }
        }
        return table
    }()

    /// How letters were moved along the alphabet, if moving them back makes them read like language: a number of places,
    /// or 26 for the alphabet mirrored.
    static func shift(of text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var counts = [Int](repeating: 0, count: 26)
        for offset in range.prefix(4096) {
            let letter = LanguageScore.letter(text[offset])
            if letter > 0 { counts[letter - 1] += 1 }
        }
        guard counts.reduce(0, +) >= 16 else { return nil }
        var best = (score: Int.min, shift: 0)
        for shift in 1...26 {
            var score = 0
            for letter in 0..<26 {
                let plain = shift == 26 ? 25 - letter : (letter + shift) % 26
                score += counts[letter] * Self.frequencies[plain]
            }
            if score > best.score { best = (score, shift) }
        }
        let sample = range.prefix(4096).map { Self.shifted(text[$0], by: best.shift) }
        let (sum, pairs) = LanguageScore.score(sample)
        return pairs >= 16 && sum >= LanguageScore.language * pairs ? best.shift : nil
    }

    /// A letter moved along the alphabet; anything else as it is.
    static func shifted(_ byte: UInt8, by shift: Int) -> UInt8 {
        let letter = LanguageScore.letter(byte)
        guard letter > 0 else { return byte }
        let moved = shift == 26 ? 26 - letter : (letter - 1 + shift) % 26
        return (byte & 0x20) | UInt8(0x41 + moved)
    }

    /// How usual the letters are, in eighths of a bit.
    private static let frequencies = [
        13, -6, 1, 4, 20, -3, -3, 4, 14, -25, -15, 6, 0, 13, 15, -2, -30, 12, 13, 17, 2, -11, -5, -28, -4, -34,
    ]
}
