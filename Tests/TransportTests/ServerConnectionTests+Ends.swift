import Framing
import NIOCore
import TestSupport
import Testing

@testable import Transport

extension ServerConnectionTests {
    // MARK: A client that goes away

    @Test("A client that goes away cancels what was done for it")
    func vanishes() throws {
        let notes = Notes()
        let client = try EmbeddedConnection { _, _ in
            let body = ResponseBody()
            do throws(TransportError) { _ = try await body.next() } catch {
                notes.add("\(error.code) \(Task.isCancelled)")
            }
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

    // MARK: Slow clients

    /// Sends three pieces, and says when each was taken.
    static func streaming(_ notes: Notes) -> EmbeddedConnection.Serve {
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
        #expect(
            try client.received() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n3\r\nwhy\r\n")
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
