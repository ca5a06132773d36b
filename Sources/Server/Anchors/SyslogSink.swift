import Anchors
import Framing
import Kernel
import NIOCore
import NIOPosix
import NIOSSL
import Transparency

/// Sends checkpoints to a syslog server: RFC 5424 over TCP, with or without TLS, a connection for each.
struct SyslogSink: AnchorSink {
    let name: String
    var isOutside: Bool { true }
    private let host: String
    private let port: Int
    private let tls: NIOSSLContext?
    /// Who we are in the messages.
    private let ourName: String

    private static let patience = TimeAmount.seconds(5)

    /// Whether and how the connection is encrypted.
    enum Security: Hashable, Sendable {
        case none
        /// The certificates to trust are those of the system, or those of a file.
        case tls(authority: String?)
    }

    /// - Throws: where the certificates cannot be read.
    init(name: String, host: String, port: Int, security: Security, ourName: String) throws {
        self.name = name
        self.host = host
        self.port = port
        self.ourName = ourName
        if case .tls(let authority) = security {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let authority { configuration.trustRoots = .file(authority) }
            self.tls = try NIOSSLContext(configuration: configuration)
        } else {
            self.tls = nil
        }
    }

    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws {
        let frame = SyslogMessage(checkpoint, at: time, host: self.ourName).frame
        let (host, tls) = (self.host, self.tls)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(Self.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let tls else { return }
                    // An address is no name that a certificate could be asked for by SNI.
                    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
                }
            }
        let channel = try await bootstrap.connect(host: host, port: self.port).get()
        let deadline = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        defer { deadline.cancel() }
        // With TLS this waits for the handshake, so that a certificate that is not trusted fails here.
        try await channel.writeAndFlush(ByteBuffer(bytes: frame))
        try await channel.close()
    }
}
