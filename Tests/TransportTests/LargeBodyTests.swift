import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite("A large body that comes before it is asked for", .timeLimit(.minutes(5)))
struct LargeBodyTests {
    private final class Handler: LoopHandler {
        // One loop serves both connections, so that one request can let the other go on.
        private let door = Door()

        func handle(_ inbound: Inbound, on wire: any Wire) async {
            guard case .request(let request) = inbound else { return wire.answer("refused", status: 400) }
            switch request.path {
            case "/held":
                await self.door.pass()
                let body = try? await wire.body()
                wire.answer("held \(body?.readableBytes ?? -1)")
            case "/open":
                self.door.open()
                wire.answer("opened")
            default: wire.answer(request.path)
            }
        }
    }

    /// Just above what may wait, so that all of it is there when reading stops, and well above.
    static let sizes = [66_000, 200_000]

    @Test("The socket, whose reading was paused for it, is read again for the next request", arguments: Self.sizes)
    func readsOn(_ size: Int) async throws {
        let listener = try await HTTPListener(
            host: "127.0.0.1", port: 0, group: Loops.one, limits: .ofTests.with { $0.body = 1 << 20 },
            makeHandler: { Handler() })
        let port = try #require(listener.address?.port)
        let slow = try await RawClient.connect(to: port)
        let other = try await RawClient.connect(to: port)
        try await slow.send("POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
        try await slow.send(String(repeating: "b", count: size))
        // Each answer is a turn of the loop, in which it also reads what waits on the other connection.
        for turn in 0..<50 {
            try await other.send("GET /turn-\(turn) HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await other.read(to: "/turn-\(turn)")
        }
        try await other.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try await other.read(to: "opened")
        #expect(try await slow.read(to: "held \(size)").hasPrefix("HTTP/1.1 200 OK\r\n"))
        try await slow.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try await slow.read(to: "/next").hasSuffix("/next"))
        for client in [slow, other] { try await client.close() }
        await listener.drain(within: .zero)
    }
}
