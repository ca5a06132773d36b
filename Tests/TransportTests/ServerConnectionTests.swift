import Framing
import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite("A client's connection")
struct ServerConnectionTests {
    /// Answers with what was asked and the body that came with it.
    private static let echo: EmbeddedConnection.Serve = { inbound, wire in
        guard case .request(let request) = inbound else { return wire.answer(inbound.line, status: 400) }
        do throws(RequestRefusal) {
            let body = try await wire.body()
            wire.answer("\(inbound.line) [\(String(buffer: body))]")
        } catch {
            wire.answer("\(request.path) \(error.code)", status: error.status)
        }
    }

    private static func ok(_ text: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    }

    private static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
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
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n" + get("/b"),
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
            #expect(try client.received().replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "") == expected, "cut at \(cut)")
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

    @Test("A body that nobody asked for and that is not there ends the connection", arguments: [
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

    // MARK: Refusals

    static let refused: [(String, String)] = [
        ("GET /\r\n\r\n", "400 malformedRequestLine"), ("HELLO\n\n", "400 bareLineFeed"),
        ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501 unsupportedMethod"), ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505 unsupportedVersion"),
        ("GET / HTTP/1.1\r\n\r\n", "400 missingHost"), ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400 repeatedHost"),
        (post("/", "a", "Transfer-Encoding: chunked\r\n"), "400 conflictingLengths"),
        (post("/", "a", "Content-Length: 1\r\n"), "400 repeatedContentLength"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400 malformedContentLength"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 unsupportedTransferCoding"),
        (get("/", "Authorization: a\r\nAuthorization: b\r\n"), "400 repeatedField"),
        (get("/", "Expect: money\r\n"), "417 unsupportedExpectation"), (get("/", " folded\r\n"), "400 foldedLine"),
        (get("/" + String(repeating: "a", count: 300)), "414 targetTooLong"),
        (get("/", "X: \(String(repeating: "a", count: 3000))\r\n"), "431 headTooLong"),
        (get("/", String(repeating: "X: y\r\n", count: 40)), "431 tooManyFields"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n", "400 controlCharacter"),
    ]

    @Test("What is no acceptable request is handed on as refused, answered, and ends the connection", arguments: Self.refused)
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
            try client.received() == Self.ok("GET /a") + Self.ok("400 malformedRequestLine", "Connection: close\r\n"))
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
        ("5\nhello\r\n0\r\n\r\n", "bareLineFeed"), ("5;x=y\r\nhello\r\n0\r\n\r\n", "chunkExtension"),
        ("5\r\nhello!\r\n0\r\n\r\n", "malformedChunkEnd"), ("x\r\n", "malformedChunkSize"), ("-1\r\n\r\n", "malformedChunkSize"),
        ("fffffffff\r\n", "chunkSizeTooLong"), ("0\r\nContent-Length: 5\r\n\r\n", "forbiddenTrailer"),
    ]

