/// One event of a stream, or another frame that a blank line ends. All ranges are offsets into the bytes that were
/// parsed.
package struct StreamEvent: Equatable, Sendable {
    /// Where the payload is.
    package enum Payload: Equatable, Sendable {
        /// No data line: the client sees no event.
        case absent
        /// One data line, as every model provider sends it.
        case line(Range<Int>)
        /// Several data lines, to be joined by LF. At least two.
        case lines([Range<Int>])
    }

    /// The whole frame with the blank line behind it, to be forwarded untouched. Frames follow each other without a gap.
    package let frame: Range<Int>
    /// The payload.
    package let data: Payload
    /// The value of the last `event` field. Empty or nil both mean `message`.
    package let name: Range<Int>?
    /// Whether the frame has comment lines and nothing else: a heartbeat.
    package let isComment: Bool
    /// Whether the data is exactly `[DONE]`, with which OpenAI's streams end.
    package let isDone: Bool
}
