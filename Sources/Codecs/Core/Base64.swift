/// Base64 with the standard alphabet (RFC 4648, section 4), as the wires carry media.
package enum Base64 {
    /// The value of each character; 64 where there is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Whether a text is base64 of at least one byte, padded as it must be and with nothing between the characters.
    package static func isWellFormed(_ text: String) -> Bool {
        let characters = text.utf8Span.span
        guard characters.count >= 4, characters.count.isMultiple(of: 4) else { return false }
        var end = characters.count
        while end > characters.count - 2, characters[end - 1] == UInt8(ascii: "=") { end -= 1 }
        let values = self.values
        for index in 0..<end where values[Int(characters[index])] == 64 { return false }
        return true
    }

    /// The bytes that a text stands for; nil where it is no base64.
    package static func bytes(of text: String) -> [UInt8]? {
        guard self.isWellFormed(text) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8 where character != UInt8(ascii: "=") {
            bits = bits << 6 | UInt32(self.values[Int(character)])
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}

/// A `data:` address (RFC 2397) whose content is base64.
package struct DataAddress: Hashable, Sendable {
    package let mediaType: String
    package let base64: String

    /// Nil where the text is no such address; its base64 is not looked at.
    package init?(_ text: String) {
        guard text.hasPrefix("data:"), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text[text.index(text.startIndex, offsetBy: 5)..<comma]
        guard head.hasSuffix(";base64") else { return nil }
        self.mediaType = head.prefix { $0 != ";" }.lowercased()
        self.base64 = String(text[text.index(after: comma)...])
    }

    package init(mediaType: String, base64: String) {
        self.mediaType = mediaType
        self.base64 = base64
    }

    package var text: String { "data:\(self.mediaType);base64,\(self.base64)" }
}
