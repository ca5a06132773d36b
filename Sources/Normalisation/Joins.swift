/// The readings that keep to the words of a text, each of the part that asks for it and some bytes around.
enum Joins {
    /// How much of the text before and after a suspect part is read with it.
    private static let around = 96

    /// A suspect part with what stands around it, from one blank to another.
    private static func wider(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
        var start = max(0, range.lowerBound - self.around)
        while start > 0, start < range.lowerBound, text[start - 1] > 0x20 { start += 1 }
        var end = min(text.count, range.upperBound + self.around)
        while end < text.count, end > range.upperBound, text[end] > 0x20 { end -= 1 }
        return start..<end
    }

    static func unescape(
        _ text: Span<UInt8>, _ range: Range<Int>, of parent: Int?, depth: Int, _ result: inout Normalised,
        _ room: inout Int
    ) {
        let range = self.wider(range, text)
        guard range.count <= room else { return result.isCut = true }
        var writer = MappedText()
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            let length =
                ByteKinds.table[Int(byte)] & ByteKinds.opener != 0 ? writer.putEscape(of: text, at: index) : 0
            if length == 0 { writer.copy(byte, at: index) }
            index += max(1, length)
        }
        Normaliser.add(.unescaped, writer.bytes, writer.map, of: parent, depth: depth + 1, &result, &room)
    }

    /// Letters that stand apart become words; two blanks, or a sign among the blanks, part words.
    static func join(
        _ text: Span<UInt8>, _ range: Range<Int>, of parent: Int?, depth: Int, _ result: inout Normalised,
        _ room: inout Int
    ) {
        let wide = self.wider(range, text)
        var writer = MappedText()
        var index = wide.lowerBound
        while index < wide.upperBound {
            let isGap = range.contains(index) && (text[index] == 0x20 || (0x09...0x0D).contains(text[index]))
            guard isGap else {
                writer.copy(text[index], at: index)
                index += 1
                continue
            }
            let start = index
            while index < range.upperBound, text[index] <= 0x20 { index += 1 }
            if index - start > 1 { writer.put(0x20, for: start..<index) }
        }
        Normaliser.add(.joined, writer.bytes, writer.map, of: parent, depth: depth, &result, &room)
    }

    /// Signs between single letters go; signs between words become blanks.
    static func separate(
        _ text: Span<UInt8>, _ suspect: Survey.Suspect, of parent: Int?, depth: Int, _ result: inout Normalised,
        _ room: inout Int
    ) {
        let range = suspect.range
        let wide = self.wider(range, text)
        let joins = suspect.suspicion == .separators
        var writer = MappedText()
        var index = wide.lowerBound
        while index < wide.upperBound {
            let byte = text[index]
            let isSign =
                range.contains(index) && byte > 0x20 && byte < 0x80 && LanguageScore.letter(byte) == 0
                && !(0x30...0x39).contains(byte)
            guard isSign else {
                writer.copy(byte, at: index)
                index += 1
                continue
            }
            let start = index
            while index < range.upperBound, text[index] > 0x20, text[index] < 0x80,
                LanguageScore.letter(text[index]) == 0,
                !(0x30...0x39).contains(text[index])
            { index += 1 }
            if !joins || index - start > 1 { writer.put(0x20, for: start..<index) }
        }
        Normaliser.add(joins ? .joined : .separated, writer.bytes, writer.map, of: parent, depth: depth, &result, &room)
    }

    /// Digits and signs in words become the letters that they stand for, if what comes of it reads like language.
    static func unleet(
        _ text: Span<UInt8>, _ range: Range<Int>, of parent: Int?, depth: Int, _ result: inout Normalised,
        _ room: inout Int
    ) {
        let wide = self.wider(range, text)
        guard wide.count <= room else { return result.isCut = true }
        var writer = MappedText()
        var changed = 0
        for index in wide {
            let byte = text[index]
            let before = index > wide.lowerBound ? text[index - 1] : 0x20
            let after = index + 1 < wide.upperBound ? text[index + 1] : 0x20
            guard range.contains(index), let letter = self.letter(byte, before, after) else {
                writer.copy(byte, at: index)
                continue
            }
            changed += 1
            // Length stays, so the map is still byte by byte.
            writer.copy(letter, at: index)
        }
        guard changed >= 2 else { return }
        let inside = writer.bytes[(range.lowerBound - wide.lowerBound)..<(range.upperBound - wide.lowerBound)]
        guard LanguageScore.reads(inside) else { return }
        Normaliser.add(.leet, writer.bytes, writer.map, of: parent, depth: depth, &result, &room)
    }

    private static func letter(_ byte: UInt8, _ before: UInt8, _ after: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0"): return UInt8(ascii: "o")
        case UInt8(ascii: "3"): return UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): return UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): return UInt8(ascii: "s")
        case UInt8(ascii: "7"), UInt8(ascii: "+"): return UInt8(ascii: "t")
        case UInt8(ascii: "8"): return UInt8(ascii: "b")
        case UInt8(ascii: "9"): return UInt8(ascii: "g")
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"):
            // A mark at the end of a sentence is one.
            if byte == UInt8(ascii: "!"), after <= 0x20 { return nil }
            let pairs = LanguageScore.pairs
            let left = LanguageScore.letter(before)
            let right = LanguageScore.letter(self.plain(after))
            let i = Int(pairs[left << 5 | 9]) + Int(pairs[9 << 5 | right])
            let l = Int(pairs[left << 5 | 12]) + Int(pairs[12 << 5 | right])
            return i >= l ? UInt8(ascii: "i") : UInt8(ascii: "l")
        default: return nil
        }
    }

    private static func plain(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"): UInt8(ascii: "t")
        default: byte
        }
    }

    /// Letters spelled by words or by marks, written out.
    static func spell(
        _ text: Span<UInt8>, _ range: Range<Int>, _ kind: TextView.Kind, of parent: Int?, depth: Int,
        _ result: inout Normalised, _ room: inout Int
    ) {
        var writer = MappedText()
        var index = range.lowerBound
        while index < range.upperBound {
            guard text[index] > 0x20 else {
                index += 1
                continue
            }
            var end = index
            while end < range.upperBound, text[end] > 0x20 { end += 1 }
            let letter = kind == .morse ? Spelling.morse(text, index..<end) : Spelling.letter(of: text, index..<end)
            writer.put(letter ?? 0x20, for: index..<end)
            index = end
        }
        guard writer.bytes.count >= 4 else { return }
        Normaliser.add(kind, writer.bytes, writer.map, of: parent, depth: depth + 1, &result, &room)
    }
}
