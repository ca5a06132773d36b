import Framing
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

@Suite("The client of deployments", .timeLimit(.minutes(5)))
struct UpstreamClientTests {
    // MARK: Fixtures

    static func endpoint(
        _ port: Int, connections: Int = 4, connectTimeout: TimeAmount = .seconds(20),
        keepAlive: TimeAmount = .seconds(30),
        lifetime: TimeAmount = .hours(1)
    ) -> UpstreamEndpoint {
        UpstreamEndpoint(
            key: "test", host: "127.0.0.1", port: port, tls: nil, connections: connections,
            connectTimeout: connectTimeout,
            keepAlive: keepAlive, lifetime: lifetime)
    }

    static func request(_ body: String = "{}") -> OutboundRequest {
        OutboundRequest(
            head: ByteBuffer(string: "POST /v1 HTTP/1.1\r\nHost: x\r\n"), body: ByteBuffer(string: body),
            responseTimeout: .minutes(5), idleTimeout: .minutes(1))
    }

    /// Calls and reads to the end: status and text, or what came and the error.
    static func call(_ client: UpstreamClient, _ endpoint: UpstreamEndpoint, _ body: String = "{}") async
        -> String
    {
        do throws(TransportError) {
            let answer = try await client.call(Self.request(body), at: endpoint)
            return await "\(answer.status) \(Self.text(answer.body))"
        } catch {
            return "(\(error.code))"
        }
    }

    static func text(_ body: ResponseBody) async -> String {
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
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.answer("answer \(request.number)")
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            for number in 1...3 {
                #expect(
                    await Self.call(client, Self.endpoint(upstream.port), "ask \(number)") == "200 answer \(number)")
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
        (
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "200 ok"
        ),
    ]

    @Test(
        "Answers are read whatever their framing, in whatever pieces, and the connection is used again",
        arguments: Self.answers)
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
            channel.answer(
                "", "content-type: text/plain\r\nRETRY-AFTER:  7 \r\nSet-Cookie: a=b\r\nX-Request-ID: up\r\n")
        }
        try await Loops.run { executor in
            let answer = try await UpstreamClient(executor: executor).call(
                Self.request(), at: Self.endpoint(upstream.port))
            #expect(answer[.contentType] == "text/plain")
            #expect(answer[.retryAfter] == "7")
            #expect(answer[.xRequestID] == nil)
            #expect(answer[.setCookie] == nil)
            #expect(answer[.other] == nil)
        }
    }

    @Test(
        "A large request arrives whole, a large answer too, and the connection is used again",
        arguments: [20_000, 3_000_000])
    func large(_ count: Int) async throws {
        let upstream = try await ScriptedUpstream.listen { request, channel in
            channel.answer(String(repeating: "b", count: request.number == 1 ? count : request.text.utf8.count))
        }
        try await Loops.run { executor in
            let client = UpstreamClient(executor: executor)
            let body = String(repeating: "a", count: count)
            #expect(
                await Self.call(client, Self.endpoint(upstream.port), body) == "200 "
                    + String(repeating: "b", count: count))
            #expect(await Self.call(client, Self.endpoint(upstream.port), "x").hasPrefix("200 bbb"))
        }
        #expect(upstream.account.opened == 1)
        #expect(
            upstream.account.requests.first?.text.hasSuffix("\r\n\r\n" + String(repeating: "a", count: count)) == true)
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

    @Test(
        "An answer that breaks off is never taken for complete: what came is handed out, then the error",
        arguments: Self.cut)
    func truncated(_ answer: String, _ expected: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
        }
        try await Loops.run { executor in
            #expect(await Self.call(UpstreamClient(executor: executor), Self.endpoint(upstream.port)) == expected)
        }
    }

    @Test(
        "A reset is an error even where the end of the connection is the end of the answer",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
        ])
    func reset(_ answer: String) async throws {
        let upstream = try await ScriptedUpstream.listen { _, channel in
            if !answer.isEmpty { channel.send(answer) }
            // Only when the first part was read: a reset throws away what is on the way.
            if answer.isEmpty {
                channel.reset()
            } else {
                channel.eventLoop.scheduleTask(in: .milliseconds(50)) { channel.reset() }
            }
        }
        try await Loops.run { executor in
            let result = await Self.call(UpstreamClient(executor: executor), Self.endpoint(upstream.port))
            #expect(result == (answer.isEmpty ? "(closed)" : "200 hello(closed)"))
        }
    }
}

extension UpstreamClient {
    /// Connections that it knows of.
    var openCount: Int {
        (Mirror(reflecting: self).descendant("open") as? [ObjectIdentifier: AnyObject])?.count ?? -1
    }
}

extension ResponseBody {
    /// Whether the producer was told to pause.
    var isFull: Bool { Mirror(reflecting: self).descendant("isPaused") as? Bool ?? false }
}
