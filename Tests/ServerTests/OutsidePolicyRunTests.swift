import Foundation
import Identity
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import Policy
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A gateway that asks a decision point of somebody else, over loopback.
@Suite("A server with an outside decision point", .timeLimit(.minutes(5)), .serialized)
struct OutsidePolicyRunTests {
    private static func home(_ url: String, token: String, more: String = "") throws -> Home {
        let home = try Home(
            Home.yaml(more: "policies: {outside_url: \"\(url)\", outside_token: \"${file:token}\"\(more)}"))
        try Data(token.utf8).write(to: home.folder.appending(path: "token"))
        return home
    }

    @Test(
        "Another gateway's policies count here, as soon as they are in force there, and its administrators' keys only")
    func peer() async throws {
        let there = try Home()
        let administrator = try await there.key(.administrator)
        let stranger = try await there.key(.application)
        try await RunningServer.run(there) { peer in
            let here = try Self.home(peer.administration, token: administrator.shown, more: ", outside_timeout: 10s")
            let key = try await here.key(.application)
            try await RunningServer.run(here) { server in
                let answer = try await server.chat("hello", key: key.shown)
                #expect(answer.status == 200, "\(answer.text)")
                let bundle = try PolicyBundle([
                    PolicyFile(
                        name: "closed.cedar",
                        text: #"@id("closed") @message("closed over there") forbid (principal, action, resource);"#)
                ])
                let bundles = try there.stores().bundles
                _ = try await bundles.propose(bundle, at: SystemClock().now(), .ofTests)
                _ = try await bundles.activate(bundle.hash, approvals: 0, at: SystemClock().now(), .ofTests)
                try await eventually("the other policies forbid") {
                    let refused = try await server.chat("hello", key: key.shown)
                    return refused.status == 400 && refused.text.contains("closed over there")
                }
            }
            // With a key that may not ask.
            try Data(stranger.shown.utf8).write(to: here.folder.appending(path: "token"))
            try await RunningServer.run(here) { server in
                let refused = try await server.chat("hello", key: key.shown)
                #expect(refused.status == 503)
                #expect(refused.text.contains("policy_unavailable"))
            }
        }
    }

    /// What a decision point does with each connection that says something.
    private enum Manner: Sendable {
        case says(String)
        case isSilent, closes
    }

    private final class Scripted: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let manner: Manner
        init(_ manner: Manner) { self.manner = manner }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.manner {
            case .says(let text): context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            case .isSilent: break
            case .closes: context.close(promise: nil)
            }
        }
    }

    private static func says(_ body: String) -> Manner {
        .says("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static let manners: [(String, Manner)] = [
        ("silent", .isSilent), ("closing", .closes), ("no HTTP", .says("hello\r\n\r\n")),
        ("half an answer", .says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"decision\":true")),
        ("no JSON", Self.says("yes")), ("no decision", Self.says(#"{"context":{}}"#)),
        ("a redirection", .says("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")),
    ]

    @Test(
        "One that is slow, closes, or answers nonsense denies everything, within its time", arguments: manners.indices)
    func unusable(_ index: Int) async throws {
        let (name, manner) = Self.manners[index]
        let peer = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Scripted(manner))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(peer.localAddress?.port)
        let here = try Self.home("http://127.0.0.1:\(port)", token: "any", more: ", outside_timeout: 100ms")
        let key = try await here.key(.application)
        try await RunningServer.run(here) { server in
            for _ in 0..<3 {
                let began = ContinuousClock.now
                let refused = try await server.chat("hello", key: key.shown)
                #expect(refused.status == 503, "\(name)")
                #expect(refused.text.contains("policy_unavailable"), "\(name)")
                #expect(ContinuousClock.now - began < .seconds(5), "0.1 s, and some for a busy machine")
            }
        }
        try await peer.close()
    }

    @Test("One that answers is asked again over the same connection; none at all denies")
    func usable() async throws {
        let connections = Mutex(0)
        let peer = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                connections.withLock { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Scripted(Self.says(#"{"decision":true}"#)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(peer.localAddress?.port)
        let here = try Self.home("http://127.0.0.1:\(port)", token: "any", more: ", outside_timeout: 10s")
        let key = try await here.key(.application)
        try await RunningServer.run(here) { server in
            for _ in 0..<3 {
                let answer = try await server.chat("hello", key: key.shown)
                #expect(answer.status == 200)
            }
            #expect(connections.withLock { $0 } == 1)
        }
        try await peer.close()
        try await RunningServer.run(here) { server in
            let refused = try await server.chat("hello", key: key.shown)
            #expect(refused.status == 503)
        }
    }
}