    @Test("A body whose chunks are broken is refused, and the connection ends", arguments: Self.brokenChunks)
    func brokenChunk(_ chunks: String, _ code: String) throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + Self.get("/smuggled"))
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

    // MARK: A client that goes away

    @Test("A client that goes away cancels what was done for it")
    func vanishes() throws {
        let notes = Notes()
        let client = try EmbeddedConnection { _, _ in
            let body = ResponseBody()
            do throws(TransportError) { _ = try await body.next() } catch { notes.add("\(error.code) \(Task.isCancelled)") }
        }
        try client.send(Self.get("/a"))
        client.vanish()
        #expect(notes.lines == ["cancelled true"])
    }

    @Test("A client that goes away before its body came is no client")
    func vanishesBeforeTheBody() throws {
        let notes = Notes()
        let client = try EmbeddedConnection { _, wire in
            do throws(RequestRefusal) { _ = try await wire.body() } catch { notes.add(error.code) }
            wire.answer("nobody hears")
        }
        try client.send(Self.post("/a", "body").dropLast(1).utf8)
        client.vanish()
        #expect(notes.lines == ["client_closed_request"])
        #expect(try client.received() == "")
    }

    @Test("A client that goes away ends a stream, whether its task waits for it or not")
    func vanishesInAStream() throws {
        for waits in [true, false] {
            let notes = Notes()
            let door = Door()
            let client = try EmbeddedConnection { _, wire in
                wire.begin(AnswerHead(status: 200))
                if !waits { await door.pass() }
                do throws(TransportError) {
                    for _ in 0..<3 { try await wire.write(ByteBuffer(string: "piece")) }
                } catch { notes.add("\(error.code)") }
            }
            client.setWritable(false)
            try client.send(Self.get("/a"))
            client.vanish()
            door.open()
            client.executor.drain()
            #expect(notes.lines == ["clientGone"])
        }
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
            try client.received() == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
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
        #expect(try client.received() == "HTTP/1.1 200 OK\r\nX-Text: a  Set-Cookie: b      é\r\nContent-Length: 0\r\n\r\n")
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

    // MARK: Slow clients

    /// Sends three pieces, and says when each was taken.
    private static func streaming(_ notes: Notes) -> EmbeddedConnection.Serve {
        { _, wire in
            wire.begin(AnswerHead(status: 200))
            for number in 1...3 {
                do throws(TransportError) {
                    try await wire.write(ByteBuffer(string: "\(number)"))
                    notes.add("\(number)")
                } catch {
                    notes.add("\(error.code)")
                    return
                }
            }
            wire.end(ByteBuffer())
        }
    }

    @Test("A stream waits for a client that does not take it")
    func backPressure() throws {
        let notes = Notes()
        let client = try EmbeddedConnection(serve: Self.streaming(notes))
        client.setWritable(false)
        try client.send(Self.get("/a"))
        #expect(notes.lines == [])
        client.setWritable(true)
        #expect(notes.lines == ["1", "2", "3"])
        #expect(try client.received().hasSuffix("1\r\n1\r\n1\r\n2\r\n1\r\n3\r\n0\r\n\r\n"))
        client.connection.failIfOverdue(at: .now() + .minutes(2))
        #expect(client.isOpen)
    }

    @Test("A client that takes nothing for too long is cut off")
    func stalledStream() throws {
        let notes = Notes()
        let client = try EmbeddedConnection(serve: Self.streaming(notes))
        client.setWritable(false)
        try client.send(Self.get("/a"))
        client.connection.failIfOverdue(at: .now() + .minutes(3))
        #expect(client.isOpen)
        client.connection.failIfOverdue(at: .now() + .minutes(4) + .seconds(1))
        #expect(!client.isOpen)
        client.step()
        #expect(notes.lines == ["clientGone"])
    }

    @Test("An answer that is cut has no last chunk, and the connection ends")
    func abort() throws {
        let client = try EmbeddedConnection { _, wire in
            wire.begin(AnswerHead(status: 200))
            try? await wire.write(ByteBuffer(string: "half"))
            wire.abort(ByteBuffer(string: "why"))
        }
        try client.send(Self.get("/a") + Self.get("/b"))
        #expect(try client.received() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n3\r\nwhy\r\n")
        #expect(!client.isOpen)
    }

    // MARK: Draining

    @Test("A drained connection without a request is closed at once, also before its first")
    func drainIdle() throws {
        for requests in 0...1 {
            let client = try EmbeddedConnection(serve: Self.echo)
            for _ in 0..<requests { try client.send(Self.get("/a")) }
            client.connection.drain()
            #expect(!client.isOpen)
        }
    }

    @Test("A drained connection ends its exchange, says that it closes, and serves no other")
    func drainBusy() throws {
        let door = Door()
        let notes = Notes()
        let client = try EmbeddedConnection { inbound, wire in
            notes.add(inbound.line)
            await door.pass()
            wire.answer(inbound.line)
        }
        try client.send(Self.get("/a") + Self.get("/b"))
        client.connection.drain()
        #expect(client.isOpen)
        door.open()
        client.executor.drain()
        #expect(try client.received() == Self.ok("GET /a", "Connection: close\r\n"))
        #expect(!client.isOpen)
        #expect(notes.lines == ["GET /a"])
    }

    @Test("A request whose head was begun is still served while draining")
    func drainWhileReading() throws {
        let client = try EmbeddedConnection(serve: Self.echo)
        let request = Self.get("/a")
        try client.send(request.prefix(10).utf8)
        client.connection.drain()
        #expect(client.isOpen)
        try client.send(request.dropFirst(10).utf8)
        #expect(try client.received() == Self.ok("GET /a []", "Connection: close\r\n"))
    }

    // MARK: Memory

    @Test("A connection that is never empty between two requests does not grow")
    func boundedBuffer() throws {
        let client = try EmbeddedConnection { _, wire in wire.answer("") }
        let padding = String(repeating: "a", count: 1000)
        let request = Array(Self.get("/a", "X-Padding: \(padding)\r\n").utf8)
        try client.send(request.prefix(1))
        for _ in 0..<500 {
            // The rest of one request and the first byte of the next.
            try client.send(request.dropFirst() + request.prefix(1))
            _ = try client.received()
        }
        let buffers = Mirror(reflecting: client.connection).children.compactMap { $0.value as? ByteBuffer }
        #expect(!buffers.isEmpty)
        #expect(buffers.allSatisfy { $0.storageCapacity < 64 * 1024 }, "\(buffers.map(\.storageCapacity))")
    }
}
