import Anchors
import CloudCodecs
import Foundation
import Framing
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import NIOPosix
import NIOSSL
import Settings
import Synchronization
import TestSupport
import Testing
import Transparency

@testable import Server

/// A syslog server of one test: what it was sent, a text for each connection that has ended.
enum SyslogListener {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var bytes: [UInt8] = []
        private let done: @Sendable ([UInt8]) -> Void

        init(_ done: @escaping @Sendable ([UInt8]) -> Void) { self.done = done }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.bytes += Array(self.unwrapInboundIn(data).readableBytesView)
        }

        func channelInactive(context: ChannelHandlerContext) { self.done(self.bytes) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    static func with(
        tls: NIOSSLContext? = nil, _ body: (_ port: Int, _ received: @escaping () -> [String]) async throws -> Void
    ) async throws {
        let texts = Texts()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        Collector { bytes in
                            texts.all.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
                        })
                }
            }.bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            try await body(port) { texts.all.withLock { $0 } }
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    private final class Texts: Sendable { let all = Mutex<[String]>([]) }
}

@Suite("Where checkpoints go", .timeLimit(.minutes(2)))
struct AnchorSinkTests {
    private static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    private static func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "TransportTests/Fixtures/\(name)").path
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("a file has a JSON object a line, whose note verifies")
    func file() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try SmallLog(5)
        let path = folder.appending(path: "checkpoints.jsonl").path
        let sink = FileSink(name: "file", path: path, isOutside: false)
        for size in [3, 5] { try await sink.take(log.signed(size), at: Self.time) }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for (line, size) in zip(lines, [3, 5]) {
            let document = try JSONDocument(Array(line.utf8))
            let signed = try SignedCheckpoint(parsing: Array(try #require(document["note"]?.text).utf8))
            #expect(try signed.note.verified(by: [log.key.verifier(.ed25519)]).count == 1)
            #expect(signed.checkpoint.size == UInt64(size))
        }
        let nowhere = FileSink(name: "file", path: folder.path + "/no/such/file", isOutside: false)
        await #expect(throws: (any Error).self) { try await nowhere.take(log.signed(3), at: Self.time) }
    }

    @Test("what was signed last is replaced whole, and read back")
    func state() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let state = SignedStateFile(path: folder.appending(path: "audit.checkpoint").path)
        #expect(try state.load() == nil)
        try state.store([1, 2, 3])
        try state.store([4])
        #expect(try state.load() == [4])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["audit.checkpoint"])
        #expect(throws: (any Error).self) { try SignedStateFile(path: folder.path + "/no/file").store([1]) }
        #expect(throws: (any Error).self) { try SignedStateFile(path: folder.path).load() }
    }

    /// The message within a frame whose length is right.
    private static func message(_ frame: String) throws -> String {
        let parts = frame.split(separator: " ", maxSplits: 1)
        #expect(Int(parts[0]) == parts[1].utf8.count)
        return String(parts[1])
    }

    @Test("a syslog server gets the frame over TCP")
    func syslog() async throws {
        let signed = try SmallLog(5).signed(5)
        try await SyslogListener.with { port, received in
            let sink = try SyslogSink(
                name: "collector", host: "127.0.0.1", port: port, security: .none, ourName: "gateway")
            try await sink.take(signed, at: Self.time)
            try await eventually("the message has come") { received().count == 1 }
            let expected = SyslogMessage(signed, at: Self.time, host: "gateway").bytes
            #expect(try Self.message(received()[0]) == String(decoding: expected, as: UTF8.self))
        }
    }

    @Test("a syslog server gets it over TLS where its certificate is trusted, and nothing where it is not")
    func syslogOverTLS() async throws {
        let signed = try SmallLog(5).signed(5)
        let chain = try NIOSSLCertificate.fromPEMFile(Self.fixture("localhost.pem"))
        let server = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: Self.fixture("localhost.key"), format: .pem))))
        try await SyslogListener.with(tls: server) { port, received in
            let trusting = try SyslogSink(
                name: "collector", host: "localhost", port: port,
                security: .tls(authority: Self.fixture("authority.pem")), ourName: "gateway")
            try await trusting.take(signed, at: Self.time)
            try await eventually("the message has come") { received().contains { !$0.isEmpty } }
            let frame = try #require(received().first { !$0.isEmpty })
            #expect(try Self.message(frame).contains("CHECKPOINT [checkpoint@32473 "))
            let wary = try SyslogSink(
                name: "collector", host: "localhost", port: port, security: .tls(authority: nil), ourName: "gateway")
            await #expect(throws: (any Error).self) { try await wary.take(signed, at: Self.time) }
            #expect(received().filter { !$0.isEmpty }.count == 1)
        }
        #expect(throws: (any Error).self) {
            try SyslogSink(name: "x", host: "h", port: 1, security: .tls(authority: "/no/such/file"), ourName: "g")
        }
    }

    @Test("nobody who listens is an error")
    func nobodyListens() async throws {
        let signed = try SmallLog(5).signed(5)
        let sink = try SyslogSink(name: "collector", host: "127.0.0.1", port: 1, security: .none, ourName: "gateway")
        await #expect(throws: (any Error).self) { try await sink.take(signed, at: Self.time) }
        let hook = WebhookSink(name: "hook", url: "http://127.0.0.1:1/", token: nil)
        await #expect(throws: (any Error).self) { try await hook.take(signed, at: Self.time) }
    }

    /// A web server that notes what comes and answers with a status.
    private final class Notebook: Sendable {
        let requests = Mutex<[(method: String, path: String, fields: [String: String], body: String)]>([])
        let status = Mutex(200)

        var router: Router<BasicRequestContext> {
            let router = Router(context: BasicRequestContext.self)
            for method in [HTTPRequest.Method.post, .put] {
                router.on("**", method: method) { request, _ in
                    let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
                    var fields = Dictionary(
                        request.headers.map { ($0.name.canonicalName, $0.value) },
                        uniquingKeysWith: { first, _ in first }
                    )
                    fields["host"] = request.head.authority
                    self.requests.withLock { $0.append((method.rawValue, request.uri.path, fields, body)) }
                    return HTTPResponse.Status(code: self.status.withLock { $0 })
                }
            }
            return router
        }
    }

    @Test("a webhook gets the checkpoint as JSON with its token, and what it refuses is an error")
    func webhook() async throws {
        let notebook = Notebook()
        let log = try SmallLog(5)
        try await Application(
            router: notebook.router, configuration: .init(address: .hostname("127.0.0.1", port: 0))
        ).test(.live) { client in
            let sink = WebhookSink(
                name: "hook", url: "http://127.0.0.1:\(try #require(client.port))/checkpoints", token: Secret("secret"))
            try await sink.take(log.signed(5), at: Self.time)
            let request = try #require(notebook.requests.withLock { $0.first })
            #expect(request.method == "POST" && request.path == "/checkpoints")
            #expect(request.fields["authorization"] == "Bearer secret")
            let document = try JSONDocument(Array(request.body.utf8))
            #expect(try document["note"]?.text == log.signed(5).encoded)
            #expect(document["time"]?.text == "2023-11-14T22:13:20.000Z")
            notebook.status.withLock { $0 = 500 }
            await #expect(throws: AnchorError(.sink, "")) { try await sink.take(log.signed(5), at: Self.time) }
        }
    }

    @Test("a bucket gets an object of its own with lock, checksum and signature")
    func bucket() async throws {
        let notebook = Notebook()
        let log = try SmallLog(5)
        try await Application(
            router: notebook.router, configuration: .init(address: .hostname("127.0.0.1", port: 0))
        ).test(.live) { client in
            let port = try #require(client.port)
            let yaml = Home.yaml(
                more: """
                    audit:
                      anchors:
                        bucket:
                          kind: s3
                          endpoint: http://127.0.0.1:\(port)
                          region: eu-central-1
                          bucket: anchors
                          days: 10
                    """)
            guard case .s3(let place)? = try Home(yaml).settings.audit.anchors.first?.place else {
                Issue.record("expected a bucket")
                return
            }
            let credentials = RequestSigner.Credentials(accessKeyID: "id", secretAccessKey: Secret("key"))
            let sink = BucketSink(name: "bucket", place: place, credentials: credentials)
            let signed = try log.signed(5)
            try await sink.take(signed, at: Self.time)
            let request = try #require(notebook.requests.withLock { $0.first })
            let hash = Hash.plain(Array(SmallLog.origin.utf8).span).hexadecimal
            #expect(request.method == "PUT")
            #expect(request.path == "/anchors/gatehouse/\(hash)/0000000000000000005-1700000000.txt")
            #expect(request.body == signed.encoded)
            #expect(request.fields["x-amz-object-lock-mode"] == "COMPLIANCE")
            #expect(request.fields["x-amz-object-lock-retain-until-date"] == "2023-11-24T22:13:20.000Z")
            let checksum = Hash.plain(Array(signed.encoded.utf8).span)
            #expect(request.fields["x-amz-checksum-sha256"] == checksum.base64)
            #expect(request.fields["x-amz-content-sha256"] == checksum.hexadecimal)
            // What came is signed as whoever checks it would sign it.
            let names = [
                "host", "content-type", "x-amz-sdk-checksum-algorithm", "x-amz-checksum-sha256",
                "x-amz-object-lock-mode",
                "x-amz-object-lock-retain-until-date",
            ]
            let again = RequestSigner(credentials: credentials, region: "eu-central-1", service: "s3").fields(
                signing: "PUT", path: request.path,
                fields: try names.map { RequestSigner.Field($0, try #require(request.fields[$0])) },
                body: Array(request.body.utf8).span, at: Self.time)
            #expect(again.last?.value == request.fields["authorization"])
            notebook.status.withLock { $0 = 403 }
            await #expect(throws: AnchorError(.sink, "")) { try await sink.take(signed, at: Self.time) }
        }
    }
}
