import CloudCodecs
import Codecs
import Conversation
import Testing

@Suite("Lines without an end")
struct LongLineTests {
    @Test(
        "A line of ten megabytes, and as much as a shape takes, ends the stream with an error",
        arguments: WireShape.allCases)
    func refused(_ shape: WireShape) {
        let limit = shape.longestEvent
        var reader = shape.codec.streamReader()
        var events: [AnswerEvent] = []
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        reader.receive(Array("data: \"".utf8).span, into: &events)
        var sent = 0
        while sent < max(limit, 10 << 20) + piece.count {
            reader.receive(piece.span, into: &events)
            sent += piece.count
            if sent > limit + 2 * piece.count { #expect(events.count == 1, "it is not kept until it ends") }
        }
        reader.finish(into: &events)
        #expect(events.count == 1)
        guard case .failure(let failure)? = events.first else {
            Issue.record("\(events.prefix(1))")
            return
        }
        #expect(failure.code == "upstream_malformed")
    }
}
