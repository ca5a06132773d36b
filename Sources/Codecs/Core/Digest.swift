import Crypto

/// SHA-256 and its keyed form (HMAC, RFC 2104).
package enum Digest {
    private static let blockBytes = 64

    /// The digest of `message`, with `prefix` before it.
    package static func bytes(of message: Span<UInt8>, behind prefix: [UInt8] = []) -> [UInt8] {
        var hasher = SHA256()
        // SAFE: the pointers do not outlive the closures.
        unsafe prefix.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        unsafe message.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Array(hasher.finalize())
    }

    package static func authenticated(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > Self.blockBytes ? Self.bytes(of: key.span) : key
        block.append(contentsOf: repeatElement(0, count: Self.blockBytes - block.count))
        let inner = Self.bytes(of: message.span, behind: block.map { $0 ^ 0x36 })
        return Self.bytes(of: inner.span, behind: block.map { $0 ^ 0x5C })
    }

    /// The digest of `message` in lower-case hexadecimal digits.
    package static func hexadecimal(of message: Span<UInt8>) -> String { self.hexadecimal(self.bytes(of: message)) }

    /// Lower-case hexadecimal digits.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
