/// Escapes of URLs, HTML, JSON, C and quoted-printable mail.
enum Escapes {
    /// How many bytes an escape at an offset has; 0 where there is none. Where it is counted, only what people do not
    /// write in passing: `\n` and `=3D` alone prove nothing outside of JSON and mail.
    static func length(_ text: Span<UInt8>, at offset: Int, isJSON: Bool, isCounted: Bool = false) -> Int {
        var character: UInt32?
        let length = self.read(text, at: offset, into: &character)
        guard isCounted, length > 0 else { return length }
        switch text[offset] {
        case UInt8(ascii: "\\"): return length > 2 || isJSON ? length : 0
        case UInt8(ascii: "="):
            return character.map { $0 >= 0x80 || LanguageScore.letter(UInt8($0)) > 0 } == true ? length : 0
        default: return length
        }
    }

    /// Reads the escape at an offset: how long it is and what it stands for; nil for nothing, such as a soft line break.
    static func read(_ text: Span<UInt8>, at offset: Int, into character: inout UInt32?) -> Int {
        character = nil
        switch text[offset] {
        case UInt8(ascii: "%"): return self.hexadecimal(text, offset + 1, 2, into: &character).map { $0 + 1 } ?? 0
        case UInt8(ascii: "="): return self.quotedPrintable(text, offset, into: &character)
        case UInt8(ascii: "&"): return self.entity(text, offset, into: &character)
        case UInt8(ascii: "\\"): return self.backslash(text, offset, into: &character)
        default: return 0
        }
    }

    private static func byte(_ text: Span<UInt8>, _ offset: Int) -> UInt8 { offset < text.count ? text[offset] : 0 }

    /// `count` hexadecimal digits from an offset.
    private static func hexadecimal(
        _ text: Span<UInt8>, _ offset: Int, _ count: Int, into character: inout UInt32?
    ) -> Int? {
        var value: UInt32 = 0
        for place in offset..<offset + count {
            guard let digit = ByteKinds.digit(self.byte(text, place)) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        character = value
        return count
    }

    private static func quotedPrintable(_ text: Span<UInt8>, _ offset: Int, into character: inout UInt32?) -> Int {
        if self.byte(text, offset + 1) == 0x0A { return 2 }
        if self.byte(text, offset + 1) == 0x0D, self.byte(text, offset + 2) == 0x0A { return 3 }
        // Upper case, as mail writes it.
        for place in [offset + 1, offset + 2] where (0x61...0x66).contains(self.byte(text, place)) { return 0 }
        return self.hexadecimal(text, offset + 1, 2, into: &character).map { $0 + 1 } ?? 0
    }

    private static func backslash(_ text: Span<UInt8>, _ offset: Int, into character: inout UInt32?) -> Int {
        switch self.byte(text, offset + 1) {
        case UInt8(ascii: "u"):
            if self.byte(text, offset + 2) == UInt8(ascii: "{") { return self.braced(text, offset, into: &character) }
            guard self.hexadecimal(text, offset + 2, 4, into: &character) != nil, let high = character else { return 0 }
            guard (0xD800...0xDBFF).contains(high) else { return 6 }
            var low: UInt32?
            guard self.byte(text, offset + 6) == UInt8(ascii: "\\"), self.byte(text, offset + 7) == UInt8(ascii: "u"),
                self.hexadecimal(text, offset + 8, 4, into: &low) != nil, let low, (0xDC00...0xDFFF).contains(low)
            else { return 6 }
            character = 0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00)
            return 12
        case UInt8(ascii: "U"): return self.hexadecimal(text, offset + 2, 8, into: &character).map { $0 + 2 } ?? 0
        case UInt8(ascii: "x"): return self.hexadecimal(text, offset + 2, 2, into: &character).map { $0 + 2 } ?? 0
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "f"):
            character = 0x0A
            return 2
        case UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "'"):
            character = UInt32(self.byte(text, offset + 1))
            return 2
        case 0x30...0x33:
            var value: UInt32 = 0
            for place in offset + 1...offset + 3 {
                let digit = self.byte(text, place)
                guard (0x30...0x37).contains(digit) else { return 0 }
                value = value << 3 | UInt32(digit - 0x30)
            }
            character = value
            return 4
        default: return 0
        }
    }

    private static func braced(_ text: Span<UInt8>, _ offset: Int, into character: inout UInt32?) -> Int {
        var value: UInt32 = 0
        var place = offset + 3
        while place < offset + 9, let digit = ByteKinds.digit(self.byte(text, place)) {
            value = value << 4 | UInt32(digit)
            place += 1
        }
        guard place > offset + 3, self.byte(text, place) == UInt8(ascii: "}") else { return 0 }
        character = value
        return place + 1 - offset
    }

    private static func entity(_ text: Span<UInt8>, _ offset: Int, into character: inout UInt32?) -> Int {
        var place = offset + 1
        if self.byte(text, place) == UInt8(ascii: "#") {
            place += 1
            let isHexadecimal = self.byte(text, place) | 0x20 == UInt8(ascii: "x")
            if isHexadecimal { place += 1 }
            let start = place
            var value: UInt32 = 0
            while place < start + 8, let digit = ByteKinds.digit(self.byte(text, place)), isHexadecimal || digit < 10 {
                value = value &* (isHexadecimal ? 16 : 10) &+ UInt32(digit)
                place += 1
            }
            guard place > start else { return 0 }
            character = value
            return place - offset + (self.byte(text, place) == UInt8(ascii: ";") ? 1 : 0)
        }
        for (name, value) in self.names {
            var end = place
            var isSame = true
            for byte in name.utf8 {
                isSame = isSame && self.byte(text, end) == byte
                end += 1
            }
            guard isSame, self.byte(text, end) == UInt8(ascii: ";") else { continue }
            character = value
            return end + 1 - offset
        }
        return 0
    }

    private static let names: [(String, UInt32)] = [
        ("lt", 0x3C), ("gt", 0x3E), ("amp", 0x26), ("quot", 0x22), ("apos", 0x27), ("nbsp", 0x20), ("shy", 0xAD),
        ("zwj", 0x200D), ("zwnj", 0x200C), ("Tab", 0x0A), ("NewLine", 0x0A), ("colon", 0x3A), ("period", 0x2E),
    ]
}
