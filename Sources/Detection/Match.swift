/// What a matcher says of a hit that it confirms.
struct Match: Equatable {
    /// The bytes to redact.
    let span: Range<Int>
    /// How sure the matcher is, if it knows better than the pattern.
    var confidence: Finding.Confidence?

    init(_ span: Range<Int>, percent: UInt8? = nil) {
        self.span = span
        self.confidence = percent.map(Finding.Confidence.init(percent:))
    }
}

/// How a confirmed match goes on after its first 256 bytes, on which it was decided.
///
/// The same rule reads a whole text and the rest of a match in a stream, so both remove the same bytes.
enum Tail: Hashable, Sendable {
    /// It does not: such matches are short.
    case none
    /// For as long as bytes of a class follow; a full stop at the end is not part of it.
    case run(ByteClass)
    /// To the end of a private key block.
    case privateKey

    /// No match is longer than this, counted from its start.
    static let longest = 16 * 1024

    /// How many bytes of a match a matcher may look at before it decides.
    static let decided = 256

    /// The end of the match that reached `offset` and began at `start`; `start` may lie before the text, below 0.
    ///
    /// Everything up to the end belongs to the match for certain. Where the reader looked past the end of the text,
    /// more may follow.
    @_lifetime(reader: copy reader)
    func end(_ reader: inout Reader, from offset: Int, start: Int) -> Int {
        let limit = max(0, start + Self.longest - offset)
        switch self {
        case .none:
            return offset
        case .run(let bytes):
            var end = reader.runEnd(from: offset, of: bytes, limit: limit)
            while end > offset, reader.before(end - 1) == UInt8(ascii: ".") { end -= 1 }
            return end
        case .privateKey:
            return PrivateKeyMatcher.bodyEnd(&reader, from: offset, limit: offset + limit)
        }
    }
}
