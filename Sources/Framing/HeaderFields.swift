/// One field line: where its name and its value are in the bytes that were parsed.
package struct HeaderField: Equatable, Sendable {
    /// The name, as it was sent.
    package let name: Range<Int>
    /// The value, without the white space around it. May be empty.
    package let value: Range<Int>
    /// Which field it is.
    package let known: KnownField
}

/// The fields of a head, in order. All ranges are offsets into the bytes that were parsed.
package struct HeaderFields: Equatable, Sendable {
    /// Every field line, in the order received.
    package private(set) var lines: [HeaderField] = []

    /// Bit n is set when the known field with raw value n is there.
    private var present: UInt64 = 0
    private var repeated: UInt64 = 0
    private var connectionNames = false

    init() {
        assert(KnownField.allCases.count <= 64)
        // Ordinary heads have fewer, so that the array is allocated once.
        self.lines.reserveCapacity(16)
    }

    /// The value of the first line of a known field.
    package subscript(known: KnownField) -> Range<Int>? {
        guard self.contains(known) else { return nil }
        for line in self.lines where line.known == known { return line.value }
        return nil
    }

    /// Whether a known field is there.
    package func contains(_ known: KnownField) -> Bool { self.present & Self.bit(known) != 0 }

    /// Whether a known field is there more than once.
    package func isRepeated(_ known: KnownField) -> Bool { self.repeated & Self.bit(known) != 0 }

    /// Whether Connection names this field, so that it must not be forwarded. `bytes` are those that were parsed.
    package func isNominated(_ field: HeaderField, in bytes: Span<UInt8>) -> Bool {
        guard self.connectionNames else { return false }
        for line in self.lines where line.known == .connection {
            var options = ListElements(line.value)
            while let option = options.next(in: bytes) {
                if bytes.equalTokens(option, field.name) { return true }
            }
        }
        return false
    }

    /// Empties the list and keeps its memory, unless somebody still holds the former head.
    mutating func removeAll() {
        self.lines.removeAll(keepingCapacity: true)
        self.present = 0
        self.repeated = 0
        self.connectionNames = false
    }

    mutating func append(_ field: HeaderField) {
        let bit = Self.bit(field.known)
        self.repeated |= self.present & bit
        self.present |= bit
        self.lines.append(field)
    }

    /// Remembers that Connection names fields besides the options that concern the framing.
    mutating func noteConnectionNames() { self.connectionNames = true }

    /// All unknown fields share a bit that is never set.
    private static func bit(_ known: KnownField) -> UInt64 {
        known == .other ? 0 : 1 << UInt64(known.rawValue)
    }
}

/// The non-empty elements of a comma-separated list, without the white space around them.
struct ListElements {
    private var rest: Range<Int>

    init(_ value: Range<Int>) { self.rest = value }

    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        while !self.rest.isEmpty {
            var comma = self.rest.lowerBound
            while comma < self.rest.upperBound, bytes[comma] != ASCII.comma { comma += 1 }
            let element = bytes.trimmed(self.rest.lowerBound..<comma)
            self.rest = min(comma + 1, self.rest.upperBound)..<self.rest.upperBound
            if !element.isEmpty { return element }
        }
        return nil
    }
}
