import Framing
import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite("A client's connection")
struct ServerConnectionTests {
    /// Answers with what was asked and the body that came with it.
    static let echo: EmbeddedConnection.Serve = { inbound, wire in
        guard case .request(let request) = inbound else { return wire.answer(inbound.line, status: 400) }
        do throws(RequestRefusal) {
            let body = try await wire.body()
            wire.answer("\(inbound.line) [\(String(buffer: body))]")
        } catch {
            wire.answer("\(request.path) \(error.code)", status: error.status)
        }
    }

    static func ok(_ text: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    }

    static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    // MARK: Requests

    @Test("One request after the other is answered on one connection")
    func keepAlive() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        for path in ["/a", "/b", "/c"] {
            try client.send(Self.get(path))
            #expect(try client.received() == Self.ok("GET \(path) []"))
        }
        #expect(client.isOpen)
    }

    @Test("Requests that are sent at once are answered one by one, in order")
    func pipelining() throws {
        let door = Door()
        let notes = Notes()
        let client = try EmbeddedConnection { inbound, wire in
            notes.add(inbound.line)
            await door.pass()
            wire.answer(inbound.line)
        }
        try client.send(Self.get("/a") + Self.get("/b") + Self.get("/c"))
        #expect(notes.lines == ["GET /a"], "the second begins when the first was answered")
        #expect(try client.received() == "")
        door.open()
        client.executor.drain()
        #expect(try client.received() == Self.ok("GET /a") + Self.ok("GET /b") + Self.ok("GET /c"))
        #expect(notes.lines == ["GET /a", "GET /b", "GET /c"])
    }

    static let exchanges: [String] = [
        get("/a") + post("/b", "body") + get("/c"),
        post("/a", "one", "Expect: 100-continue\r\n") + post("/b", "") + post("/c", "three"),
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n"
            + get("/b"),
        "\r\n" + get("/a") + "\r\n" + get("/b"),
    ]

    @Test("How the bytes come in pieces changes nothing", arguments: Self.exchanges)
    func anyPieces(_ text: String) throws {
        let whole = try EmbeddedConnection(serve: Self.echo)
        try whole.send(text)
        let expected = try whole.received().replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "")
        #expect(expected.contains("200 OK"))
        let bytes = Array(text.utf8)
        for cut in bytes.indices {
            let client = try EmbeddedConnection(serve: Self.echo)
            try client.send(bytes[..<cut])
            try client.send(bytes[cut...])
            #expect(
                try client.received().replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "") == expected, "cut at \(cut)")
        }
        let client = try EmbeddedConnection(serve: Self.echo)
        for byte in bytes { try client.send([byte]) }
        #expect(try client.received().replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "") == expected)
    }

    @Test("A client that waits for it is told to go on when its body is asked for")
    func expectContinue() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        let request = Self.post("/a", "body", "Expect: 100-continue\r\n")
        try client.send(request.dropLast(4).utf8)
        #expect(try client.received() == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("body")
        #expect(try client.received() == Self.ok("POST /a [body]"))
    }

    @Test("A client that waits and is refused on its head is not told to go on, and the connection ends")
    func expectAndRefuse() throws {
        let client = try EmbeddedConnection { _, wire in wire.answer("no", status: 401) }
        try client.send(Self.post("/a", "body", "Expect: 100-continue\r\n").dropLast(4).utf8)
        #expect(
            try client.received() == "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
        #expect(!client.isOpen, "whether the body comes is not known, so nothing can follow")
    }

    @Test("A body that nobody asked for is stepped over where it is there")
    func bodyNobodyWants() throws {
        let client = try EmbeddedConnection { inbound, wire in wire.answer(inbound.line) }
        try client.send(Self.post("/a", "GET /evil HTTP/1.1\r\nHost: x\r\n\r\n") + Self.get("/b"))
        #expect(try client.received() == Self.ok("POST /a") + Self.ok("GET /b"))
        #expect(client.isOpen)
    }

    @Test(
        "A body that nobody asked for and that is not there ends the connection",
        arguments: [
            "Content-Length: 100\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
    func bodyNobodyWantsAndIsNotThere(_ rest: String) throws {
        let notes = Notes()
        let client = try EmbeddedConnection { inbound, wire in
            notes.add(inbound.line)
            wire.answer(inbound.line)
        }
        try client.send("POST /a HTTP/1.1\r\nHost: x\r\n" + rest)
        #expect(try client.received().contains("Connection: close\r\n"))
        #expect(!client.isOpen)
        #expect(notes.lines == ["POST /a"], "what stands in a body is never served")
    }

    @Test("The body is handed out once")
    func bodyTwice() throws {
        let client = try EmbeddedConnection { _, wire in
            let first = (try? await wire.body()).map { String(buffer: $0) }
            let second = (try? await wire.body()).map { String(buffer: $0) }
            wire.answer("\(first ?? "-") \(second ?? "-")")
        }
        try client.send(Self.post("/a", "body"))
        #expect(try client.received() == Self.ok("body "))
    }

    // MARK: Answers

    @Test("A stream is sent in chunks and ends with the last one")
    func stream() throws {
        let client = try EmbeddedConnection { _, wire in
            var head = AnswerHead(status: 200)
            head.add("Content-Type", "text/event-stream" as StaticString)
            wire.begin(head)
            try? await wire.write(ByteBuffer(string: "hello"))
            try? await wire.write(ByteBuffer())
            try? await wire.write(ByteBuffer(string: String(repeating: "a", count: 26)))
            wire.end(ByteBuffer(string: "bye"))
        }
        try client.send(Self.get("/a"))
        #expect(
            try client.received()
                == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n1a\r\n\(String(repeating: "a", count: 26))\r\n3\r\nbye\r\n0\r\n\r\n")
        try client.send(Self.get("/a"))
        #expect(try client.received().hasSuffix("0\r\n\r\n"), "and the next request is served")
    }

    @Test("A stream may end without a piece")
    func emptyStream() throws {
        let client = try EmbeddedConnection { _, wire in
            wire.begin(AnswerHead(status: 200))
            wire.end(ByteBuffer())
        }
        try client.send(Self.get("/a"))
        #expect(try client.received() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    }

    @Test("HTTP/1.0 knows no chunks: the end of the connection ends a stream")
    func streamInOldVersion() throws {
        let client = try EmbeddedConnection { _, wire in
            wire.begin(AnswerHead(status: 200))
            try? await wire.write(ByteBuffer(string: "hello"))
            wire.end(ByteBuffer(string: "bye"))
        }
        try client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try client.received() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhellobye")
        #expect(!client.isOpen)
    }

    @Test("HTTP/1.0 keeps its connection only where it asks, and is told so")
    func oldVersion() throws {
        let closing = try EmbeddedConnection(serve: Self.echo)
        try closing.send("GET /a HTTP/1.0\r\n\r\n")
        #expect(try closing.received() == Self.ok("GET /a []", "Connection: close\r\n"))
        #expect(!closing.isOpen)
        let keeping = try EmbeddedConnection(serve: Self.echo)
        try keeping.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try keeping.received() == Self.ok("GET /a []", "Connection: keep-alive\r\n"))
        #expect(keeping.isOpen)
    }

    @Test("A client that says it closes is told so, and nothing behind its request is served")
    func clientCloses() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send(Self.get("/a", "Connection: close\r\n") + Self.get("/b"))
        #expect(try client.received() == Self.ok("GET /a []", "Connection: close\r\n"))
        #expect(!client.isOpen)
    }

    @Test("An answer to HEAD has no body, so that what follows is not taken for one")
    func head() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + Self.get("/b"))
        #expect(try client.received() == "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + Self.ok("GET /b []"))
    }

    @Test("A large answer is the same, in two writes", arguments: [16 * 1024, 16 * 1024 + 1, 300_000])
    func largeAnswer(_ count: Int) throws {
        let client = try EmbeddedConnection { _, wire in wire.answer(String(repeating: "a", count: count)) }
        try client.send(Self.get("/a"))
        #expect(try client.received() == Self.ok(String(repeating: "a", count: count)))
    }

    @Test("A value cannot end its field, whatever is in it")
    func fieldInjection() throws {
        let client = try EmbeddedConnection { _, wire in
            var head = AnswerHead(status: 200)
            head.add("X-Text", "a\r\nSet-Cookie: b\r\n\r\n\u{0}\u{7F}é")
            wire.respond(head, body: ByteBuffer())
        }
        try client.send(Self.get("/a"))
        #expect(
            try client.received() == "HTTP/1.1 200 OK\r\nX-Text: a  Set-Cookie: b      é\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("A task that answers twice, or out of order, sends one answer")
    func misuse() throws {
        let client = try EmbeddedConnection { _, wire in
            wire.end(ByteBuffer(string: "too early"))
            wire.abort(ByteBuffer(string: "too early"))
            await #expect(throws: TransportError.noClient) { try await wire.write(ByteBuffer(string: "too early")) }
            wire.answer("once")
            wire.answer("twice")
            wire.begin(AnswerHead(status: 500))
            wire.end(ByteBuffer(string: "too late"))
        }
        try client.send(Self.get("/a"))
        #expect(try client.received() == Self.ok("once"))
        #expect(client.isOpen)
    }

    @Test("A task that does not answer, or not to the end, loses the connection")
    func noAnswer() throws {
        for begins in [false, true] {
            let client = try EmbeddedConnection { _, wire in
                if begins { wire.begin(AnswerHead(status: 200)) }
            }
            try client.send(Self.get("/a"))
            #expect(!client.isOpen)
            #expect(try !client.received().contains("0\r\n\r\n"))
        }
    }

    @Test("A status that has no phrase, and one that has")
    func phrases() throws {
        for (status, line) in [(503, "503 Service Unavailable"), (418, "418 -"), (429, "429 Too Many Requests")] {
            let client = try EmbeddedConnection { _, wire in wire.answer("", status: status) }
            try client.send(Self.get("/a"))
            #expect(try client.received() == "HTTP/1.1 \(line)\r\nContent-Length: 0\r\n\r\n")
        }
    }
}
