package import Framing

/// The bytes of an event stream that are not read yet.
///
/// Take the frames out of the reader that holds them (`swap`) while walking through them: then the reader can change while
/// their bytes are borrowed.
package struct EventFrames: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var position = 0
    private var parser: EventStreamParser

    /// Frames of more than `limit` bytes are refused.
    package init(limit: Int = 1 << 20) { self.parser = EventStreamParser(maximumEventBytes: limit) }

    package mutating func append(_ new: Span<UInt8>) {
        if self.position > 0 {
            self.bytes.removeFirst(self.position)
            self.position = 0
        }
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe new.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// The next complete frame, whose ranges are offsets in `bytes`; nil while there is none.
    package mutating func next(atEnd: Bool = false) throws(FramingError) -> StreamEvent? {
        let bytes = self.bytes
        guard let event = try self.parser.next(bytes.span, from: self.position, atEnd: atEnd) else { return nil }
        self.position = event.frame.upperBound
        return event
    }

    /// The payload of an event: where it stands, or in several lines joined in `joined`. Nil without data.
    package func payload(of event: StreamEvent) -> [UInt8]? {
        switch event.data {
        case .absent: nil
        case .line(let range): Array(self.bytes[range])
        case .lines(let ranges): Array(ranges.map { self.bytes[$0] }.joined(separator: [UInt8(ascii: "\n")]))
        }
    }

    /// Whether the event's name is this one.
    package func isNamed(_ event: StreamEvent, _ name: StaticString) -> Bool {
        guard let range = event.name, range.count == name.utf8CodeUnitCount else { return false }
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        return unsafe self.bytes[range].elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
