/// One look over a text, word by word, that says where it may be written to be misread. What it suspects is looked into by
/// others; most texts are never looked at again.
struct Survey {
    /// What may be there.
    enum Suspicion: Sendable {
        case escapes, letters, separators, spacing, leet, base64, base32, hexadecimal, bits, numbers, morse
        case spelled, disorder, backwards
    }

    /// A suspicion, and the part of the text that it is about.
    struct Suspect: Sendable {
        let suspicion: Suspicion
        var range: Range<Int>
    }

    /// In the order of the text; of each suspicion at most ``limit``.
    private(set) var suspects: [Suspect] = []
    static let limit = 16

    /// Words of one kind in a row.
    private var row: Row?
    private struct Row {
        let suspicion: Suspicion
        let start: Int
        var end: Int
        var count: Int
    }

    /// The letters since the last window was weighed.
    private var window = Window()
    private struct Window {
        var start = -1
        var forward = 0
        var backward = 0
        var pairs = 0
    }

    private var isJSON = false

    init() {}

    /// Looks over a text. The cost is one pass, and nothing is allocated unless something is suspected.
    mutating func look(over text: Span<UInt8>) {
        self.suspects.removeAll(keepingCapacity: true)
        self.row = nil
        self.window = Window()
        self.isJSON = Self.beginsJSON(text)
        let figures = LanguageScore.pairs
        let pairs = figures.span
        let table = ByteKinds.table
        let classes = table.span
        var index = 0
        while index < text.count {
            guard classes[Int(text[index])] & ByteKinds.space == 0 else {
                index += 1
                continue
            }
            let start = index
            var forward = 0
            var backward = 0
            var count = 0
            var letters = 0
            var digits = 0
            var leets = 0
            var seen: UInt8 = 0
            var previous = 0
            while index < text.count {
                let byte = text[index]
                let kind = classes[Int(byte)]
                if kind & ByteKinds.space != 0 { break }
                seen |= kind
                index += 1
                if kind & ByteKinds.letter != 0 {
                    let letter = Int(byte & 0x1F)
                    forward += Int(pairs[previous << 5 | letter])
                    backward += Int(pairs[letter << 5 | previous])
                    count += 1
                    letters += 1
                    previous = letter
                    continue
                }
                if previous != 0 {
                    forward += Int(pairs[previous << 5])
                    backward += Int(pairs[previous])
                    count += 1
                    previous = 0
                }
                if kind & ByteKinds.digit != 0 { digits += 1 }
                if kind & ByteKinds.leet != 0 { leets += 1 }
            }
            if previous != 0 {
                forward += Int(pairs[previous << 5])
                backward += Int(pairs[previous])
                count += 1
            }
            if seen & ByteKinds.opener != 0 { self.lookForEscapes(text, start..<index) }
            self.weigh(start..<index, forward, backward, count, isWord: index - start <= 32)
            self.classify(text, start..<index, letters: letters, digits: digits, leets: leets)
        }
        self.endRow()
        self.weighWindow(to: text.count)
    }

    /// Notes a suspicion; joins it to the last of its kind where they lie close.
    private mutating func suspect(_ suspicion: Suspicion, _ range: Range<Int>, within gap: Int = 2) {
        var count = 0
        for index in self.suspects.indices.reversed() where self.suspects[index].suspicion == suspicion {
            if range.lowerBound - self.suspects[index].range.upperBound <= gap {
                self.suspects[index].range = self.suspects[index].range.lowerBound..<range.upperBound
                return
            }
            count += 1
            if count >= Self.limit { return }
        }
        self.suspects.append(Suspect(suspicion: suspicion, range: range))
    }

    // MARK: How it reads

    private mutating func weigh(_ word: Range<Int>, _ forward: Int, _ backward: Int, _ pairs: Int, isWord: Bool) {
        // Keys, addresses and numbers read like nothing, and are no language.
        guard isWord, pairs > 2 else { return }
        if self.window.start < 0 { self.window.start = word.lowerBound }
        self.window.forward += forward
        self.window.backward += backward
        self.window.pairs += pairs
        if self.window.pairs >= 72 { self.weighWindow(to: word.upperBound) }
    }

