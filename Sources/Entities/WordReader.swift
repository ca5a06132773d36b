/// Cuts text into words.
///
/// Words end at everything that is no letter and no digit, so `O'Brien` and `Jean-Luc` are three words each. A paragraph
/// ends the block that is looked at together; so does the limit.
package enum WordReader {
    /// No more words than this are looked at together.
    package static let longestBlock = 512

    /// Appends the words of the block that begins at `start`, and says where the next block begins.
    ///
    /// Linear in the text. The flags are not set.
    package static func read(_ text: Span<UInt8>, from start: Int, into words: inout [Word]) -> Int {
        let count = text.count
        var index = start
        var gap: Word.Gap = start == 0 ? .paragraph : .line
        while index < count {
            let byte = text[index]
            switch byte {
            case 0x20:
                gap = gap == .none ? .space : (gap == .space ? .wide : gap)
                index += 1
            case 0x0A:
                if gap == .line, !words.isEmpty { return index + 1 }
                gap = .line
                index += 1
            case 0x09, 0x0D, 0x0B, 0x0C:
                if gap.rawValue < Word.Gap.wide.rawValue { gap = .wide }
                index += 1
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC3...0xDF, 0xE0...0xE1, 0xE3...0xF4:
                guard words.count < Self.longestBlock else { return index }
                index = Self.word(text, at: index, gap, into: &words)
                gap = .none
            default:
                if byte == 0xC2, index + 1 < count, text[index + 1] == 0xA0 {
                    gap = gap == .none ? .space : gap
                    index += 2
                    continue
                }
                guard words.count < Self.longestBlock else { return index }
                let length = byte < 0x80 ? 1 : min(count - index, byte < 0xE0 ? 2 : 3)
                words.append(Self.sign(text, at: index, length, gap))
                gap = .none
                index += length
            }
        }
        return count
    }

    private static func sign(_ text: Span<UInt8>, at index: Int, _ length: Int, _ gap: Word.Gap) -> Word {
        var byte = text[index]
        // Curved quotes and long dashes are read as the plain ones.
        if length == 3, index + 2 < text.count, text[index + 1] == 0x80 {
            switch text[index + 2] {
            case 0x90...0x95: byte = UInt8(ascii: "-")
            case 0x98...0x9B: byte = UInt8(ascii: "'")
            case 0x9C...0x9F: byte = UInt8(ascii: "\"")
            case 0xA6: byte = UInt8(ascii: ".")
            default: break
            }
        }
        let isStop = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
        return Word(
            start: Int32(truncatingIfNeeded: index), end: Int32(truncatingIfNeeded: index + length),
            hash: Self.begin &+ UInt64(byte) &* Self.factor, tail: UInt64(byte), shape: isStop ? .stop : .sign, gap: gap
        )
    }

    private static let begin: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let factor: UInt64 = 0x9FB2_1C65_1E98_DF25

    /// The hash of a word in a list, as the words of a text are hashed; only its letters and digits count.
    package static func hash(_ word: some Sequence<UInt8>) -> UInt64 {
        let bytes = Array(word)
        var words: [Word] = []
        _ = self.read(bytes.span, from: 0, into: &words)
        var total: UInt64 = 0
        for word in words where word.shape != .sign && word.shape != .stop { total = self.phrase(total, word.hash) }
        return total
    }

    /// The hash of words that stand together, from the hash of those before, zero at first, and that of the next.
    package static func phrase(_ before: UInt64, _ next: UInt64) -> UInt64 {
        before == 0 ? next : (before ^ (next >> 29)) &* Self.factor &+ next
    }

    private static func word(
        _ text: Span<UInt8>, at start: Int, _ gap: Word.Gap, into words: inout [Word]
    ) -> Int {
        let count = text.count
        var index = start
        var hash = Self.begin
        var (head, tail): (UInt32, UInt64) = (0, 0)
        var (letters, capitals, digits, others) = (0, 0, 0, 0)
        var startsWithCapital = false
        while index < count {
            let byte = text[index]
            var letter = byte
            var width = 1
            switch byte {
            case 0x61...0x7A: letters += 1
            case 0x41...0x5A:
                letter = byte | 0x20
                if index == start { startsWithCapital = true }
                capitals += 1
                letters += 1
            case 0x30...0x39: digits += 1
            case 0xC3...0xC5:
                width = min(2, count - index)
                let code = Int(byte & 0x1F) << 6 | Int(width == 2 ? text[index + 1] & 0x3F : 0)
                if let folded = LatinFolding.letter(code) {
                    letter = folded
                    letters += 1
                    if LatinFolding.isCapital(code) {
                        if index == start { startsWithCapital = true }
                        capitals += 1
                    }
                    // The sharp s is two.
                    if code == 0xDF {
                        hash = (hash ^ UInt64(letter)) &* Self.factor
                        hash ^= hash >> 32
                        tail = tail << 8 | UInt64(letter)
                    }
                } else {
                    others += 1
                }
            case 0xCC, 0xCD:
                // Marks that stand apart from their letters.
                index += min(2, count - index)
                continue
            case 0x80...0xBF, 0xC6...0xCB, 0xCE...0xDF, 0xE0...0xE1, 0xE3...0xF4: others += 1
            default: width = 0
            }
            if width == 0 { break }
            hash = (hash ^ UInt64(letter)) &* Self.factor
            hash ^= hash >> 32
            if head < 0x1_0000 { head = head << 8 | UInt32(letter) }
            tail = tail << 8 | UInt64(letter)
            index += width
        }
        let shape = Self.shape(letters, capitals, digits, others, startsWithCapital)
        words.append(
            Word(
                start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: index), hash: hash, head: head,
                tail: tail, shape: shape, gap: gap))
        return index
    }

    private static func shape(
        _ letters: Int, _ capitals: Int, _ digits: Int, _ others: Int, _ startsWithCapital: Bool
    ) -> Word.Shape {
        if digits > 0 {
            guard letters == 0, others == 0 else { return .code }
            return switch digits {
            case 1: .digit
            case 2: .digits2
            case 3: .digits3
            case 4: .digits4
            case 5: .digits5
            default: .digitsMore
            }
        }
        // Letters of other alphabets among Latin ones count little; a word of them is foreign.
        if others > letters { return .foreign }
        if capitals == 0 { return .lower }
        if startsWithCapital {
            if letters == 1 { return .initial }
            if capitals == 1 { return .capitalised }
        }
        return capitals == letters ? .capitals : .mixed
    }
}

extension WordReader {
    /// A letter as it is typed without its marks; another character as it is.
    package static func plain(_ character: Character) -> Character {
        guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
            let letter = LatinFolding.letter(Int(scalar.value))
        else { return character }
        let plain = Character(UnicodeScalar(letter))
        return LatinFolding.isCapital(Int(scalar.value)) ? Character(plain.uppercased()) : plain
    }
}
