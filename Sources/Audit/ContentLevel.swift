/// How much of an exchange is sealed beside its leaf. The leaf itself is the same at every level.
package enum ContentLevel: String, Hashable, Sendable, CaseIterable {
    /// Nothing: what the leaf says is all that is known.
    case none
    /// The event in full, with names and decisions; nothing of what was said.
    case metadata
    /// What was said too, with a mark in the place of everything that detectors found, whatever policy did about it.
    case redacted
    /// The prompt as it came and the answer as it was given.
    case full

    /// Whether the event in full is sealed.
    package var keepsDetail: Bool { self != .none }
    /// Whether anything of what was said is.
    package var keepsContent: Bool { self == .redacted || self == .full }
}

/// A part of what was said, to be sealed beside the event: never a part of its written form.
package struct ExchangeContent: Hashable, Sendable {
    package let kind: PayloadKind
    package let bytes: [UInt8]

    package init(_ kind: PayloadKind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    /// The first `limit` bytes of a content that had `total`, with a mark behind them where that is not all.
    ///
    /// Cut where a character begins. The mark is a line of its own: `[gatehouse: cut, 4096 of 9000 bytes]`.
    package init(_ kind: PayloadKind, _ bytes: [UInt8], of total: Int, upTo limit: Int) {
        guard total > limit || total > bytes.count else {
            self.init(kind, bytes)
            return
        }
        var end = min(bytes.count, limit)
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        self.init(kind, bytes[..<end] + Array("\n[gatehouse: cut, \(end) of \(total) bytes]".utf8))
    }
}

extension ExchangeContent: CustomStringConvertible {
    package var description: String { "<\(self.kind.rawValue), \(self.bytes.count) bytes>" }
}
