/// Base 64 (RFC 4648), strict: padding where the standard alphabet is used, no white space, no unused bits set, so that
/// one value has one form.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The standard alphabet, padded (section 4).
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        Self.text(Array(bytes), alphabet: Self.standard, isPadded: true)
    }

    /// The alphabet for URLs and file names, without padding (section 5).
    package static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
        Self.text(Array(bytes), alphabet: Self.urlSafe, isPadded: false)
    }

    /// Reads the standard, padded form back; nil where it is not exactly that.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? { Self.decode(Array(text.utf8)[...]) }

    /// Reads the standard, padded form back; nil where it is not exactly that.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return Self.bytes(text.dropLast(padding), isURL: false)
    }

    /// Reads the unpadded form for URLs back; nil where it is not exactly that.
    package static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        Self.bytes(Array(text.utf8)[...], isURL: true)
    }

    private static func text(_ bytes: [UInt8], alphabet: [UInt8], isPadded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var position = 0
        while position < bytes.count {
            let count = min(3, bytes.count - position)
            var group = UInt32(bytes[position]) << 16
            if count > 1 { group |= UInt32(bytes[position + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[position + 2]) }
            for digit in 0...count { text.append(alphabet[Int(group >> UInt32(18 - 6 * digit)) & 63]) }
            if isPadded { text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - count)) }
            position += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(_ text: ArraySlice<UInt8>, isURL: Bool) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for character in text {
            guard let value = Self.value(of: character, isURL: isURL) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= 1 << UInt32(count) - 1
        }
        return bits == 0 ? bytes : nil
    }

    private static func value(of character: UInt8, isURL: Bool) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character) - 0x41
        case 0x61...0x7A: UInt32(character) - 0x61 + 26
        case 0x30...0x39: UInt32(character) - 0x30 + 52
        case UInt8(ascii: isURL ? "-" : "+"): 62
        case UInt8(ascii: isURL ? "_" : "/"): 63
        default: nil
        }
    }
}
