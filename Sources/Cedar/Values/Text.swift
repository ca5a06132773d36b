/// A string as Cedar compares it: scalar by scalar.
///
/// Swift's `String` takes canonically equivalent texts for equal (`é` composed and decomposed); a policy language must
/// not. `Text` is equal where the bytes are, and ordered as its scalars are.
package struct Text: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let string: String
    /// A number that equal texts share and others mostly do not, so that most comparisons end with it.
    let fingerprint: UInt64

    package init(_ string: String) {
        self.string = string
        self.fingerprint = Self.fingerprint(of: string)
    }

    package init(stringLiteral value: String) { self.init(value) }

    package var utf8: String.UTF8View { self.string.utf8 }
    package var isEmpty: Bool { self.string.utf8.isEmpty }
    package var description: String { self.string }

    package static func == (left: Self, right: Self) -> Bool {
        guard left.fingerprint == right.fingerprint else { return false }
        let count = left.string.utf8.count
        guard count == right.string.utf8.count else { return false }
        // So short a text is in its fingerprint.
        guard count >= 8 else { return true }
        let leftSpan = left.string.utf8Span
        let rightSpan = right.string.utf8Span
        // SAFE: bytes are bytes, and they are only read.
        let first = unsafe leftSpan.span.bytes
        let second = unsafe rightSpan.span.bytes
        var offset = 0
        while offset + 8 <= count {
            // SAFE: eight bytes from `offset` lie inside both spans, and every bit pattern is a UInt64.
            let leftWord = unsafe first.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let rightWord = unsafe second.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if leftWord != rightWord { return false }
            offset += 8
        }
        while offset < count {
            // SAFE: `offset` is below the count of both spans.
            let leftByte = unsafe first.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            let rightByte = unsafe second.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            if leftByte != rightByte { return false }
            offset += 1
        }
        return true
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let span = self.string.utf8Span.span
        // SAFE: the pointer does not outlive the closure.
        unsafe span.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// The length, the first and the last eight bytes; of less than eight bytes, all.
    private static func fingerprint(of string: String) -> UInt64 {
        let utf8 = string.utf8Span
        // SAFE: bytes are bytes, and they are only read.
        let bytes = unsafe utf8.span.bytes
        let count = bytes.byteCount
        guard count >= 8 else {
            var word = UInt64(truncatingIfNeeded: count) << 56
            for offset in 0..<count {
                // SAFE: `offset` is below the count.
                let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                word |= UInt64(byte) << UInt64(8 * offset)
            }
            return word
        }
        // SAFE: eight bytes lie between both places and the end, and every bit pattern is a UInt64.
        let first = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let last = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        return (first &* 0x9E37_79B9_7F4A_7C15) ^ last ^ (UInt64(truncatingIfNeeded: count) << 48)
    }
}
