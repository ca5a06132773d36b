import Framing
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

@Suite("The client of deployments", .timeLimit(.minutes(1)))
struct UpstreamClientTests {
    // MARK: Fixtures

    private static func endpoint(
        _ port: Int, connections: Int = 4, connectTimeout: TimeAmount = .seconds(20), keepAlive: TimeAmount = .seconds(30),
        lifetime: TimeAmount = .hours(1)
    ) -> UpstreamEndpoint {
        UpstreamEndpoint(
            key: "test", host: "127.0.0.1", port: port, tls: nil, connections: connections, connectTimeout: connectTimeout,
            keepAlive: keepAlive, lifetime: lifetime)
    }

    private static func request(_ body: String = "{}") -> OutboundRequest {
        OutboundRequest(
            head: ByteBuffer(string: "POST /v1 HTTP/1.1\r\nHost: x\r\n"), body: ByteBuffer(string: body),
            responseTimeout: .minutes(5), idleTimeout: .minutes(1))
    }

    /// Calls and reads to the end: status and text, or what came and the error.
    private static func call(_ client: UpstreamClient, _ endpoint: UpstreamEndpoint, _ body: String = "{}") async -> String {
        do throws(TransportError) {
            let answer = try await client.call(Self.request(body), at: endpoint)
            return await "\(answer.status) \(Self.text(answer.body))"
        } catch {
            return "(\(error.code))"
        }
    }

    private static func text(_ body: ResponseBody) async -> String {
        var text = ""
        do throws(TransportError) {
            while let piece = try await body.next() { text += String(buffer: piece) }
        } catch {
            text += "(\(error.code))"
        }
        return text
    }

    // MARK: Good answers

