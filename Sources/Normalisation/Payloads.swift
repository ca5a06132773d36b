/// Decodes what texts are wrapped in. Each function gives nil where the bytes are no such encoding, or of no text.
enum Payloads {
    /// No payload is read further than this.
    static let longest = 1 << 20

    /// The decoded bytes of base64, with either alphabet; signs that are none are skipped.
    static func base64(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int) -> [UInt8]? {
        // Most words that look like it are none, which the first bytes tell.
        var bits: UInt32 = 0
        var pending = 0
        var result: [UInt8] = []
        for offset in range {
            guard let value = self.sextet(text[offset]) else { continue }
            bits = bits << 6 | UInt32(value)
            pending += 6
            guard pending >= 8 else { continue }
            pending -= 8
            result.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            if result.count == 12, !self.mayBeText(result.span), !self.isCompressed(result) { return nil }
            if result.count >= limit { break }
        }
        return result.count >= 8 && (self.mayBeText(result.span) || self.isCompressed(result)) ? result : nil
    }

    static func base32(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int) -> [UInt8]? {
        var bits: UInt32 = 0
        var pending = 0
        var result: [UInt8] = []
        for offset in range {
            let byte = text[offset]
            let value: UInt8
            switch byte {
            case 0x41...0x5A: value = byte - 0x41
            case 0x32...0x37: value = byte - 0x32 + 26
            default: continue
            }
            bits = bits << 5 | UInt32(value)
            pending += 5
            guard pending >= 8 else { continue }
            pending -= 8
            result.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            if result.count >= limit { break }
        }
        return result.count >= 8 && self.mayBeText(result.span) ? result : nil
    }

    /// Pairs of hexadecimal digits, whatever stands between them; `0x` and `\x` before them go.
    static func hexadecimal(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int) -> [UInt8]? {
        var result: [UInt8] = []
        var high: UInt8?
        var offset = range.lowerBound
        while offset < range.upperBound, result.count < limit {
            let byte = text[offset]
            if byte == 0x30, high == nil, offset + 1 < range.upperBound, text[offset + 1] | 0x20 == UInt8(ascii: "x") {
                offset += 2
                continue
            }
            offset += 1
            guard let digit = ByteKinds.digit(byte) else {
                if high != nil { return nil }
                continue
            }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
                if result.count == 8, !self.mayBeText(result.span), !self.isCompressed(result) { return nil }
            } else {
                high = digit
            }
        }
        return result.count >= 6 && (self.mayBeText(result.span) || self.isCompressed(result)) ? result : nil
    }

    /// Groups of eight zeros and ones.
    static func bits(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int) -> [UInt8]? {
        var result: [UInt8] = []
        var value: UInt8 = 0
        var count = 0
        for offset in range where text[offset] | 1 == 0x31 {
            value = value << 1 | (text[offset] & 1)
            count += 1
            if count % 8 == 0 { result.append(value) }
            if result.count >= limit { break }
        }
        return result.count >= 3 && self.mayBeText(result.span) ? result : nil
    }

    /// Characters written as decimal numbers, or as octal ones where these make text and the decimal do not.
    static func numbers(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int) -> [UInt8]? {
        var decimal: [UInt8]? = []
        var octal: [UInt8]? = []
        var ten = 0
        var eight = 0
        var digits = 0
        for offset in range.lowerBound...range.upperBound {
            let byte = offset < range.upperBound ? text[offset] : 0x20
            if (0x30...0x39).contains(byte) {
                ten = ten * 10 + Int(byte - 0x30)
                eight = byte < 0x38 ? eight * 8 + Int(byte - 0x30) : 1 << 20
                digits += 1
                continue
            }
            guard digits > 0 else { continue }
            if (0x20...0x7E).contains(ten) || ten == 10 { decimal?.append(UInt8(ten)) } else { decimal = nil }
            if (0x20...0x7E).contains(eight) || eight == 10 { octal?.append(UInt8(eight)) } else { octal = nil }
            (ten, eight, digits) = (0, 0, 0)
            if decimal == nil, octal == nil { return nil }
            if max(decimal?.count ?? 0, octal?.count ?? 0) >= limit { break }
        }
        for result in [decimal, octal] {
            if let result, LanguageScore.reads(result) { return result }
        }
        return nil
    }

    private static func sextet(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    /// Whether bytes could be text: no more than one in sixteen is a control or breaks UTF-8.
    static func mayBeText(_ bytes: Span<UInt8>) -> Bool {
        var bad = 0
        var awaited = 0
        for index in 0..<min(bytes.count, 1024) {
            let byte = bytes[index]
            if awaited > 0 {
                awaited -= 1
                if byte & 0xC0 != 0x80 { bad += 1 }
            } else if byte < 0x80 {
                if byte < 0x20 && !(0x09...0x0D).contains(byte) || byte == 0x7F { bad += 1 }
            } else if byte & 0xE0 == 0xC0 {
                awaited = 1
            } else if byte & 0xF0 == 0xE0 {
                awaited = 2
            } else if byte & 0xF8 == 0xF0 {
                awaited = 3
            } else {
                bad += 1
            }
        }
        return bad * 16 < bytes.count
    }

    /// Whether bytes begin as gzip (RFC 1952) or zlib (RFC 1950) writes them.
    static func isCompressed(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 2 else { return false }
        if bytes[0] == 0x1F, bytes[1] == 0x8B, bytes[2] == 8 { return true }
        return bytes[0] & 0x0F == 8 && bytes[0] >> 4 <= 7 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
    }

    /// The text that gzip or zlib compressed, up to a limit; nil where there is none.
    static func inflated(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard self.isCompressed(bytes) else { return nil }
        var start = 2
        if bytes[0] == 0x1F {
            guard bytes.count > 18 else { return nil }
            let flags = bytes[3]
            start = 10
            if flags & 4 != 0 { start += 2 + Int(bytes[10]) + Int(bytes[11]) << 8 }
            for flag: UInt8 in [8, 16] where flags & flag != 0 {
                while start < bytes.count, bytes[start] != 0 { start += 1 }
                start += 1
            }
            if flags & 2 != 0 { start += 2 }
        }
        guard start < bytes.count else { return nil }
        var inflater = Inflater(bytes, from: start, limit: limit)
        let result = inflater.inflate()
        return result.count >= 4 && self.mayBeText(result.span) ? result : nil
    }
}