    private mutating func weighWindow(to end: Int) {
        let window = self.window
        self.window = Window()
        guard window.pairs >= 18, window.start >= 0 else { return }
        if window.backward >= window.forward + 2 * window.pairs, window.backward >= 3 * window.pairs {
            self.suspect(.backwards, window.start..<end, within: 128)
        } else if window.forward < 2 * window.pairs {
            self.suspect(.disorder, window.start..<end, within: 128)
        }
    }

    // MARK: What its words are

    private mutating func classify(_ text: Span<UInt8>, _ word: Range<Int>, letters: Int, digits: Int, leets: Int) {
        let count = word.count
        let others = count - letters - digits
        if count >= 16 { self.lookForPayloads(text, word, others: others) }
        if others >= 3, letters >= 6, count >= 10 { self.lookForSeparators(text, word, letters: letters) }
        if letters > 0, leets > 0, count >= 3, count <= 24, letters + leets == count || others <= 2 {
            // A number with a unit has its digits at one end; a disguised word has them inside, or is nothing else.
            if Self.isDisguised(text, word) { self.suspect(.leet, word, within: 80) }
        }
        guard let kind = Self.kind(text, word, letters: letters, digits: digits) else {
            self.endRow()
            return
        }
        if self.row?.suspicion == kind {
            self.row?.end = word.upperBound
            self.row?.count += 1
        } else {
            self.endRow()
            self.row = Row(suspicion: kind, start: word.lowerBound, end: word.upperBound, count: 1)
        }
    }

    private mutating func endRow() {
        guard let row = self.row else { return }
        self.row = nil
        let needed =
            switch row.suspicion {
            case .letters: 4
            case .spelled: 5
            case .bits, .morse: 4
            default: 8
            }
        if row.count >= needed { self.suspect(row.suspicion, row.start..<row.end, within: 8) }
    }

    /// What kind of row a word may stand in.
    private static func kind(_ text: Span<UInt8>, _ word: Range<Int>, letters: Int, digits: Int) -> Suspicion? {
        let count = word.count
        if count == 1 {
            return letters == 1 || digits == 1 || text[word.lowerBound] >= 0x80 ? .letters : Self.morse(text, word)
        }
        if digits == count {
            if count % 8 == 0, word.allSatisfy({ text[$0] | 1 == 0x31 }) { return .bits }
            return count <= 3 ? .numbers : nil
        }
        if count == 2, word.allSatisfy({ ByteKinds.isHexadecimal(text[$0]) }) { return .numbers }
        if count == 4, text[word.lowerBound] == 0x30, text[word.lowerBound + 1] | 0x20 == UInt8(ascii: "x") {
            return .numbers
        }
        if letters == 0, digits == 0 { return Self.morse(text, word) }
        if letters == count, (4...8).contains(count), Spelling.letter(of: text, word) != nil { return .spelled }
        // Three digits and a comma stand in lists.
        if digits == count - 1, count <= 4, text[word.upperBound - 1] == UInt8(ascii: ",") { return .numbers }
        return nil
    }

    private static func isDisguised(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        var turns = 0
        var wasLetter: Bool?
        for offset in word {
            let isLetter = LanguageScore.letter(text[offset]) > 0
            if let wasLetter, wasLetter != isLetter { turns += 1 }
            wasLetter = isLetter
        }
        return turns >= 2 || word.count <= 5 && turns == 1
    }

    /// Whether a word is letters with a sign between all of them, or words with one.
    private mutating func lookForSeparators(_ text: Span<UInt8>, _ word: Range<Int>, letters: Int) {
        var groups = 0
        var signs = 0
        var sign: UInt8 = 0
        var isSame = true
        var inGroup = false
        for offset in word {
            let byte = text[offset]
            if LanguageScore.letter(byte) > 0 || (0x30...0x39).contains(byte) {
                if !inGroup { groups += 1 }
                inGroup = true
            } else {
                if sign == 0 { sign = byte } else if sign != byte { isSame = false }
                signs += 1
                inGroup = false
            }
        }
        if groups >= 4, groups * 2 >= letters, signs + 1 >= groups {
            self.suspect(.separators, word, within: 4)
        } else if groups >= 5, word.count >= 24, isSame, signs <= 3 * groups {
            self.suspect(.spacing, word, within: 4)
        }
    }

