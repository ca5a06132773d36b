import Framing
import Testing

@Suite("Bytes that come in pieces")
struct SplitTests {
    static let requests = [
        "POST /v1/chat/completions?a=b HTTP/1.1\r\nHost: a:80\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nx: y\r\n\r\n",
        "\r\nGET /models HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nX-Tab: a\tb\r\n\r\n",
        "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nrest",
    ]
    static let responses = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: a\n\r\n1\r\n\n\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    ]

    @Test("Every cut of a connection gives the same requests", arguments: 0..<10)
    func requests(_ seed: Int) {
        let bytes = Array(Self.requests.joined().utf8)
        let whole = readRequests([bytes])
        #expect(
            whole.messages.map { String(decoding: $0.content, as: UTF8.self) } == [
                "hello world", "hello world", "", "",
            ])
        #expect(whole.unread == 4)
        var generator = SplitMix(seed: UInt64(seed))
        for _ in 0..<200 {
            let fragments = generator.fragments(of: bytes)
            #expect(readRequests(fragments) == whole)
        }
    }

    @Test("Every cut of a connection gives the same responses", arguments: 0..<10)
    func responses(_ seed: Int) {
        let bytes = Array(Self.responses.joined().utf8)
        let whole = readResponses([bytes])
        #expect(whole.messages.map(\.head.status) == [100, 200, 200, 204, 200])
        #expect(whole.messages.last?.content == Array("until the end".utf8))
        var generator = SplitMix(seed: UInt64(seed))
        for _ in 0..<200 {
            let fragments = generator.fragments(of: bytes)
            #expect(readResponses(fragments) == whole)
        }
    }

    @Test("Every cut of a body gives the same content", arguments: 0..<10)
    func bodies(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        var bytes: [UInt8] = []
        var content: [UInt8] = []
        for _ in 0..<20 {
            let chunk = (0..<(1 + generator.below(40))).map { _ in UInt8(generator.below(256)) }
            content += chunk
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        bytes += Array("0\r\nchecksum: value\r\n\r\n".utf8)
        for _ in 0..<200 {
            let transcript = readChunks(generator.fragments(of: bytes))
            #expect(transcript == ChunkedTranscript(content: content, refusal: nil, end: bytes.count))
        }
    }

    @Test("Every place to cut gives the same refusal or the same messages", arguments: 0..<10)
    func everyPlace(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        for _ in 0..<5 {
            let bytes = Mutation.mutated(Self.requests, with: &generator)
            let whole = readRequests([bytes])
            for place in bytes.indices {
                #expect(readRequests([Array(bytes[..<place]), Array(bytes[place...])]) == whole)
            }
        }
    }

    /// So that a head or event that drips in costs no more than one that comes whole. The test breaks the promise not to
    /// change bytes, to see that nobody notices.
    @Test("A byte that was looked at is not looked at again before its line is complete")
    func looksOnce() throws {
        var head = Array("GET / HTTP/1.1\r\nHost: a\r\nx: aaaaaaaaaaaaaaaaaaaa".utf8)
        var requests = RequestHeadParser()
        #expect(try requests.parse(head.span) == nil)
        head[head.count - 10] = 0
        #expect(try requests.parse((head + Array("\r\n\r\n".utf8)).span) != nil)

        var status = Array("HTTP/1.1 200 OKOKOKOKOKOK".utf8)
        var responses = ResponseHeadParser()
        #expect(try responses.parse(status.span) == nil)
        status[status.count - 3] = 0
        #expect(try responses.parse((status + Array("\r\n\r\n".utf8)).span) != nil)

        var stream = Array("data: aaaaaaaaaaaaaaaaaaaa".utf8)
        var events = EventStreamParser()
        #expect(try events.next(stream.span, from: 0) == nil)
        stream[stream.count - 10] = UInt8(ascii: "\n")
        #expect(try events.next((stream + Array("\n\n".utf8)).span, from: 0)?.data == .line(6..<26))
    }
}
