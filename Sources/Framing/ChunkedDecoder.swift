/// Takes a chunked body apart (RFC 9112, section 7.1): says which bytes are content, drops the rest.
///
/// Stricter than the standard: chunk extensions are refused, although a recipient "must ignore" them, because nobody
/// sends them to such an API except to hide a request in one; a size has at most eight digits. Trailers are checked,
/// bounded and dropped; those that would change how the message is read are refused.
package struct ChunkedDecoder: Sendable {
    /// What the next bytes are.
    package enum Step: Equatable, Sendable {
        /// Content: these bytes of the span, at least one. Ask again from its end.
        case data(Range<Int>)
        /// All bytes of the span are used up, and the body goes on.
        case needsMore
        /// The body is over; what follows it begins at this index.
        case end(Int)
    }

    private enum State {
        case size(digits: Int, value: Int)
        case sizeEnd(Int)
        case data(Int)
        case dataEnd, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed
        case lastLineFeed
        case ended
    }

    /// Chunks larger than this number of hexadecimal digits can tell are refused, leading zeros included.
    private static let maximumDigits = 8

    private var state = State.size(digits: 0, value: 0)
    private var trailerBudget: Int
    private var trailerName = TrailerName()

    /// A decoder for one body. `maximumTrailerBytes` bounds all trailer lines together.
    package init(maximumTrailerBytes: Int = 8 << 10) {
        self.trailerBudget = maximumTrailerBytes
    }

    /// The next step from index `start` on. The bytes before the index that the former step gave must not come again.
    /// After `end` it goes on answering `end(start)`.
    package mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(FramingError) -> Step {
        var index = start
        while true {
            if case .ended = self.state { return .end(index) }
            guard index < bytes.count else { return .needsMore }
            if case .data(let remaining) = self.state {
                let data = index..<index + min(remaining, bytes.count - index)
                self.state = data.count == remaining ? .dataEnd : .data(remaining - data.count)
                return .data(data)
            }
            try self.read(bytes[index])
            index += 1
        }
    }

    /// One byte that is not content.
    private mutating func read(_ byte: UInt8) throws(FramingError) {
        switch self.state {
        case .size(let digits, let value):
            if let digit = byte.hexadecimal {
                guard digits < Self.maximumDigits else { throw FramingError(.chunkSizeTooLong) }
                self.state = .size(digits: digits + 1, value: value << 4 | Int(digit))
            } else {
                guard digits > 0 else { throw Self.refusal(of: byte, orElse: .malformedChunkSize) }
                try Self.expectReturn(byte, orElse: byte == UInt8(ascii: ";") ? .chunkExtension : .malformedChunkSize)
                self.state = .sizeEnd(value)
            }
        case .sizeEnd(let value):
            try Self.expectLineFeed(byte)
            self.state = value > 0 ? .data(value) : .trailerStart
        case .dataEnd:
            try Self.expectReturn(byte, orElse: .malformedChunkEnd)
            self.state = .dataLineFeed
        case .dataLineFeed:
            try Self.expectLineFeed(byte)
            self.state = .size(digits: 0, value: 0)
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: try self.readTrailer(byte)
        case .lastLineFeed:
            try Self.expectLineFeed(byte)
            self.state = .ended
        case .data, .ended: break
        }
    }

    private mutating func readTrailer(_ byte: UInt8) throws(FramingError) {
        if case .trailerStart = self.state, byte == ASCII.carriageReturn {
            self.state = .lastLineFeed
            return
        }
        guard self.trailerBudget > 0 else { throw FramingError(.trailersTooLong) }
        self.trailerBudget -= 1
        switch self.state {
        case .trailerStart:
            guard !byte.isBlank else { throw FramingError(.foldedLine) }
            guard byte.isToken else { throw Self.refusal(of: byte, orElse: .malformedTrailer) }
            self.trailerName = TrailerName()
            self.trailerName.append(byte)
            self.state = .trailerName
        case .trailerName where byte == ASCII.colon:
            guard !self.trailerName.isForbidden else { throw FramingError(.forbiddenTrailer) }
            self.state = .trailerValue
        case .trailerName:
            guard byte.isToken else { throw Self.refusal(of: byte, orElse: .malformedTrailer) }
            self.trailerName.append(byte)
        case .trailerValue where byte == ASCII.carriageReturn: self.state = .trailerLineFeed
        case .trailerValue:
            guard !byte.isControl else { throw Self.refusal(of: byte, orElse: .controlCharacter) }
        default:
            try Self.expectLineFeed(byte)
            self.state = .trailerStart
        }
    }

    private static func expectReturn(_ byte: UInt8, orElse code: FramingError.Code) throws(FramingError) {
        guard byte == ASCII.carriageReturn else { throw Self.refusal(of: byte, orElse: code) }
    }

    private static func expectLineFeed(_ byte: UInt8) throws(FramingError) {
        guard byte == ASCII.lineFeed else { throw FramingError(.bareCarriageReturn) }
    }

    private static func refusal(of byte: UInt8, orElse code: FramingError.Code) -> FramingError {
        FramingError(byte == ASCII.lineFeed ? .bareLineFeed : code)
    }
}

/// The name of a trailer, which may come in pieces.
private struct TrailerName {
    private var bytes = InlineArray<20, UInt8>(repeating: 0)
    private var count = 0

    /// Takes one more token character. No name that matters is longer than the array.
    mutating func append(_ byte: UInt8) {
        if self.count < 20 { self.bytes[self.count] = byte }
        self.count += 1
    }

    /// Whether the field may only stand in a head (RFC 9110, section 6.5.1).
    var isForbidden: Bool {
        guard self.count <= 20 else { return false }
        switch KnownField(self.bytes.span, 0..<self.count) {
        case .contentLength, .host, .expect: return true
        case let known: return known.isHopByHop
        }
    }
}
