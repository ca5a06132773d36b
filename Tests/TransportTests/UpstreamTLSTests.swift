import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import Transport

@Suite("Deployments that speak TLS", .timeLimit(.minutes(5)))
struct UpstreamTLSTests {
    private static func fixture(_ name: String) -> String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/Fixtures/\(name)"
    }

    /// A server that shows the certificate of this name.
    private static func server(_ name: String, newest: TLSVersion? = nil) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(Self.fixture("\(name).pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: Self.fixture("\(name).key"), format: .pem)))
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = newest
        return try NIOSSLContext(configuration: configuration)
    }

    /// As the Server makes it, with another authority that it trusts.
    private static func client(trustsAuthority: Bool = true) throws -> NIOSSLContext {
        var configuration = UpstreamEndpoint.tlsConfiguration
        if trustsAuthority { configuration.trustRoots = .file(Self.fixture("authority.pem")) }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func call(_ context: NIOSSLContext, host: String, _ port: Int) async throws -> String {
        let endpoint = UpstreamEndpoint(
            key: "tls", host: host, port: port, tls: context, connections: 1, connectTimeout: .seconds(20),
            keepAlive: .seconds(30), lifetime: .hours(1))
        let request = OutboundRequest(
            head: ByteBuffer(string: "POST /v1 HTTP/1.1\r\nHost: x\r\n"), body: ByteBuffer(string: "{}"),
            responseTimeout: .minutes(5), idleTimeout: .minutes(1))
        return try await Loops.run { executor in
            do throws(TransportError) {
                let answer = try await UpstreamClient(executor: executor).call(request, at: endpoint)
                var text = "\(answer.status) "
                while let piece = try await answer.body.next() { text += String(buffer: piece) }
                return text
            } catch {
                return "(\(error.code))"
            }
        }
    }

    struct Case: Shown {
        let name: String
        var host = "localhost"
        var certificate = "localhost"
        var trustsAuthority = true
        var newest: TLSVersion?
        let expected: String
    }

    static let cases: [Case] = [
        Case(name: "A certificate of the name is accepted", expected: "200 safe"),
        Case(name: "A certificate of the address is accepted", host: "127.0.0.1", expected: "200 safe"),
        Case(name: "TLS 1.2 is accepted", newest: .tlsv12, expected: "200 safe"),
        Case(name: "TLS 1.1 is not", newest: .tlsv11, expected: "(tlsFailed)"),
        Case(name: "A certificate of another name is refused", certificate: "other", expected: "(tlsFailed)"),
        Case(
            name: "A certificate without the address is refused", host: "127.0.0.1", certificate: "other",
            expected: "(tlsFailed)"),
        Case(name: "A certificate of an unknown authority is refused", trustsAuthority: false, expected: "(tlsFailed)"),
    ]

    @Test("Who answers is verified", arguments: Self.cases)
    func verified(_ row: Case) async throws {
        let upstream = try await ScriptedUpstream.listen(tls: try Self.server(row.certificate, newest: row.newest)) {
            _, channel in channel.answer("safe")
        }
        let context = try Self.client(trustsAuthority: row.trustsAuthority)
        let result = try await Self.call(context, host: row.host, upstream.port)
        #expect(result == row.expected)
        if row.expected == "(tlsFailed)" {
            #expect(upstream.account.requests.isEmpty, "not a byte of the request went out")
        }
    }

    @Test("A server that does not speak TLS is refused")
    func plain() async throws {
        let port = try await Greeter.listen("220 mail.example ESMTP\r\n")
        let result = try await Self.call(try Self.client(), host: "localhost", port)
        #expect(result == "(tlsFailed)")
    }

    @Test("An answer that ends with the connection is complete only where TLS says that it ends")
    func truncationAttack() async throws {
        let half = "HTTP/1.1 200 OK\r\n\r\nhello"
        let proper = try await ScriptedUpstream.listen(tls: try Self.server("localhost")) { _, channel in
            channel.send(half)
            channel.close(promise: nil)
        }
        let whole = try await Self.call(try Self.client(), host: "localhost", proper.port)
        #expect(whole == "200 hello")
        let cut = try await ScriptedUpstream.listen(tls: try Self.server("localhost")) { _, channel in
            channel.writeAndFlush(ByteBuffer(string: half)).whenComplete { _ in
                // Past the TLS handler: the connection ends and TLS does not say so.
                _ = channel.pipeline.context(handlerType: NIOSSLServerHandler.self).map { $0.close(promise: nil) }
            }
        }
        let result = try await Self.call(try Self.client(), host: "localhost", cut.port)
        #expect(result.hasSuffix("(closed)"))
    }
}
