import AsyncHTTPClient
import AuditExport
import Foundation
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Adds records to a file; they are on the disk when it returns.
struct FileExportSink: ExportSink {
    let path: String
    let formatter: ExportFormatter

    func deliver(_ records: [ExportRecord]) async throws(ExportError) {
        do {
            if !FileManager.default.fileExists(atPath: self.path) {
                _ = FileManager.default.createFile(
                    atPath: self.path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            guard let file = FileHandle(forWritingAtPath: self.path) else {
                throw ExportError(.unavailable, "`\(self.path)` cannot be written")
            }
            try file.seekToEnd()
            var body = self.formatter.body(records)
            if body.last != UInt8(ascii: "\n") { body.append(UInt8(ascii: "\n")) }
            try file.write(contentsOf: Data(body))
            try file.synchronize()
            try file.close()
        } catch {
            throw ExportError(.unavailable, "`\(self.path)` cannot be written: \(error)")
        }
    }
}

/// Posts records. What the other side calls a mistake of ours is refused for good; all else is tried again.
struct HTTPExportSink: ExportSink {
    let url: String
    let token: Secret<String>?
    let formatter: ExportFormatter

    func deliver(_ records: [ExportRecord]) async throws(ExportError) {
        var request = HTTPClientRequest(url: self.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: self.formatter.contentType)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token.reveal())") }
        request.body = .bytes(self.formatter.body(records))
        let status: HTTPResponseStatus
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            status = response.status
            // What it says is not of interest; that it has been said keeps the connection usable.
            _ = try? await response.body.collect(upTo: 1 << 16)
        } catch {
            throw ExportError(.unavailable, "`\(self.url)` cannot be reached: \(error)")
        }
        switch status.code {
        case 200..<300: return
        case 400, 411, 413, 415, 422: throw ExportError(.refused, "`\(self.url)` answers \(status.code)")
        default: throw ExportError(.unavailable, "`\(self.url)` answers \(status.code)")
        }
    }
}

/// Sends records to a syslog server, a connection for each batch.
///
/// Syslog has no acknowledgements. So we end our side when all is written, and take the batch for delivered when the
/// server has ended its own, which it does when it has read everything.
struct SyslogExportSink: ExportSink {
    let host: String
    let port: Int
    let tls: NIOSSLContext?
    let formatter: ExportFormatter

    private static let patience = TimeAmount.seconds(10)

    /// - Throws: where the certificates cannot be read.
    init(host: String, port: Int, isTLS: Bool, authority: String?, formatter: ExportFormatter) throws {
        self.host = host
        self.port = port
        self.formatter = formatter
        guard isTLS else {
            self.tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authority { configuration.trustRoots = .file(authority) }
        self.tls = try NIOSSLContext(configuration: configuration)
    }

    func deliver(_ records: [ExportRecord]) async throws(ExportError) {
        var frames = ByteBuffer()
        for record in records { frames.writeBytes(self.formatter.syslogFrames(record)) }
        do { try await self.send(frames) } catch {
            throw ExportError(.unavailable, "the syslog server \(self.host):\(self.port) cannot be reached: \(error)")
        }
    }

    private func send(_ frames: ByteBuffer) async throws {
        let (host, tls) = (self.host, self.tls)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(Self.patience)
            .channelOption(.allowRemoteHalfClosure, value: false)
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
        let isLate = channel.eventLoop.makePromise(of: Void.self)
        let deadline = channel.eventLoop.scheduleTask(in: Self.patience) {
            isLate.fail(ChannelError.connectTimeout(Self.patience))
            channel.close(promise: nil)
        }
        try await channel.writeAndFlush(frames)
        // TLS says goodbye and waits for an answer; TCP ends one half.
        if tls == nil { try await channel.close(mode: .output) } else { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            deadline.cancel()
            isLate.succeed(())
        }
        try await isLate.futureResult.get()
    }
}
