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
        return Base64Text.urlSafe(Array(code).prefix(16))
    }
}

/// Base 64 as leaves have it.
enum Base64Text {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// With padding (RFC 4648, section 4).
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var word: UInt32 = 0
        var count = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            count += 1
            guard count % 3 == 0 else { continue }
            for shift: UInt32 in [18, 12, 6, 0] { text.append(Self.standard[Int(word >> shift & 63)]) }
            word = 0
        }
        switch count % 3 {
        case 1: text += [Self.standard[Int(word >> 2 & 63)], Self.standard[Int(word << 4 & 63)], 0x3D, 0x3D]
        case 2:
            text += [Self.standard[Int(word >> 10 & 63)], Self.standard[Int(word >> 4 & 63)]]
            text += [Self.standard[Int(word << 2 & 63)], 0x3D]
        default: break
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// URL-safe, without padding (RFC 4648, section 5).
    static func urlSafe(_ bytes: some Collection<UInt8>) -> String {
        String(
            decoding: self.encode(bytes).utf8.filter { $0 != 0x3D }.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: byte
                }
            }, as: UTF8.self)
    }
}
