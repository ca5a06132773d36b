import Framing
import NIOCore
import TestSupport
import Testing

@testable import Transport

extension ServerConnectionTests {
    // MARK: Refusals

    static let refused: [(String, String)] = [
        ("GET /\r\n\r\n", "400 malformed_request_line"), ("HELLO\n\n", "400 bare_line_feed"),
        ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501 unsupported_method"),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505 unsupported_version"),
        ("GET / HTTP/1.1\r\n\r\n", "400 missing_host"),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400 repeated_host"),
        (post("/", "a", "Transfer-Encoding: chunked\r\n"), "400 conflicting_lengths"),
        (post("/", "a", "Content-Length: 1\r\n"), "400 repeated_content_length"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400 malformed_content_length"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 unsupported_transfer_coding"),
        (get("/", "Authorization: a\r\nAuthorization: b\r\n"), "400 repeated_field"),
        (get("/", "Expect: money\r\n"), "417 unsupported_expectation"), (get("/", " folded\r\n"), "400 folded_line"),
        (get("/" + String(repeating: "a", count: 300)), "414 target_too_long"),
        (get("/", "X: \(String(repeating: "a", count: 3000))\r\n"), "431 head_too_long"),
        (get("/", String(repeating: "X: y\r\n", count: 40)), "431 too_many_fields"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n", "400 control_character"),
    ]

    @Test(
        "What is no acceptable request is handed on as refused, answered, and ends the connection",
        arguments: Self.refused)
    func refusedRequests(_ text: String, _ expected: String) throws {
        let notes = Notes()
        let client = try EmbeddedConnection { inbound, wire in
            notes.add(inbound.line)
            wire.answer("no", status: 400)
        }
        try client.send(text + Self.get("/smuggled"))
        #expect(notes.lines == [expected])
        #expect(try client.received() == "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
        #expect(!client.isOpen)
    }

    @Test("A good request before a bad one is answered first")
    func goodBeforeBad() throws {
        let client = try EmbeddedConnection { inbound, wire in wire.answer(inbound.line) }
        try client.send(Self.get("/a") + "nonsense\r\n\r\n" + Self.get("/b"))
        #expect(
            try client.received() == Self.ok("GET /a") + Self.ok("400 malformed_request_line", "Connection: close\r\n"))
    }

    @Test("A body of just the limit is taken, one byte more is refused", arguments: [true, false])
    func bodyLimit(_ isChunked: Bool) throws {
        func request(_ count: Int) -> String {
            let body = String(repeating: "a", count: count)
            return isChunked
                ? "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1F4\r\n\(body.prefix(500))\r\n"
                    + "\(String(count - 500, radix: 16))\r\n\(body.dropFirst(500))\r\n0\r\n\r\n"
                : Self.post("/", body)
        }
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send(request(1000))
        #expect(try client.received().hasPrefix("HTTP/1.1 200 OK\r\nContent-Length: 1009\r\n"))
        try client.send(request(1001))
        // Where the body's end is known and there, the connection may go on.
        let close = isChunked ? "Connection: close\r\n" : ""
        #expect(
            try client.received()
                == "HTTP/1.1 413 Content Too Large\r\n\(close)Content-Length: 19\r\n\r\n/ request_too_large")
        #expect(client.isOpen == !isChunked)
    }

    @Test("A body that is too large by its length is refused before a byte of it came")
    func bodyLimitByLength() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.received().hasPrefix("HTTP/1.1 413 "))
    }

    static let brokenChunks: [(String, String)] = [
        ("5\nhello\r\n0\r\n\r\n", "bare_line_feed"), ("5;x=y\r\nhello\r\n0\r\n\r\n", "chunk_extension"),
        ("5\r\nhello!\r\n0\r\n\r\n", "malformed_chunk_end"), ("x\r\n", "malformed_chunk_size"),
        ("-1\r\n\r\n", "malformed_chunk_size"),
        ("fffffffff\r\n", "chunk_size_too_long"), ("0\r\nContent-Length: 5\r\n\r\n", "forbidden_trailer"),
    ]

    @Test("A body whose chunks are broken is refused, and the connection ends", arguments: Self.brokenChunks)
    func brokenChunk(_ chunks: String, _ code: String) throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + Self.get("/smuggled"))
        let answer = try client.received()
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"))
        #expect(answer.hasSuffix("/ \(code)"))
        #expect(!client.isOpen)
    }

    // MARK: Time

    @Test("A head that does not come in time is refused, however often a little of it comes")
    func lateHead() throws {
        let client = try EmbeddedConnection { inbound, wire in wire.answer(inbound.line, status: 408) }
        try client.send("GET / HT")
        let begun = NIODeadline.now()
        try client.send("TP/1.1\r\n")
        client.connection.failIfOverdue(at: begun + .seconds(59))
        #expect(try client.received() == "")
        client.connection.failIfOverdue(at: begun + .minutes(1))
        client.executor.drain()
        #expect(
            try client.received()
                == "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 19\r\n\r\n408 request_timeout")
        #expect(!client.isOpen)
    }

    @Test("A connection without a request is closed in silence after its time, before the first request and behind it")
    func idle() throws {
        for requests in 0...1 {
            let client = try EmbeddedConnection(serve: Self.echo)
            for _ in 0..<requests { try client.send(Self.get("/a")) }
            _ = try client.received()
            let now = NIODeadline.now()
            client.connection.failIfOverdue(at: now + .seconds(170))
            #expect(client.isOpen)
            client.connection.failIfOverdue(at: now + .minutes(3) + .seconds(1))
            #expect(!client.isOpen)
            #expect(try client.received() == "")
        }
    }

    @Test("A body that does not come in time is refused")
    func lateBody() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send(Self.post("/a", "body").dropLast(1).utf8)
        client.connection.failIfOverdue(at: .now() + .seconds(119))
        #expect(try client.received() == "")
        client.connection.failIfOverdue(at: .now() + .minutes(2))
        client.executor.drain()
        #expect(try client.received().hasSuffix("Connection: close\r\nContent-Length: 18\r\n\r\n/a request_timeout"))
    }

    @Test("An exchange that is under way has no time on the client's side, whatever comes meanwhile")
    func noTimeWhileServed() throws {
        let door = Door()
        let client = try EmbeddedConnection { inbound, wire in
            await door.pass()
            wire.answer(inbound.line)
        }
        try client.send(Self.get("/a") + "GET /b HT")
        client.connection.failIfOverdue(at: .now() + .hours(1))
        #expect(client.isOpen)
        door.open()
        client.executor.drain()
        #expect(try client.received() == Self.ok("GET /a"))
        client.connection.failIfOverdue(at: .now() + .minutes(1) + .seconds(1))
        client.executor.drain()
        #expect(try client.received().contains("408"), "the second head was begun")
    }
}