    @Test("One connection serves one request after the other, and carries what was asked")
    func reuse() async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in channel.answer("answer \(request.number)") }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for number in 1...3 {
                #expect(await Self.call(client, Self.endpoint(upstream.port), "ask \(number)") == "200 answer \(number)")
            }
        }
        #expect(upstream.account.opened == 1)
        #expect(
            upstream.account.requests.map(\.text)
                == (1...3).map { "POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nask \($0)" })
    }

    static let answers: [(String, String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 "), ("HTTP/1.1 204 No Content\r\n\r\n", "204 "),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 "),
        ("HTTP/1.1 500 Oh no\r\nContent-Length: 2\r\n\r\nno", "500 no"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "200 hello!"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n", "200 "),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok"),
        ("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok"),
    ]

    @Test("Answers are read whatever their framing, in whatever pieces, and the connection is used again", arguments: Self.answers)
    func framings(_ answer: String, _ expected: String) async throws {
        let bytes = Array(answer.utf8)
        let upstream = try await ScriptedUpstream.listen { request, channel in
            switch request.number {
            case 1: channel.send(answer)
            case 2: for byte in bytes { channel.send(shown([byte])) }
            default: channel.answer("again")
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for _ in 1...2 { #expect(await Self.call(client, Self.endpoint(upstream.port)) == expected) }
            #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 again")
        }
        #expect(upstream.account.opened == 1)
    }

    @Test("The fields that the path looks at are kept, as they came, the others are not")
    func fields() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.answer("", "content-type: text/plain\r\nRETRY-AFTER:  7 \r\nSet-Cookie: a=b\r\nX-Request-ID: up\r\n")
        }
        try await Loops.run { executor in
            let answer = try await UpstreamClient(executor: executor).call(Self.request(), at: Self.endpoint(upstream.port))
            #expect(answer[.contentType] == "text/plain")
            #expect(answer[.retryAfter] == "7")
            #expect(answer[.xRequestID] == nil)
            #expect(answer[.setCookie] == nil)
            #expect(answer[.other] == nil)
        }
    }

    @Test("A large request arrives whole, a large answer too, and the connection is used again", arguments: [20_000, 3_000_000])
    func large(_ count: Int) async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.answer(String(repeating: "b", count: request.number == 1 ? count : request.text.utf8.count))
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let body = String(repeating: "a", count: count)
            #expect(await Self.call(client, Self.endpoint(upstream.port), body) == "200 " + String(repeating: "b", count: count))
            #expect(await Self.call(client, Self.endpoint(upstream.port), "x").hasPrefix("200 bbb"))
        }
        #expect(upstream.account.opened == 1)
        #expect(upstream.account.requests.first?.text.hasSuffix("\r\n\r\n" + String(repeating: "a", count: count)) == true)
    }

    @Test("An answer that lasts until the connection ends is complete then")
    func untilClose() async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.send("HTTP/1.1 200 OK\r\n\r\nhello ")
            channel.eventLoop.execute {
                channel.send("and bye")
                channel.close(promise: nil)
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for _ in 0..<2 { #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 hello and bye") }
        }
        #expect(upstream.account.opened == 2)
    }

    // MARK: Bad answers

    static let broken: [(String, String)] = [
        ("SSH-2.0-OpenSSH_9.2\r\n", "(malformed)"), ("HTTP/1.1 200\nContent-Length: 0\n\n", "(malformed)"),
        ("HTTP/2 200 OK\r\n\r\n", "(malformed)"), ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "(malformed)"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "(malformed)"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "(malformed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n", "200 (malformed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!", "200 (malformed)"),
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 40_000), "(malformed)"),
    ]

    @Test("What is not HTTP/1.1 as we accept it is an error, and the connection ends", arguments: Self.broken)
    func malformed(_ answer: String, _ expected: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in channel.send(answer) }
        try await Loops.run { executor in
            #expect(await Self.call(UpstreamClient(executor: executor), Self.endpoint(upstream.port)) == expected)
        }
        try await eventually("the connection is closed") { upstream.account.closed == 1 }
    }

    static let cut: [(String, String)] = [
        ("", "(closed)"), ("HTTP/1.1 200 OK\r\nContent-Le", "(closed)"), ("HTTP/1.1 100 Continue\r\n\r\n", "(closed)"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "200 (closed)"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "200 hello(closed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 (closed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "200 hel(closed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "200 hello(closed)"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "200 hello(closed)"),
    ]

    @Test("An answer that breaks off is never taken for complete: what came is handed out, then the error", arguments: Self.cut)
    func truncated(_ answer: String, _ expected: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
        }
        try await Loops.run { executor in
            #expect(await Self.call(UpstreamClient(executor: executor), Self.endpoint(upstream.port)) == expected)
        }
    }

    @Test("A reset is an error even where the end of the connection is the end of the answer", arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
    ])
    func reset(_ answer: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            if !answer.isEmpty { channel.send(answer) }
            // Only when the first part was read: a reset throws away what is on the way.
            if answer.isEmpty { channel.reset() } else { channel.eventLoop.scheduleTask(in: .milliseconds(50)) { channel.reset() } }
        }
        try await Loops.run { executor in
            let result = await Self.call(UpstreamClient(executor: executor), Self.endpoint(upstream.port))
            #expect(result == (answer.isEmpty ? "(closed)" : "200 hello(closed)"))
        }
    }

    // MARK: Time

    @Test("An answer that does not begin in time is an error, and the connection ends")
    func responseTimeout() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            async let result = Self.call(client, Self.endpoint(upstream.port))
            try await eventually("the request is there") { upstream.account.requests.count == 1 }
            client.sweep(at: .now() + .minutes(4))
            client.sweep(at: .now() + .minutes(5))
            #expect(await result == "(timedOut)")
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
        }
    }

    @Test("An answer that stops is an error, and what came before is handed out", arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "HTTP/1.1 200 OK\r\n\r\nhello",
    ])
    func idleTimeout(_ answer: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in channel.send(answer) }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let answer = try await client.call(Self.request(), at: Self.endpoint(upstream.port))
            async let text = Self.text(answer.body)
            await Task.yield()
            client.sweep(at: .now() + .seconds(59))
            await Task.yield()
            client.sweep(at: .now() + .minutes(1))
            #expect(await text == "hello(timedOut)")
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
        }
    }

    @Test("The time that our own client takes does not count against the deployment")
    func ownTime() async throws {
        let half = String(repeating: "x", count: 1 << 20)
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.send("HTTP/1.1 200 OK\r\nContent-Length: \(2 << 20)\r\n\r\n" + half)
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let answer = try await client.call(Self.request(), at: Self.endpoint(upstream.port))
            try await eventually("the deployment is paused") { answer.body.isFull }
            for _ in 0..<3 { client.sweep(at: .now() + .hours(1)) }
            var count = 0
            while count < half.utf8.count, let piece = try await answer.body.next() { count += piece.readableBytes }
            // From here on it is the deployment that we wait for.
            async let text = Self.text(answer.body)
            await Task.yield()
            client.sweep(at: .now() + .hours(1))
            #expect(await text == "(timedOut)")
        }
    }

    @Test("A reader that is slow pauses the deployment: what waits is bounded")
    func pausing() async throws {
        let notes = Notes()
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
            channel.writeAndFlush(ByteBuffer(repeating: 0x78, count: 64 << 20)).whenComplete { _ in notes.add("all sent") }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let answer = try await client.call(Self.request(), at: Self.endpoint(upstream.port))
            try await eventually("the deployment is paused") { answer.body.isFull }
            #expect(notes.lines.isEmpty)
            var count = 0
            var largest = 0
            while let piece = try await answer.body.next() {
                count += piece.readableBytes
                largest = max(largest, piece.readableBytes)
            }
            #expect(count == 64 << 20)
            #expect(largest <= 8 * ResponseBody.highWater)
        }
    }

    @Test("A connection on which a large answer paused serves the next request")
    func reuseAfterPause() async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.answer(String(repeating: "x", count: request.number == 1 ? 300_000 : 5))
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let answer = try await client.call(Self.request(), at: Self.endpoint(upstream.port))
            // More than the bound comes before a byte of it is read.
            try await eventually("the deployment is paused") { answer.body.isFull }
            #expect(await Self.text(answer.body).utf8.count == 300_000)
            async let second = Self.call(client, Self.endpoint(upstream.port))
            try await eventually("the second request is there") { upstream.account.requests.count == 2 }
            #expect(await second == "200 xxxxx")
        }
    }

    // MARK: Connections

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
                for _ in 0..<8 { group.addTask { await Self.call(client, Self.endpoint(upstream.port, connections: 2)) } }
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
            let first = Task(executorPreference: executor) { await Self.call(client, Self.endpoint(upstream.port, connections: 1)) }
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
        ("bytes behind the answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
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
                try await eventually("the connection is closed") { upstream.account.closed == count && client.openCount == 0 }
            }
        }
        #expect(upstream.account.opened == 2)
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

    // MARK: Cancelling

    @Test("Cancelling closes the connection at once while the answer is waited for")
    func cancelledBeforeTheAnswer() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let task = Task(executorPreference: executor) { await Self.call(client, Self.endpoint(upstream.port)) }
            try await eventually("the request is there") { upstream.account.requests.count == 1 }
            task.cancel()
            #expect(await task.value == "(cancelled)")
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
            #expect(upstream.account.opened == 1)
        }
    }

    @Test("Cancelling closes the connection at once while the answer comes")
    func cancelledInTheAnswer() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let answer = try await client.call(Self.request(), at: Self.endpoint(upstream.port))
            _ = try await answer.body.next()
            let task = Task(executorPreference: executor) { await Self.text(answer.body) }
            await Task.yield()
            task.cancel()
            #expect(await task.value == "(cancelled)")
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
            #expect(upstream.account.opened == 1)
        }
    }

    @Test("Whoever is cancelled while waiting for a connection leaves the line; the next one is served")
    func cancelledInLine() async throws {
        let door = Door()
        let upstream = try await ScriptedUpstream.listen { request, channel in
            _ = Task(executorPreference: LoopExecutor(loop: channel.eventLoop)) {
                await door.pass()
                channel.answer(String(request.text.suffix(1)))
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let endpoint = Self.endpoint(upstream.port, connections: 1)
            let tasks = ["a", "b", "c"].map { body in Task(executorPreference: executor) { await Self.call(client, endpoint, body) } }
            try await eventually("the request is there") { upstream.account.requests.count == 1 }
            tasks[1].cancel()
            #expect(await tasks[1].value == "(cancelled)")
            door.open()
            #expect(await tasks[0].value == "200 a")
            #expect(await tasks[2].value == "200 c")
        }
        #expect(upstream.account.requests.count == 2)
    }

    @Test("A task that is cancelled already calls nobody")
    func cancelledBefore() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in channel.answer("ok") }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            _ = await Self.call(client, Self.endpoint(upstream.port))
            let task = Task(executorPreference: executor) { await Self.call(client, Self.endpoint(upstream.port)) }
            task.cancel()
            #expect(await task.value == "(cancelled)")
            #expect(await Self.call(client, Self.endpoint(upstream.port)) == "200 ok")
        }
        #expect(upstream.account.requests.count == 2)
    }

    @Test("A body that nobody wants to read closes its connection")
    func discarded() async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        }
        try await Loops.run { executor in
            let answer = try await UpstreamClient(executor: executor).call(Self.request(), at: Self.endpoint(upstream.port))
            answer.body.discard()
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
        }
    }
}

extension UpstreamClient {
    /// Connections that it knows of.
    fileprivate var openCount: Int { (Mirror(reflecting: self).descendant("open") as? [ObjectIdentifier: AnyObject])?.count ?? -1 }
}

extension ResponseBody {
    /// Whether the producer was told to pause.
    fileprivate var isFull: Bool { Mirror(reflecting: self).descendant("isPaused") as? Bool ?? false }
}
