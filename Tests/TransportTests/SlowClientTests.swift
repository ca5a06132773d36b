import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

@Suite("Clients that read or send slowly", .timeLimit(.minutes(5)))
struct SlowClientTests {
    /// More than the sockets of both sides hold.
    private static let large = String(repeating: "0123456789abcdef", count: 2 << 20)

    private static func get(_ fields: String = "") -> String { "GET /a HTTP/1.1\r\nHost: x\r\n\(fields)\r\n" }

    @Test("A large answer is not cut because its client takes it slowly", arguments: ["", "Connection: close\r\n"])
    func slowReader(_ fields: String) async throws {
        let server = try await Loopback { _, wire in wire.answer(Self.large) }
        let client = try await RawClient.connect(to: server.port, isReading: false)
        try await client.send(Self.get(fields))
        try await eventually("the answer is on its way") { try await server.count() == 1 }
        // Longer than a connection may be idle, or linger.
        for minutes in 1...3 {
            try await client.setReading(true)
            let count = client.count
            try await eventually("the client takes some") {
                client.count > min(count + (8 << 20), Self.large.utf8.count) || client.isClosed
            }
            try await client.setReading(false)
            try await server.each { $0.failIfOverdue(at: .now() + .minutes(3 * Int64(minutes)) + .seconds(1)) }
        }
        try await client.setReading(true)
        try await eventually("all of the answer") { client.count >= Self.large.utf8.count || client.isClosed }
        #expect(client.text.hasSuffix(Self.large))
        try await client.close()
    }

    @Test(
        "A client that takes nothing of its answer for too long is cut off", arguments: ["", "Connection: close\r\n"])
    func stalledReader(_ fields: String) async throws {
        let server = try await Loopback { _, wire in wire.answer(Self.large) }
        let client = try await RawClient.connect(to: server.port, isReading: false)
        try await client.send(Self.get(fields))
        try await eventually("the connection is cut") {
            for minutes in 1...20 { try await server.each { $0.failIfOverdue(at: .now() + .minutes(Int64(minutes))) } }
            return try await server.count() == 0
        }
        try await client.close()
    }

    @Test("A client that is told that its answer is cut and takes nothing of that is cut off too")
    func stalledAbort() async throws {
        let door = Door()
        let server = try await Loopback { _, wire in
            wire.begin(AnswerHead(status: 200))
            wire.abort(ByteBuffer(string: Self.large))
            door.open()
        }
        let client = try await RawClient.connect(to: server.port, isReading: false)
        try await client.send(Self.get())
        try await Loops.run { _ in await door.pass() }
        #expect(try await server.count() == 1)
        try await eventually("the connection is cut") {
            for minutes in 1...20 { try await server.each { $0.failIfOverdue(at: .now() + .minutes(Int64(minutes))) } }
            return try await server.count() == 0
        }
        try await client.close()
    }

    @Test("Draining does not cut an answer that is still on its way")
    func drain() async throws {
        let server = try await Loopback { _, wire in wire.answer(Self.large) }
        let client = try await RawClient.connect(to: server.port, isReading: false)
        try await client.send(Self.get())
        try await eventually("the answer is on its way") { try await server.count() == 1 }
        try await client.setReading(true)
        try await eventually("the client takes some") { client.count > 0 }
        try await client.setReading(false)
        try await server.each { $0.drain() }
        try await client.setReading(true)
        #expect(try await client.readAll().hasSuffix(Self.large))
        try await client.close()
    }

