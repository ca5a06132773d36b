import Kernel

/// One JSON value as it was written, known to be well-formed: schemas and arguments go through without being taken apart.
package struct JSONText: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Bytes that a tape was read from, or that a writer made.
    package init(wellFormed bytes: [UInt8]) { self.bytes = bytes }

    /// Checks a text; nil where it is not JSON (empty, not closed, nested too deep).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (try? JSONTape(bytes.span)) != nil else { return nil }
        self.bytes = bytes
    }

    /// Whether it is an object. Well-formed text needs no more than a look at its first byte.
    package var isObject: Bool {
        self.bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } == UInt8(ascii: "{")
    }

    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// The same value without line ends, which may stand between tokens only: what a frame of an event stream can hold.
    package var onOneLine: JSONText {
        guard self.bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
        return JSONText(wellFormed: self.bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    }

    package static let emptyObject = JSONText(wellFormed: [UInt8(ascii: "{"), UInt8(ascii: "}")])
}

extension JSONText: CustomStringConvertible {
    package var description: String { self.text }
}
