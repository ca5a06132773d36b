import Framing
import Testing

@Suite("Event streams")
struct EventStreamTests {
    struct Read: CustomTestStringConvertible, Sendable {
        let stream: String
        /// For each frame: name, data (nil when there is none), and flags.
        let frames: [Frame]
        var unread = ""
        var testDescription: String { self.stream.debugDescription }
    }

    struct Frame: Equatable, Sendable {
        var name = ""
        var data: String?
        var isComment = false
        var isDone = false
    }

    static let read: [Read] = [
        Read(stream: "", frames: []),
        Read(stream: "data: a\n\n", frames: [Frame(data: "a")]),
        Read(stream: "data: a\r\n\r\n", frames: [Frame(data: "a")]),
        Read(stream: "data: a\r\r", frames: [Frame(data: "a")]),
        Read(stream: "data: a\r\n\r", frames: [Frame(data: "a")]),
        Read(stream: "data: a\r\n\rdata: b\n\r\n", frames: [Frame(data: "a"), Frame(data: "b")]),
        Read(stream: "data: a\n\r\n\r\n", frames: [Frame(data: "a"), Frame()]),
        Read(stream: "data:a\n\ndata:  b\n\n", frames: [Frame(data: "a"), Frame(data: " b")]),
        Read(stream: "data\n\ndata:\n\ndata: \n\n", frames: [Frame(data: ""), Frame(data: ""), Frame(data: "")]),
        Read(stream: "data: a\ndata: b\n\n", frames: [Frame(data: "a\nb")]),
        Read(stream: "data\ndata\ndata: c\n\n", frames: [Frame(data: "\n\nc")]),
        Read(stream: "data: [DONE]\n\n", frames: [Frame(data: "[DONE]", isDone: true)]),
        Read(stream: "data:[DONE]\r\n\r\n", frames: [Frame(data: "[DONE]", isDone: true)]),
        Read(stream: "data: [DONE] \n\n", frames: [Frame(data: "[DONE] ")]),
        Read(stream: "data: [DONE]\ndata:\n\n", frames: [Frame(data: "[DONE]\n")]),
        Read(stream: ": ping\n\n", frames: [Frame(isComment: true)]),
        Read(stream: ":\n:\n\n", frames: [Frame(isComment: true)]),
        Read(stream: ": ping\ndata: a\n\n", frames: [Frame(data: "a")]),
        Read(stream: ": ping\nid: 1\n\n", frames: [Frame()]),
        Read(stream: "\n\n", frames: [Frame(), Frame()]),
        Read(stream: "event: ping\n\n", frames: [Frame(name: "ping")]),
        Read(stream: "event: a\nevent:b\ndata: {}\n\n", frames: [Frame(name: "b", data: "{}")]),
        Read(stream: "data: {}\nevent: x\nevent\n\n", frames: [Frame(data: "{}")]),
        Read(
            stream: "id: 1\nretry: 5\nDATA: x\ndatax: y\n data: z\nevents: q\ndat\n\ndata: a\n\n",
            frames: [Frame(), Frame(data: "a")]),
        Read(stream: "\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", frames: [Frame(data: "a"), Frame()]),
        Read(stream: "\u{FEFF}\n\u{FEFF}\n\n", frames: [Frame(), Frame()]),
        Read(stream: "\u{FEFF}\u{FEFF}data: a\n\n", frames: [Frame()]),
        Read(stream: "\u{FEFF}: x\n\n", frames: [Frame(isComment: true)]),
        Read(stream: "data: a\n", frames: [], unread: "data: a\n"),
        Read(stream: "data: a\n\ndata: b", frames: [Frame(data: "a")], unread: "data: b"),
        Read(stream: "data: a\r", frames: [], unread: "data: a\r"),
        Read(stream: "data: \u{1F600}\u{2028}\0\n\n", frames: [Frame(data: "\u{1F600}\u{2028}\0")]),
    ]

    @Test("Frames are cut and read as the standard says", arguments: Self.read)
    func reads(_ read: Read) {
        let bytes = Array(read.stream.utf8)
        let transcript = readEvents([bytes])
        let frames = transcript.events.map { event in
            Frame(
                name: String(decoding: event.name, as: UTF8.self),
                data: event.data.map { String(decoding: $0, as: UTF8.self) }, isComment: event.isComment,
                isDone: event.isDone)
        }
        #expect(frames == read.frames)
        #expect(transcript.refusal == nil)
        #expect(String(decoding: transcript.unread, as: UTF8.self) == read.unread)
        #expect(Invariants.ofEvents(bytes) == [])
    }

    @Test("One data line is a range of the stream, several are several")
    func payloads() throws {
        let bytes = Array("data: a\n\ndata: bc\nevent: x\ndata\ndata: d\n\n".utf8)
        var parser = EventStreamParser()
        let first = try #require(try parser.next(bytes.span, from: 0))
        #expect(first.frame == 0..<9)
        #expect(first.data == .line(6..<7))
        #expect(first.name == nil)
        let second = try #require(try parser.next(bytes.span, from: 9))
        #expect(second.frame == 9..<bytes.count)
        #expect(second.data == .lines([15..<17, 31..<31, 38..<39]))
        #expect(second.name == 25..<26)
        #expect(try parser.next(bytes.span, from: bytes.count) == nil)
    }

    @Test("A frame that ends in CR waits for one more byte, or the end")
    func carriageReturns() throws {
        let bytes = Array("data: a\r\rdata".utf8)
        var parser = EventStreamParser()
        #expect(try parser.next(bytes.span.extracting(0..<9), from: 0) == nil)
        var other = parser
        #expect(try parser.next(bytes.span.extracting(0..<10), from: 0)?.frame == 0..<9)
        #expect(try other.next(bytes.span.extracting(0..<9), from: 0, atEnd: true)?.frame == 0..<9)
    }

    @Test("An event may be as long as the limit, and no longer")
    func limit() {
        let bytes = Array("data: 0123456789\n\n".utf8)
        #expect(readEvents([bytes + bytes], maximumEventBytes: bytes.count).events.count == 2)
        let refused = readEvents([bytes + bytes], maximumEventBytes: bytes.count - 1)
        #expect(refused.refusal == .eventTooLong)
        #expect(refused.events.isEmpty)
        #expect(readEvents([bytes], maximumEventBytes: .max).events.count == 1)
        let endless = Array(repeating: UInt8(ascii: "a"), count: (1 << 20) + 1)
        #expect(readEvents([endless]).refusal == .eventTooLong)
        #expect(readEvents([Array(endless.dropLast(2))]).refusal == nil)
    }

    @Test("Random streams give the events of the standard's algorithm, however they are cut", arguments: 0..<20)
    func reference(_ seed: Int) {
        let pieces = [
            "data", "data:", "data: ", "event", "event: ", "id: ", ": ", ":", " ", "\n", "\r", "\r\n", "\n\n",
            "\r\n\r\n",
            "\r\r", "[DONE]", "{\"a\":1}", "x", "\u{FEFF}", "\u{E9}", "\0", "Data: ", "data: [DONE]\n\n", "retry: 1",
        ].map { Array($0.utf8) }
        var generator = SplitMix(seed: UInt64(seed))
        var messages = 0
        for _ in 0..<100 {
            let stream = Array((0..<generator.below(40)).map { _ in generator.pick(pieces) }.joined())
            messages += ReferenceEventStream.messages(stream).count
            #expect(Invariants.ofEvents(stream) == [], "\(String(decoding: stream, as: UTF8.self).debugDescription)")
        }
        // Or the comparison would be empty.
        #expect(messages > 30)
    }
}
