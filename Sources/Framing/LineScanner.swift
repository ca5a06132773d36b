/// Cuts a head into lines that end in CR LF and hold no control character but tab. It remembers how far it looked, so
/// that a head that comes one byte at a time costs no more than one that comes whole.
struct LineScanner {
    /// Where the line begins that is looked for.
    private(set) var start = 0
    /// Up to here the line goes on.
    private var looked = 0

    /// The next line without its CR LF, or nil if it is not complete. A line must end before `limit`.
    mutating func next(
        in bytes: Span<UInt8>, limit: Int, tooLong: FramingError.Code
    ) throws(FramingError) -> Range<Int>? {
        let end = min(bytes.count, limit)
        let stop = bytes.firstControl(from: self.looked, to: end)
        self.looked = stop
        // A CR at the end may still be followed by its LF.
        guard stop < end, bytes[stop] != ASCII.carriageReturn || stop + 1 < end else {
            guard end < limit else { throw FramingError(tooLong) }
            return nil
        }
        switch bytes[stop] {
        case ASCII.carriageReturn:
            guard bytes[stop + 1] == ASCII.lineFeed else { throw FramingError(.bareCarriageReturn) }
        case ASCII.lineFeed: throw FramingError(.bareLineFeed)
        default: throw FramingError(.controlCharacter)
        }
        let line = self.start..<stop
        self.start = stop + 2
        self.looked = self.start
        return line
    }
}
