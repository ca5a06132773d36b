/// What stands between the quotes of a JSON string: finding its end, undoing escapes, writing it.
package enum JSONString {
    /// The offset of the first quote, backslash or control character at or behind `start`; the count where there is none.
    ///
    /// Looks at sixteen bytes a step, where none of them is it at sixty-four, then at eight: a byte of `word - 0x01…` has
    /// its high bit set (and the byte itself has not) exactly where the byte is zero, up to the first such byte, which is
    /// the one asked for.
    static func firstSpecial(in bytes: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset + 16 <= bytes.count {
            let marks = self.specials(in: bytes, at: offset)
            if marks[0] != 0 { return offset + marks[0].littleEndian.trailingZeroBitCount / 8 }
            if marks[1] != 0 { return offset + 8 + marks[1].littleEndian.trailingZeroBitCount / 8 }
            offset += 16
            while offset + 64 <= bytes.count {
                let marks =
                    self.specials(in: bytes, at: offset) | self.specials(in: bytes, at: offset + 16)
                    | self.specials(in: bytes, at: offset + 32) | self.specials(in: bytes, at: offset + 48)
                if marks[0] | marks[1] != 0 { break }
                offset += 64
            }
        }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while offset + 8 <= bytes.count {
            // SAFE: eight bytes from `offset` lie inside the span, and every bit pattern is a UInt64.
            let word = unsafe UInt64(
                littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let hit = ((quote &- ones) | (backslash &- ones) | (word &- ones &* 0x20)) & ~word & highs
            if hit != 0 { return offset + hit.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return offset }
            offset += 1
        }
        return offset
    }

    /// Which of the sixteen bytes from an offset on, all inside the span, are quotes, backslashes or control characters.
    @inline(__always)
    private static func specials(in bytes: Span<UInt8>, at offset: Int) -> SIMD2<UInt64> {
        // SAFE: the caller knows that sixteen bytes from `offset` lie inside, and every bit pattern is sixteen bytes.
        let block = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        let special =
            (block .== SIMD16<UInt8>(repeating: 0x22)) .| (block .== SIMD16<UInt8>(repeating: 0x5C))
            .| (block .< SIMD16<UInt8>(repeating: 0x20))
        // SAFE: a mask of sixteen bytes is two words, and every bit pattern is a word.
        return unsafe unsafeBitCast(special, to: SIMD2<UInt64>.self)
    }

    /// How long the escape at a backslash is: 2, 6, or 12 for a surrogate pair; nil where it is malformed or unpaired.
    static func lengthOfEscape(in bytes: Span<UInt8>, at offset: Int) -> Int? {
        guard offset + 1 < bytes.count else { return nil }
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard let unit = self.codeUnit(in: bytes, at: offset) else { return nil }
            guard unit & 0xF800 == 0xD800 else { return 6 }
            guard unit < 0xDC00, offset + 7 < bytes.count, bytes[offset + 6] == UInt8(ascii: "\\"),
                bytes[offset + 7] == UInt8(ascii: "u"), let low = self.codeUnit(in: bytes, at: offset + 6),
                low & 0xFC00 == 0xDC00
            else { return nil }
            return 12
        default:
            return nil
        }
    }

    /// The UTF-16 code unit of a `\uXXXX` escape that begins at `offset`.
    private static func codeUnit(in bytes: Span<UInt8>, at offset: Int) -> UInt32? {
        guard offset + 6 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for position in (offset + 2)..<(offset + 6) {
            let digit: UInt8
            switch bytes[position] {
            case let byte where (0x30...0x39).contains(byte): digit = byte - 0x30
            case let byte where (0x61...0x66).contains(byte | 0x20): digit = (byte | 0x20) - 0x61 + 10
            default: return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Appends the text that well-formed string content stands for.
    package static func appendUnescaped(_ content: Span<UInt8>, to text: inout [UInt8]) {
        var offset = 0
        while offset < content.count {
            let byte = content[offset]
            guard byte == UInt8(ascii: "\\"), let length = self.lengthOfEscape(in: content, at: offset) else {
                text.append(byte)
                offset += 1
                continue
            }
            switch content[offset + 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = self.codeUnit(in: content, at: offset) ?? 0xFFFD
                if length == 12, let low = self.codeUnit(in: content, at: offset + 6) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                }
                text.append(
                    contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
            case let literal: text.append(literal)
            }
            offset += length
        }
    }

    /// Appends text as string content: quotes, backslashes and control characters escaped, all else as it is.
    package static func appendEscaped(_ text: Span<UInt8>, to content: inout [UInt8]) {
        var offset = 0
        while offset < text.count {
            let special = self.firstSpecial(in: text, from: offset)
            if special > offset {
                let plain = text.extracting(offset..<special)
                // SAFE: the pointer does not outlive the closure and the count is the span's.
                unsafe plain.withUnsafeBufferPointer { unsafe content.append(contentsOf: $0) }
            }
            guard special < text.count else { return }
            content.append(UInt8(ascii: "\\"))
            switch text[special] {
            case 0x22, 0x5C: content.append(text[special])
            case 0x08: content.append(UInt8(ascii: "b"))
            case 0x0C: content.append(UInt8(ascii: "f"))
            case 0x0A: content.append(UInt8(ascii: "n"))
            case 0x0D: content.append(UInt8(ascii: "r"))
            case 0x09: content.append(UInt8(ascii: "t"))
            case let control:
                content.append(contentsOf: [0x75, 0x30, 0x30])
                content.append(control >> 4 + 0x30)
                content.append(control & 15 < 10 ? control & 15 + 0x30 : control & 15 - 10 + 0x61)
            }
            offset = special + 1
        }
    }
}
