/// Finds the events of a `text/event-stream` (WHATWG HTML, section 9.2.6) without copying them. Lines end in LF, CR LF
/// or CR, also mixed. Fields other than `data` and `event` belong to the frame and are not interpreted.
///
/// It looks at no byte twice. Between two calls the bytes may move in memory but not change.
package struct EventStreamParser: Sendable {
    private let limit: Int

    // All offsets count from the beginning of the frame.
    private var looked = 0
    private var lineStart = 0
    private var data = StreamEvent.Payload.absent
    private var name: Range<Int>?
    private var hasComment = false
    private var hasField = false
    private var isFirstLine = true

    /// A parser for one stream. An event of more than `maximumEventBytes` is refused.
    package init(maximumEventBytes: Int = 1 << 20) {
        self.limit = maximumEventBytes
    }

    /// The frame that begins at `start`, or nil while it is incomplete. Ask again from the end of its `frame`; after
    /// nil, with more bytes, from the same byte.
    ///
    /// A frame that ends in CR is complete when the byte after it is there, as that may be an LF, or when `atEnd` says
    /// that the stream is over. What is incomplete at the end of the stream is no event; a client would drop it.
    package mutating func next(
        _ bytes: Span<UInt8>, from start: Int, atEnd: Bool = false
    ) throws(FramingError) -> StreamEvent? {
        let end = start + min(bytes.count - start, self.limit)
        while true {
            let stop = bytes.firstLineEnd(from: start + self.looked, to: end)
            self.looked = stop - start
            guard stop < end else {
                guard self.looked < self.limit else { throw FramingError(.eventTooLong) }
                return nil
            }
            var next = stop + 1
            if bytes[stop] == ASCII.carriageReturn {
                guard next < bytes.count || atEnd else { return nil }
                if next < bytes.count, bytes[next] == ASCII.lineFeed { next += 1 }
            }
            var line = start + self.lineStart..<stop
            if self.isFirstLine {
                self.isFirstLine = false
                if bytes.holds("\u{FEFF}", at: line.lowerBound) { line = line.lowerBound + 3..<stop }
            }
            self.lineStart = next - start
            self.looked = self.lineStart
            if line.isEmpty { return self.event(bytes, start..<next) }
            self.read(line, bytes, from: start)
        }
    }

    /// One line that is not empty.
    private mutating func read(_ line: Range<Int>, _ bytes: Span<UInt8>, from start: Int) {
        guard bytes[line.lowerBound] != ASCII.colon else {
            self.hasComment = true
            return
        }
        self.hasField = true
        // The names of both fields that count.
        if let value = Self.value(of: "data", in: line, bytes) {
            self.append(value.lowerBound - start..<value.upperBound - start)
        } else if let value = Self.value(of: "event", in: line, bytes) {
            self.name = value.lowerBound - start..<value.upperBound - start
        }
    }

    /// The value of a line if the field has this name: behind the colon and one space, or nothing without a colon.
    private static func value(of name: StaticString, in line: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
        let colon = line.lowerBound + name.utf8CodeUnitCount
        guard colon <= line.upperBound, bytes.holds(name, at: line.lowerBound) else { return nil }
        guard colon < line.upperBound else { return colon..<colon }
        guard bytes[colon] == ASCII.colon else { return nil }
        let value = colon + 1
        let hasSpace = value < line.upperBound && bytes[value] == ASCII.space
        return (hasSpace ? value + 1 : value)..<line.upperBound
    }

    private mutating func append(_ value: Range<Int>) {
        switch self.data {
        case .absent: self.data = .line(value)
        case .line(let first): self.data = .lines([first, value])
        case .lines(var values):
            self.data = .absent
            values.append(value)
            self.data = .lines(values)
        }
    }

    /// The event of the frame, with the offsets that the caller counts in. Begins the next.
    private mutating func event(_ bytes: Span<UInt8>, _ frame: Range<Int>) -> StreamEvent {
        let start = frame.lowerBound
        var data = self.data
        var isDone = false
        switch data {
        case .absent: break
        case .line(let value):
            isDone = value.count == 6 && bytes.holds("[DONE]", at: start + value.lowerBound)
            data = .line(Self.shifted(value, by: start))
        case .lines(let values): data = .lines(values.map { Self.shifted($0, by: start) })
        }
        let event = StreamEvent(
            frame: frame, data: data, name: self.name.map { Self.shifted($0, by: start) },
            isComment: self.hasComment && !self.hasField, isDone: isDone)
        self.looked = 0
        self.lineStart = 0
        self.data = .absent
        self.name = nil
        self.hasComment = false
        self.hasField = false
        return event
    }

    private static func shifted(_ range: Range<Int>, by offset: Int) -> Range<Int> {
        range.lowerBound + offset..<range.upperBound + offset
    }
}
