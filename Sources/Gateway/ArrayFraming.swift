import Framing
import NIOCore

/// Turns the events of a stream into the elements of one JSON array, as Gemini's streams are without `alt=sse`.
struct ArrayFraming: Sendable {
    private var hasElements = false

    /// Takes whole frames. The last call closes the array.
    mutating func rewrite(_ frames: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var array = ByteBuffer()
        var parser = EventStreamParser(maximumEventBytes: max(1, frames.readableBytes) + 1)
        var position = 0
        let bytes = frames.readableBytesUInt8Span
        while let event = try? parser.next(bytes, from: position, atEnd: true) {
            position = event.frame.upperBound
            guard case .line(let data) = event.data,
                let element = frames.getSlice(at: frames.readerIndex + data.lowerBound, length: data.count)
            else { continue }
            array.writeStaticString(self.hasElements ? ",\r\n" : "[")
            self.hasElements = true
            array.writeImmutableBuffer(element)
        }
        if isLast { array.writeStaticString(self.hasElements ? "]" : "[]") }
        return array
    }
}
