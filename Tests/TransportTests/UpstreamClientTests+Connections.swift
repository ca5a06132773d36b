import Framing
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

extension UpstreamClientTests {
    @Test("No more connections than the limit are opened; the others wait for their turn")
    func limit() async throws {
        let door = Door()
        let upstream = try await ScriptedUpstream.listen { request, channel in
            _ = Task(executorPreference: LoopExecutor(loop: channel.eventLoop)) {
                if request.number == 1, request.connection == 1 { await door.pass() }
                channel.answer("ok")
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            await withTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { await Self.call(client, Self.endpoint(upstream.port, connections: 2)) }
                }
                // All but one go over the other connection.
                for _ in 0..<7 { #expect(await group.next() == "200 ok") }
                door.open()
                #expect(await group.next() == "200 ok")
            }
        }
        #expect(upstream.account.opened == 2)
        #expect(upstream.account.requests.count == 8)
    }

    @Test("When too many wait, the next one is told so at once")
    func exhausted() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let endpoint = Self.endpoint(upstream.port, connections: 1)
            await withTaskGroup(of: String.self) { group in
                // Four for each connection may wait, the one for whom it is opened among them.
                for _ in 0..<5 { group.addTask { await Self.call(client, endpoint) } }
                #expect(await group.next() == "(exhausted)")
                group.cancelAll()
                for _ in 0..<4 { #expect(await group.next() == "(cancelled)") }
            }
        }
    }

    @Test("Where nobody listens, all who wait hear of it at once")
    func refused() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        let port = upstream.port
        try await upstream.stop()
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let began = ContinuousClock.now
            await withTaskGroup(of: String.self) { group in
                for _ in 0..<4 { group.addTask { await Self.call(client, Self.endpoint(port, connections: 1)) } }
                for await result in group { #expect(result == "(connectFailed)") }
            }
            #expect(ContinuousClock.now - began < .seconds(10), "not after the time to connect")
        }
    }

    @Test("A deployment that does not take connections is an error after the time to connect")
    func connectTimeout() async throws {
        // A queue of one that nobody takes from: what comes behind it hears nothing.
        let full = try await ServerBootstrap(group: Loops.one)
            .serverChannelOption(.backlog, value: 0).serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(full.localAddress?.port)
        var clients: [RawClient] = []
        for _ in 0..<1 { clients.append(try await RawClient.connect(to: port)) }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let result = await Self.call(client, Self.endpoint(port, connectTimeout: .milliseconds(100)))
            #expect(["(timedOut)", "(connectFailed)"].contains(result))
        }
        for client in clients { try await client.close() }
        try await full.close()
    }

    @Test("Waiting for a connection is bounded by the time to make one")
    func waitTimeout() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let first = Task(executorPreference: executor) {
                await Self.call(client, Self.endpoint(upstream.port, connections: 1))
            }
            try await eventually("the request is there") { upstream.account.requests.count == 1 }
            let hasty = Self.endpoint(upstream.port, connections: 1, connectTimeout: .milliseconds(50))
            #expect(await Self.call(client, hasty) == "(timedOut)")
            first.cancel()
            #expect(await first.value == "(cancelled)")
        }
    }

    static let endings: [(String, String)] = [
        ("a connection that says it closes", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
        ("an answer of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        (
            "bytes behind the answer",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        ),
        ("bytes behind the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nx"),
    ]

    @Test("It is not used again: ", arguments: Self.endings)
    func notReused(_ what: String, _ answer: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in channel.send(answer) }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for _ in 0..<2 { #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 ok") }
        }
        #expect(upstream.account.opened == 2, "\(what)")
        try await eventually("both are closed") { upstream.account.closed == 2 }
    }

    @Test("Bytes that come when nobody asked end the connection, so that nobody takes them for an answer")
    func unsolicited() async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.answer("good")
            if request.connection == 1 {
                channel.eventLoop.scheduleTask(in: .milliseconds(20)) { channel.answer("evil") }
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 good")
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
            #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 good")
        }
        #expect(upstream.account.opened == 2)
    }

    @Test("What the deployment closes while nobody uses it is replaced")
    func closedWhileIdle() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.answer("ok")
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) { channel.close(promise: nil) }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for count in 1...2 {
                #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 ok")
                try await eventually("the connection is closed") {
                    upstream.account.closed == count && client.openCount == 0
                }
            }
        }
        #expect(upstream.account.opened == 2)
    }

    @Test("A request that meets a connection which its peer has closed goes over a new one, once")
    func stale() async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            // As a peer does whose word that it closed crosses the request.
            if request.connection < 3, request.number == 2 { return channel.reset() }
            channel.answer("ok")
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let endpoint = Self.endpoint(upstream.port)
            let two = (0..<2).map { _ in Task(executorPreference: executor) { await Self.call(client, endpoint) } }
            for call in two { #expect(await call.value == "200 ok") }
            #expect(upstream.account.opened == 2)
            #expect(
                await Self.call(client, endpoint) == "200 ok", "over a third one: the second is as old as the first")
            #expect(upstream.account.requests.count == 4)
        }
        #expect(upstream.account.opened == 3)
    }

    @Test(
        "What is no sign of a closed connection is not sent again",
        arguments: [
            ("", 1), ("HTTP/1.1 200 OK\r\n", 2), ("HTTP/1.1 100 Continue\r\n\r\n", 2),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", 2),
        ])
    func notStale(_ beginning: String, _ last: Int) async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            guard request.number == last else { return channel.answer("ok") }
            guard !beginning.isEmpty else { return channel.close(promise: nil) }
            channel.writeAndFlush(ByteBuffer(string: beginning)).whenComplete { _ in channel.close(promise: nil) }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for _ in 1..<last { #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 ok") }
            let result = await Self.call(client, Self.endpoint(upstream.port))
            #expect(result == "(closed)" || result.hasSuffix("(closed)"))
        }
        #expect(upstream.account.requests.count == last)
    }

    @Test("Connections are closed when they were idle for too long, when they are too old, and when told so")
    func ends() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in channel.answer("ok") }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            _ = await Self.call(client, Self.endpoint(upstream.port))
            client.sweep(at: .now() + .seconds(29))
            _ = await Self.call(client, Self.endpoint(upstream.port))
            #expect(upstream.account.opened == 1)
            client.sweep(at: .now() + .seconds(31))
            try await eventually("the idle one is closed") { upstream.account.closed == 1 }
            _ = await Self.call(client, Self.endpoint(upstream.port))
            client.closeIdle()
            try await eventually("the second one is closed") { upstream.account.closed == 2 }

            let old = UpstreamClient(executor: executor)
            for _ in 0..<2 { _ = await Self.call(old, Self.endpoint(upstream.port, lifetime: .zero)) }
            try await eventually("the old ones are closed") { upstream.account.closed == 4 }
        }
    }
}
