import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

@Suite("The listener", .timeLimit(.minutes(5)))
struct ListenerTests {
    private final class Handler: LoopHandler {
        let serve: EmbeddedConnection.Serve

        init(_ serve: @escaping EmbeddedConnection.Serve) { self.serve = serve }

        func handle(_ inbound: Inbound, on wire: any Wire) async { await self.serve(inbound, wire) }
    }

    private static func listen(
        _ limits: ServerLimits = .ofTests, serve: @escaping EmbeddedConnection.Serve
    ) async throws -> (listener: HTTPListener, port: Int) {
        let listener = try await HTTPListener(
            host: "127.0.0.1", port: 0, group: Loops.one, limits: limits, makeHandler: { Handler(serve) })
        return (listener, try #require(listener.address?.port))
    }

    private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test("It answers on the port that it was given, and says which that is")
    func answers() async throws {
        let (listener, port) = try await Self.listen { inbound, wire in wire.answer(inbound.line) }
        let client = try await RawClient.connect(to: port)
        try await client.send(Self.get)
        #expect(try await client.read(to: "GET /a").hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(await listener.openConnections() == 1)
        try await client.close()
        try await eventually("the connection is gone") { await listener.openConnections() == 0 }
        await listener.drain(within: .zero)
    }

    @Test("An address that is taken is an error")
    func addressTaken() async throws {
        let (listener, port) = try await Self.listen { _, wire in wire.answer("") }
        await #expect(throws: (any Error).self) {
            try await HTTPListener(
                host: "127.0.0.1", port: port, group: Loops.one, limits: .ofTests, makeHandler: { Handler { _, _ in } })
        }
        await listener.drain(within: .zero)
    }

    @Test("More connections than the limit are closed at once, the others go on")
    func connectionLimit() async throws {
        let (listener, port) = try await Self.listen(.ofTests.with { $0.connections = 2 }) { _, wire in
            wire.answer("ok")
        }
        let first = try await RawClient.connect(to: port)
        let second = try await RawClient.connect(to: port)
        try await eventually("both are there") { await listener.openConnections() == 2 }
        let third = try await RawClient.connect(to: port)
        #expect(try await third.readAll() == "")
        try await first.send(Self.get)
        #expect(try await first.read(to: "ok").hasSuffix("ok"))
        try await first.close()
        try await eventually("one is gone") { await listener.openConnections() == 1 }
        let fourth = try await RawClient.connect(to: port)
        try await fourth.send(Self.get)
        #expect(try await fourth.read(to: "ok").hasSuffix("ok"))
        for client in [second, third, fourth] { try await client.close() }
        await listener.drain(within: .zero)
    }

    @Test("Times are looked at by the listener itself")
    func sweeps() async throws {
        let limits = ServerLimits.ofTests.with { $0.headTimeout = .milliseconds(50) }
        let (listener, port) = try await Self.listen(limits) { inbound, wire in wire.answer(inbound.line, status: 408) }
        let client = try await RawClient.connect(to: port)
        try await client.send("GET / HTTP/1.1\r\nHos")
        #expect(try await client.readAll().hasSuffix("408 request_timeout"))
        try await client.close()
        await listener.drain(within: .zero)
    }

    @Test("Draining lets what is served end, refuses what comes, and closes what is idle")
    func drains() async throws {
        let door = Door()
        let (listener, port) = try await Self.listen { _, wire in
            await door.pass()
            wire.answer("served to the end")
        }
        let idle = try await RawClient.connect(to: port)
        let busy = try await RawClient.connect(to: port)
        try await busy.send(Self.get)
        try await eventually("one is served") {
            try await Loops.one.next().submit { door.isWaitedAt }.get()
        }
        async let drained: Void = listener.drain(within: .seconds(30))
        #expect(try await idle.readAll() == "")
        await #expect(throws: (any Error).self) { try await RawClient.connect(to: port) }
        try await Loops.one.next().submit { door.open() }.get()
        #expect(try await busy.readAll().hasSuffix("Connection: close\r\nContent-Length: 17\r\n\r\nserved to the end"))
        try await busy.close()
        await drained
        #expect(await listener.openConnections() == 0)
        try await idle.close()
    }

    @Test("What does not end in time is cut when draining is over")
    func cuts() async throws {
        let notes = Notes()
        let (listener, port) = try await Self.listen { _, wire in
            wire.begin(AnswerHead(status: 200))
            try? await wire.write(ByteBuffer(string: "begun"))
            do throws(TransportError) { _ = try await ResponseBody().next() } catch { notes.add("\(error.code)") }
        }
        let client = try await RawClient.connect(to: port)
        try await client.send(Self.get)
        _ = try await client.read(to: "begun\r\n")
        await listener.drain(within: .milliseconds(1))
        #expect(try await !client.readAll().hasSuffix("0\r\n\r\n"))
        #expect(await listener.openConnections() == 0)
        #expect(try await Loops.one.next().submit { notes.lines }.get() == ["cancelled"])
        try await client.close()
    }
}
