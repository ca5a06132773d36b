package import NIOCore
package import NIOSSL

/// Where a deployment listens and how its connections are kept.
package struct UpstreamEndpoint: Sendable {
    /// Names the pool: two endpoints with the same key share connections.
    package let key: String
    package let host: String
    package let port: Int
    /// Present where the deployment speaks TLS.
    package let tls: NIOSSLContext?
    /// Connections at most, per event loop.
    package let connections: Int
    package let connectTimeout: TimeAmount
    /// How long an idle connection is kept.
    package let keepAlive: TimeAmount
    /// How old a connection may become before it is not used again.
    package let lifetime: TimeAmount

    package init(
        key: String, host: String, port: Int, tls: NIOSSLContext?, connections: Int, connectTimeout: TimeAmount,
        keepAlive: TimeAmount, lifetime: TimeAmount
    ) {
        self.key = key
        self.host = host
        self.port = port
        self.tls = tls
        self.connections = connections
        self.connectTimeout = connectTimeout
        self.keepAlive = keepAlive
        self.lifetime = lifetime
    }

    /// The usual client side of TLS: the system's certificate authorities, full verification, TLS 1.2 or later.
    package static func tlsContext() throws -> NIOSSLContext { try NIOSSLContext(configuration: self.tlsConfiguration) }

    static var tlsConfiguration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
