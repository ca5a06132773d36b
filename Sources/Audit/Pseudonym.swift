package import Crypto
package import Kernel

/// How leaves call those who act and those whom they are about: the same name always, and whose it is only the vault knows.
package enum Pseudonym {
    /// Stands for whoever was not recognised.
    package static let nobody = "none"

    /// `p:` and 128 bits of HMAC-SHA256 over kind and id, in URL-safe base 64.
    package static func of(_ principal: Principal, key: SymmetricKey) -> String {
        "p:" + Self.text([principal.kind.rawValue, principal.id], key)
    }

    /// The same with `s:`, for a person whom an exchange is about.
    package static func ofSubject(_ id: String, key: SymmetricKey) -> String { "s:" + Self.text([id], key) }

    private static func text(_ parts: [String], _ key: SymmetricKey) -> String {
        let message = Array(parts.joined(separator: "\u{1F}").utf8)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key)
        return Base64Text.urlSafe(Array(code.prefix(16)).span)
    }
}

/// Base 64 as leaves have it.
enum Base64Text {
    private static let standard = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    private static let safe = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    /// With padding (RFC 4648, section 4).
    static func encode(_ bytes: Span<UInt8>) -> String {
        self.text(of: bytes, (bytes.count + 2) / 3 * 4, Self.standard)
    }

    /// URL-safe, without padding (RFC 4648, section 5).
    static func urlSafe(_ bytes: Span<UInt8>) -> String {
        self.text(of: bytes, (bytes.count * 4 + 2) / 3, Self.safe)
    }

    private static func text(of bytes: Span<UInt8>, _ count: Int, _ alphabet: Alphabet) -> String {
        // SAFE: as many characters are written as there is room for, each into its place.
        unsafe String(unsafeUninitializedCapacity: count) { text in
            for position in 0..<count {
                let bit = position * 6
                guard bit / 8 < bytes.count else {
                    unsafe text.initializeElement(at: position, to: UInt8(ascii: "="))
                    continue
                }
                let next = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
                let word = UInt16(bytes[bit / 8]) << 8 | next
                unsafe text.initializeElement(at: position, to: alphabet[Int(word >> UInt16(10 - bit % 8) & 63)])
            }
            return count
        }
    }

    private struct Alphabet {
        private let characters: InlineArray<64, UInt8>

        init(_ text: StaticString) {
            // SAFE: the text is one of the two above, which have 64 characters.
            self.characters = InlineArray { unsafe text.utf8Start[$0] }
        }

        subscript(_ value: Int) -> UInt8 { self.characters[value] }
    }
}
