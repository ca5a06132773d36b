import Framing
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

extension UpstreamClientTests {
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

    @Test(
        "An answer that stops is an error, and what came before is handed out",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
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
            channel.writeAndFlush(ByteBuffer(repeating: 0x78, count: 64 << 20)).whenComplete { _ in
                notes.add("all sent")
            }
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
            let tasks = ["a", "b", "c"].map { body in
                Task(executorPreference: executor) { await Self.call(client, endpoint, body) }
            }
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
            let answer = try await UpstreamClient(executor: executor).call(
                Self.request(), at: Self.endpoint(upstream.port))
            answer.body.discard()
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
        }
    }
}

extension UpstreamClientTests {
    // MARK: A limit on all of it

    private static func limited(_ limit: TimeAmount) -> OutboundRequest {
        OutboundRequest(
            head: ByteBuffer(string: "POST /v1 HTTP/1.1\r\nHost: x\r\n"), body: ByteBuffer(string: "{}"),
            responseTimeout: .minutes(5), idleTimeout: .minutes(5), limit: limit)
    }

    @Test(
        "Where all of it has a limit, it ends by itself, and the connection with it",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        ])
    func limit(_ answer: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            if !answer.isEmpty { channel.send(answer) }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            // Nobody sweeps.
            do throws(TransportError) {
                let response = try await client.call(Self.limited(.milliseconds(20)), at: Self.endpoint(upstream.port))
                #expect(await Self.text(response.body) == "hello(timedOut)")
            } catch {
                #expect(answer.isEmpty && error.code == .timedOut)
            }
            try await eventually("the connection is closed") { upstream.account.closed == 1 }
        }
    }

    @Test("Whoever waits for a connection waits no longer than the limit")
    func limitInLine() async throws {
        let upstream = try await ScriptedUpstream.listen { _, _ in }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let endpoint = Self.endpoint(upstream.port, connections: 1)
            let first = Task(executorPreference: executor) { await Self.call(client, endpoint) }
            try await eventually("the connection is taken") { upstream.account.requests.count == 1 }
            await #expect(throws: TransportError.self) {
                _ = try await client.call(Self.limited(.milliseconds(20)), at: endpoint)
            }
            first.cancel()
            _ = await first.value
        }
        #expect(upstream.account.requests.count == 1)
    }

    @Test("A limit ends with its answer: the connection serves the next request for as long as that takes")
    func limitKept() async throws {
        let door = Door()
        let upstream = try await ScriptedUpstream.listen { request, channel in
            guard request.number > 1 else { return channel.answer("first") }
            _ = Task(executorPreference: LoopExecutor(loop: channel.eventLoop)) {
                await door.pass()
                channel.answer("second")
            }
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let endpoint = Self.endpoint(upstream.port)
            let limit = TimeAmount.seconds(1)
            let over = NIODeadline.now() + limit + .milliseconds(100)
            let response = try await client.call(Self.limited(limit), at: endpoint)
            #expect(await Self.text(response.body) == "first")
            let second = Task(executorPreference: executor) { await Self.call(client, endpoint) }
            try await eventually("the time of the first is over") { NIODeadline.now() > over }
            door.open()
            #expect(await second.value == "200 second")
        }
        #expect(upstream.account.opened == 1)
    }
}
