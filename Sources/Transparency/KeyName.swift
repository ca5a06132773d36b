/// The name of a key that signs notes, such as `gateway.example.com/audit`: not empty, without white space and `+`, at
/// most 255 bytes.
///
/// Compared byte by byte: two spellings of one letter are two names.
package struct KeyName: Hashable, Sendable {
    /// The longest name that we take.
    package static let limit = 255

    /// The name as bytes of UTF-8.
    package let utf8: [UInt8]

    /// Nil where it is none.
    package init?(_ text: some StringProtocol) {
        guard (1...Self.limit).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 })
        else { return nil }
        self.utf8 = Array(text.utf8)
    }
}

extension KeyName: CustomStringConvertible {
    package var description: String { String(decoding: self.utf8, as: UTF8.self) }
}

/// The first four bytes of a hash over a key and its name: which of somebody's keys signed. No proof of anything.
package struct KeyID: Hashable, Sendable {
    package let value: UInt32

    package init(_ value: UInt32) { self.value = value }

    /// As C2SP recommends: of the name, a newline, the type of signature and the public key.
    package init(name: KeyName, kind: UInt8, publicKey: [UInt8]) {
        let hash = Hash.plain((name.utf8 + [0x0A, kind] + publicKey).span)
        self.value = hash.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The four bytes, most significant first.
    package var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self.value >> UInt32(24 - 8 * $0)) } }
}

extension KeyID: CustomStringConvertible {
    /// Eight lower-case hexadecimal digits.
    package var description: String {
        let digits = String(self.value, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
