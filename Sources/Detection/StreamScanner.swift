/// Scans a text that comes in pieces, as a streamed answer does, and says how much of it may be released.
///
/// A pure state machine over one channel of text. It holds back the last word or number, which may yet become part of a
/// finding, and a value or key block that has begun; at most 256 bytes. However the text is cut into pieces, the
/// findings are those of the whole text, and so is what is released with the findings redacted.
///
/// Matches longer than 256 bytes, which are long tokens and key blocks, are decided on their first 256 bytes. If these
/// make a finding it is reported, and the rest is reported as continuations (``Finding/isContinuation``) as it comes, up
/// to 16 KB. A match that cannot be told in 256 bytes, such as a web token with a header longer than that, is let go up
/// to there; if later bytes tell it, what is left of it is the finding. The same holds for matches that overlap and are
/// longer than 256 bytes together.
///
/// The caller keeps what it has not released, releases what ends by ``settled``, and redacts what overlaps a finding.
package struct StreamScanner: Sendable {
    /// No more bytes than this are held back after a piece was taken.
    package static let longestHold = Tail.decided

    /// Some released bytes for looking back, then what is held back.
    private var buffer: [UInt8] = []
    private var progress = StreamProgress()
    private var hasFailed = false

    private static let slice = 2048
    private static let capacity = 4096

    /// Creates the scanner of a new stream.
    package init() {}

    /// Up to where, counted from the start of the stream, the text is decided. Never lies inside a finding.
    package var settled: Int { self.progress.settled }

    /// Takes the next piece, appends what it decides to the findings, and moves ``settled``.
    ///
    /// Each finding is reported once, with offsets from the start of the stream, before any byte of it is released.
    /// After a scan has failed all that follow fail, and nothing more is settled.
    package mutating func append(
        _ chunk: Span<UInt8>, with database: PatternDatabase, scratch: Scratch, findings: inout [Finding]
    ) -> ScanOutcome {
        var taken = 0
        while taken < chunk.count, !self.hasFailed {
            let next = min(taken + Self.slice, chunk.count)
            self.makeRoom(for: next - taken)
            // SAFE: the pointer does not outlive the closure and the count is the span's.
            unsafe chunk.extracting(taken..<next).withUnsafeBufferPointer {
                unsafe self.buffer.append(contentsOf: $0)
            }
            taken = next
            self.advance(isFinal: false, database, scratch, &findings)
        }
        return self.hasFailed ? .failed : .complete
    }

    /// Decides all that is held back, since the stream has ended.
    package mutating func finish(
        with database: PatternDatabase, scratch: Scratch, findings: inout [Finding]
    ) -> ScanOutcome {
        if !self.hasFailed { self.advance(isFinal: true, database, scratch, &findings) }
        return self.hasFailed ? .failed : .complete
    }

    private mutating func makeRoom(for count: Int) {
        if self.buffer.capacity < Self.capacity { self.buffer.reserveCapacity(Self.capacity) }
        guard self.buffer.count + count > Self.capacity else { return }
        self.buffer.removeFirst(self.progress.forget())
    }

    private mutating func advance(
        isFinal: Bool, _ database: PatternDatabase, _ scratch: Scratch, _ findings: inout [Finding]
    ) {
        let outcome = self.progress.advance(
            self.buffer, isFinal: isFinal, with: database, scratch: scratch, findings: &findings)
        self.hasFailed = outcome == .failed
    }
}
