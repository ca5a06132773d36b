package import Conversation
import Framing
import Kernel

/// The events of a stream whose payloads are JSON objects, one after the other: what the readers of such streams share.
///
/// Take it out of the reader that holds it (`swap`) while walking through it: then the reader can change while its bytes
/// are borrowed.
package struct JSONEvents: Sendable {
    package enum Event: Sendable {
        /// `object` is the payload.
        case object
        /// `[DONE]`, which ends OpenAI's streams and some servers send everywhere.
        case done
    }

    private var frames: EventFrames
    private var tape = JSONTape()
    /// Where the payload stands in the bytes of the frames; nil where it came in several lines and is in `joined`.
    private var place: Range<Int>?
    private var joined: [UInt8] = []

    /// Frames of more than `limit` bytes are refused.
    package init(limit: Int = 1 << 20) { self.frames = EventFrames(limit: limit) }

    package mutating func append(_ bytes: Span<UInt8>) { self.frames.append(bytes) }

    /// The next complete event with data; nil while there is none.
    package mutating func next(atEnd: Bool) throws(ModelFailure) -> Event? {
        while let event = try self.nextFrame(atEnd) {
            guard !event.isDone else { return .done }
            switch event.data {
            case .absent: continue
            case .line(let range): self.place = range
            case .lines:
                self.place = nil
                self.joined = self.frames.payload(of: event) ?? []
            }
            try self.readPayload()
            return .object
        }
        return nil
    }

    private mutating func nextFrame(_ atEnd: Bool) throws(ModelFailure) -> StreamEvent? {
        do throws(FramingError) { return try self.frames.next(atEnd: atEnd) } catch { throw .malformed(error.message) }
    }

    private mutating func readPayload() throws(ModelFailure) {
        let bytes = self.place == nil ? self.joined : self.frames.bytes
        do throws(JSONError) { try self.tape.read(bytes.span.extracting(self.place ?? bytes.indices)) } catch {
            throw .malformed("an event is not JSON: \(error.message)")
        }
        guard self.tape.kind(self.tape.root) == .object else { throw .malformed("an event is no object") }
    }

    /// The payload of the event that `next` gave.
    package var object: JSONView {
        @_lifetime(borrow self) get {
            if let place = self.place { return JSONView(self.tape, self.frames.bytes.span.extracting(place)) }
            return JSONView(self.tape, self.joined.span)
        }
    }
}
