/// One message of an AWS event stream (`application/vnd.amazon.eventstream`): headers and a payload between two
/// checksums. All ranges are offsets into the bytes that were parsed.
package struct EventMessage: Equatable, Sendable {
    /// The whole message. Messages follow each other without a gap.
    package let frame: Range<Int>
    /// Where the headers stand; ``header(_:in:)`` reads them.
    package let headers: Range<Int>
    /// What the message carries, JSON in all streams of model providers.
    package let payload: Range<Int>

    /// Where the text of the header `name` stands; nil where there is no such header or it is not a text.
    package func header(_ name: StaticString, in bytes: Span<UInt8>) -> Range<Int>? {
        var reader = EventHeaderReader(self.headers)
        while let header = reader.next(bytes) {
            guard header.name.count == name.utf8CodeUnitCount, bytes.holds(name, at: header.name.lowerBound) else {
                continue
            }
            return header.isText ? header.value : nil
        }
        return nil
    }
}

/// Walks the headers of one message. Stops where one is malformed: `isAtEnd` tells the two ends apart.
struct EventHeaderReader {
    struct Header {
        let name: Range<Int>
        let value: Range<Int>
        let isText: Bool
    }

    private var offset: Int
    private let end: Int

    init(_ headers: Range<Int>) {
        self.offset = headers.lowerBound
        self.end = headers.upperBound
    }

    /// Whether all bytes were headers.
    var isAtEnd: Bool { self.offset == self.end }

    mutating func next(_ bytes: Span<UInt8>) -> Header? {
        guard self.offset < self.end else { return nil }
        let name = self.offset + 1..<self.offset + 1 + Int(bytes[self.offset])
        guard !name.isEmpty, name.upperBound < self.end else { return nil }
        var start = name.upperBound + 1
        var isText = false
        let count: Int
        switch bytes[name.upperBound] {
        case 0, 1: count = 0  // true, false
        case 2: count = 1
        case 3: count = 2
        case 4: count = 4
        case 5, 8: count = 8  // a number, a time
        case 9: count = 16
        case 6, 7:
            guard start + 2 <= self.end else { return nil }
            isText = bytes[name.upperBound] == 7
            count = Int(bytes[start]) << 8 | Int(bytes[start + 1])
            start += 2
        default: return nil
        }
        guard start + count <= self.end else { return nil }
        self.offset = start + count
        return Header(name: name, value: start..<self.offset, isText: isText)
    }
}
