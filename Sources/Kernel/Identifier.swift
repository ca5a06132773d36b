// Kernel: the vocabulary everything else is written in: ids, time, secrets, the operation context, JSON over bytes.

/// A kind of thing that has identifiers; it gives them their prefix.
package protocol Identified {
    /// What an identifier of this kind begins with, such as `key` in `key_01jd…`.
    static var identifierPrefix: String { get }
}

/// A 128-bit identifier, ordered by time of creation: 48 bits of milliseconds, 80 bits of randomness (the ULID layout).
///
/// Written as the prefix of its kind, an underscore and 26 characters of lower-case Crockford base32.
package struct Identifier<Kind: Identified>: Hashable, Sendable, Comparable {
    private let high: UInt64
    private let low: UInt64

    /// Makes an identifier for something that came to be at `time`.
    package init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        self.high = milliseconds << 16 | (random.next() & 0xFFFF)
        self.low = random.next()
    }

    /// Reads an identifier back; nil where prefix, length or alphabet is wrong.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let prefix = Array(Kind.identifierPrefix.utf8)
        guard bytes.count == prefix.count + 27, bytes.starts(with: prefix), bytes[prefix.count] == UInt8(ascii: "_")
        else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in bytes[(prefix.count + 1)...].enumerated() {
            guard let digit = CrockfordBase32.value(of: byte), position > 0 || digit < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        self.high = high
        self.low = low
    }

    /// The written form as bytes.
    package var utf8: [UInt8] {
        let prefix = Kind.identifierPrefix.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefix.count + 27)
        bytes.append(contentsOf: prefix)
        bytes.append(UInt8(ascii: "_"))
        CrockfordBase32.append(self.high, self.low, to: &bytes)
        return bytes
    }

    package static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension Identifier: CustomStringConvertible {
    package var description: String {
        let prefix = Kind.identifierPrefix.utf8
        // SAFE: each of the characters that are counted is written, into its place.
        return unsafe String(unsafeUninitializedCapacity: prefix.count + 27) { text in
            for (position, byte) in prefix.enumerated() { unsafe text.initializeElement(at: position, to: byte) }
            unsafe text.initializeElement(at: prefix.count, to: UInt8(ascii: "_"))
            let number = UInt128(self.high) << 64 | UInt128(self.low)
            for position in 0..<26 {
                let digit = CrockfordBase32.digit(UInt8(truncatingIfNeeded: number >> UInt128(125 - 5 * position)))
                unsafe text.initializeElement(at: prefix.count + 1 + position, to: digit)
            }
            return prefix.count + 27
        }
    }
}

/// Crockford's base 32, lower case: no i, l, o or u, so that a value read aloud or copied by hand survives.
package enum CrockfordBase32 {
    private static let alphabet: InlineArray<32, UInt8> = [
        0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
        0x67, 0x68, 0x6A, 0x6B, 0x6D, 0x6E, 0x70, 0x71, 0x72, 0x73, 0x74, 0x76, 0x77, 0x78, 0x79, 0x7A,
    ]

    /// The character of a 5-bit value; higher bits are ignored.
    package static func digit(_ value: UInt8) -> UInt8 { self.alphabet[Int(value & 31)] }

    /// The 5-bit value of a lower-case character; nil where it is not of the alphabet.
    package static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: return character - 0x30
        case 0x61...0x68: return character - 0x61 + 10
        case 0x6A, 0x6B: return character - 0x6A + 18
        case 0x6D, 0x6E: return character - 0x6D + 20
        case 0x70...0x74: return character - 0x70 + 22
        case 0x76...0x7A: return character - 0x76 + 27
        default: return nil
        }
    }

    /// Writes 128 bits as 26 characters.
    fileprivate static func append(_ high: UInt64, _ low: UInt64, to text: inout [UInt8]) {
        let number = UInt128(high) << 64 | UInt128(low)
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: 26))
        var characters = text.mutableSpan
        for position in 0..<26 {
            characters[start + position] = self.digit(UInt8(truncatingIfNeeded: number >> UInt128(125 - 5 * position)))
        }
    }

    /// Writes bytes as base 32, most significant bit first, without padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(self.digit(UInt8(truncatingIfNeeded: bits >> count)))
            }
        }
        if count > 0 { text.append(self.digit(UInt8(truncatingIfNeeded: bits << (5 - count)))) }
        return String(decoding: text, as: UTF8.self)
    }
}