    /// Runs of bytes that may be an encoding, in a long word.
    private mutating func lookForPayloads(_ text: Span<UInt8>, _ word: Range<Int>, others: Int) {
        var start = word.lowerBound
        var seen: UInt8 = 0
        for offset in word.lowerBound...word.upperBound {
            let byte = offset < word.upperBound ? text[offset] : 0
            let kind = ByteKinds.table[Int(byte)]
            if kind & ByteKinds.base64 != 0 {
                seen |= ByteKinds.cases(byte)
                continue
            }
            let run = start..<offset
            start = offset + 1
            let found = seen
            seen = 0
            guard run.count >= 16 else { continue }
            if run.allSatisfy({ ByteKinds.isHexadecimal(text[$0]) }) {
                if run.count % 8 == 0, run.allSatisfy({ text[$0] | 1 == 0x31 }) { self.suspect(.bits, run) }
                self.suspect(.hexadecimal, run, within: 2)
            } else if found & ByteKinds.lowers == 0, run.allSatisfy({ ByteKinds.isBase32(text[$0]) }) {
                self.suspect(.base32, run, within: 2)
            } else if found & ByteKinds.uppers != 0 || found & ByteKinds.figures != 0 {
                self.suspect(.base64, run, within: 2)
            }
        }
    }

    /// Escapes: `%41`, `&#65;`, `&lt;`, `\u0041`, `\x41`, `=41`.
    private mutating func lookForEscapes(_ text: Span<UInt8>, _ word: Range<Int>) {
        for offset in word where ByteKinds.table[Int(text[offset])] & ByteKinds.opener != 0 {
            if Escapes.length(text, at: offset, isJSON: self.isJSON, isCounted: true) > 0 {
                self.suspect(.escapes, offset..<min(offset + 6, text.count), within: 512)
            }
        }
    }

    private static func beginsJSON(_ text: Span<UInt8>) -> Bool {
        for offset in 0..<min(text.count, 64) {
            let byte = text[offset]
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { continue }
            return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"")
        }
        return false
    }
}

extension Survey {
    /// Dots and dashes stand for letters.
    private static func morse(_ text: Span<UInt8>, _ word: Range<Int>) -> Suspicion? {
        word.count <= 7 && word.allSatisfy { ".-/_|".utf8.contains(text[$0]) } ? .morse : nil
    }
}

/// What bytes are, for one look-up each.
enum ByteKinds {
    static let letter: UInt8 = 1
    static let digit: UInt8 = 2
    static let space: UInt8 = 4
    static let leet: UInt8 = 8
    static let opener: UInt8 = 16
    static let base64: UInt8 = 32

    static let lowers: UInt8 = 1
    static let uppers: UInt8 = 2
    static let figures: UInt8 = 4

    static let table: [UInt8] = (0...255).map { (byte: UInt8) in
        var kind: UInt8 = 0
        if LanguageScore.letter(byte) > 0 { kind |= Self.letter | Self.base64 }
        if (0x30...0x39).contains(byte) { kind |= Self.digit | Self.base64 }
        if byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 { kind |= Self.space }
        if "01345789@$!|+".utf8.contains(byte) { kind |= Self.leet }
        if "%&\\=".utf8.contains(byte) { kind |= Self.opener }
        if "+/=-_".utf8.contains(byte) { kind |= Self.base64 }
        return kind
    }

    static func cases(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x61...0x7A: self.lowers
        case 0x41...0x5A: self.uppers
        case 0x30...0x39: self.figures
        default: 0
        }
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool { self.digit(byte) != nil }

    static func isBase32(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x32...0x37).contains(byte) || byte == UInt8(ascii: "=")
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