    @Test("A stream waits for its client: what waits for it is bounded")
    func boundedStream() async throws {
        let notes = Notes()
        let piece = String(repeating: "x", count: 10_000)
        let server = try await Loopback { _, wire in
            wire.begin(AnswerHead(status: 200))
            for number in 1...2000 {
                do throws(TransportError) { try await wire.write(ByteBuffer(string: piece)) } catch { return }
                notes.add("\(number)")
            }
            wire.end(ByteBuffer())
        }
        func written() async throws -> Int { try await server.executor.loop.submit { notes.lines.count }.get() }
        let client = try await RawClient.connect(to: server.port, isReading: false)
        try await client.send(Self.get())
        // Stops when the sockets of both sides, and 64 KB of ours, are full.
        var before = -1
        try await eventually("the stream stops") {
            let last = before
            try await Task.sleep(for: .milliseconds(20))
            before = try await written()
            return before == last && last > 0
        }
        #expect(try await written() < 2000)
        try await client.setReading(true)
        #expect(try await client.read(to: "0\r\n\r\n").hasSuffix("\(piece)\r\n0\r\n\r\n"))
        #expect(try await written() == 2000)
        try await client.close()
    }

    @Test("A client that sends more than the limit gets to read why, while it goes on sending")
    func tooLargeBody() async throws {
        let server = try await Loopback { _, wire in
            do throws(RequestRefusal) { _ = try await wire.body() } catch {
                wire.answer(error.code, status: error.status)
            }
        }
        let client = try await RawClient.connect(to: server.port)
        try await client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 33554432\r\n\r\n")
        let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<8 { try await client.send(megabyte) }
        let answer = try await client.readAll()
        #expect(
            answer
                == "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 17\r\n\r\nrequest_too_large")
        try await client.close()
        try await eventually("the connection is gone") { try await server.count() == 0 }
    }

    @Test("What a client sends while it is served waits in its socket, not in our memory")
    func floodWhileServed() async throws {
        let door = Door()
        let server = try await Loopback { _, wire in
            await door.pass()
            wire.answer("done")
        }
        let client = try await RawClient.connect(to: server.port)
        try await client.send(Self.get())
        let flood = Task { try await client.send([UInt8](repeating: 0x0A, count: 64 << 20)) }
        defer { flood.cancel() }
        let largest = Notes()
        func most() async throws -> Int {
            try await server.each { connection in
                let buffers = Mirror(reflecting: connection).children.compactMap { $0.value as? ByteBuffer }
                largest.add("\(buffers.map(\.storageCapacity).max() ?? 0)")
            }
            return try await server.executor.loop.submit { largest.lines.compactMap { Int($0) }.max() ?? 0 }.get()
        }
        try await eventually("the flood arrives") { try await most() > 64 * 1024 }
        for _ in 0..<50 {
            try await Task.sleep(for: .milliseconds(2))
            #expect(try await most() <= 512 * 1024)
        }
        try await server.executor.loop.submit { door.open() }.get()
        _ = try await client.readAll()
        try await client.close()
        _ = try? await flood.value
    }

    @Test("A connection that ends behind its answer waits for the client to close, but not for ever")
    func lingering() async throws {
        let server = try await Loopback { _, wire in wire.answer("bye") }
        let client = try await RawClient.connect(to: server.port)
        try await client.send(Self.get("Connection: close\r\n"))
        #expect(try await client.readAll().hasSuffix("bye"))
        try await client.send("still talking")
        #expect(try await server.count() == 1)
        try await eventually("the connection is gone") {
            try await server.each { $0.failIfOverdue(at: .now() + .seconds(3)) }
            return try await server.count() == 0
        }
        try await client.close()
    }

    @Test("A client that closes one half of its connection is gone")
    func halfClosed() async throws {
        let notes = Notes()
        let server = try await Loopback { _, wire in
            do throws(TransportError) { _ = try await ResponseBody().next() } catch { notes.add("\(error.code)") }
        }
        let client = try await RawClient.connect(to: server.port)
        try await client.send(Self.get())
        try await client.closeOutput()
        try await eventually("the connection is gone") { try await server.count() == 0 }
        let lines = try await server.executor.loop.submit { notes.lines }.get()
        #expect(lines == ["cancelled"])
        try await client.close()
    }
}
