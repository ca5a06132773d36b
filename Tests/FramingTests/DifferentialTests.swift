import Framing
import Testing

/// What we accept, NIOHTTP1 (llhttp) frames the same. We may refuse more, never less; `StricterTests` lists where.
///
/// One difference is meant and not in the corpus: behind a request with Upgrade, NIO reads nothing more as HTTP. We never
/// upgrade, ignore the field as RFC 9110, section 7.8 allows, and read on.
@Suite("Compared with NIOHTTP1")
struct DifferentialTests {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/models/x?limit=2 HTTP/1.1\r\nHost: api.example.com:8080\r\nAccept: */*\r\nX: \r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\nhello world",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\nA\r\n0\r\n\r\n0\r\n\r\n!\r\n0\r\nx: y\r\n\r\n",
        "PUT /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
        "DELETE /a HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HEAD /a HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Tab: a\tb\r\n\r\n",
        "PATCH /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nCookie: a=b\r\n\r\n{}",
    ]
    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\ndata: ab\n\n\r\n0\r\nx: y\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 500 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nuntil the end",
    ]

    @Test("Mutated requests that are accepted are framed the same", arguments: 0..<10)
    func requests(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        var accepted = 0
        for _ in 0..<2_500 {
            let bytes = Mutation.mutated(Self.requests, with: &generator)
            let ours = readRequests([bytes])
            guard !ours.messages.isEmpty else { continue }
            accepted += 1
            self.compare(ours, with: NIOReader.requests(bytes), bytes) { head, bytes in
                "\(head.method.rawValue) \(text(bytes, head.target))"
            }
        }
        // Or the comparison would be empty.
        #expect(accepted > 1_000)
    }

    @Test("Mutated responses that are accepted are framed the same", arguments: 0..<10)
    func responses(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        var accepted = 0
        for _ in 0..<2_500 {
            let bytes = Mutation.mutated(Self.responses, with: &generator)
            let answersHead = generator.chance(10)
            let ours = readResponses([bytes], answersHead: answersHead)
            guard !ours.messages.isEmpty else { continue }
            accepted += 1
            let theirs = NIOReader.responses(bytes, answersHead: answersHead, atEnd: ours.endsWithConnection)
            // NIO's word on keep-alive comes before it remembers that HEAD has no body.
            self.compare(ours, with: theirs, bytes, keepAlive: !answersHead) { head, _ in "\(head.status)" }
        }
        #expect(accepted > 1_000)
    }

    private func compare<Head>(
        _ ours: Transcript<Head>, with theirs: (messages: [NIOMessage], isRefused: Bool), _ bytes: [UInt8],
        keepAlive: Bool = true, start: (Head, [UInt8]) -> String
    ) {
        let shown = Comment(rawValue: String(decoding: bytes, as: UTF8.self).debugDescription)
        for (index, message) in ours.messages.enumerated() {
            guard index < theirs.messages.count else {
                Issue.record("NIO has only \(theirs.messages.count) of \(ours.messages.count): \(shown)")
                return
            }
            let other = theirs.messages[index]
            let isLast = index == ours.messages.count - 1
            let fields = message.head.fields.lines.flatMap { line in
                [text(message.headBytes, line.name), text(message.headBytes, line.value)]
            }
            #expect(start(message.head, message.headBytes) == other.start, shown)
            #expect(fields == other.fields, shown)
            #expect(!keepAlive || other.keepAlive || !message.head.keepAlive, shown)
            if isLast, ours.refusal != nil {
                // They may have read on where we stopped.
                #expect(other.content.starts(with: message.content), shown)
            } else {
                #expect(message.content == other.content, shown)
                #expect((message.isComplete || message.head.framing == .untilClose) == other.isComplete, shown)
            }
        }
        guard ours.refusal == nil, let last = ours.messages.last else { return }
        let isClosed = last.isComplete && !last.head.keepAlive
        if !isClosed { #expect(theirs.messages.count == ours.messages.count, shown) }
    }
}
