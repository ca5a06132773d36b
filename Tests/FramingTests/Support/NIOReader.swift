import NIOCore
import NIOEmbedded
import NIOHTTP1

/// One message as NIOHTTP1 (llhttp) frames it.
struct NIOMessage: Equatable {
    /// Method and target, or the status.
    let start: String
    let minorVersion: Int
    let fields: [String]
    let keepAlive: Bool
    var content: [UInt8] = []
    var isComplete = false
}

/// Reads whole connections with the decoders of NIOHTTP1.
enum NIOReader {
    /// The requests in `bytes`, and whether it refused something.
    static func requests(_ bytes: [UInt8]) -> (messages: [NIOMessage], isRefused: Bool) {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let isRefused = !Self.write(bytes, to: channel)
        var messages: [NIOMessage] = []
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                messages.append(
                    NIOMessage(
                        start: "\(head.method.rawValue) \(head.uri)", minorVersion: head.version.minor,
                        fields: Self.fields(head.headers), keepAlive: head.isKeepAlive))
            case .body(let content): messages[messages.count - 1].content += content.readableBytesView
            case .end: messages[messages.count - 1].isComplete = true
            }
        }
        return (messages, isRefused)
    }

    /// The responses in `bytes` to requests that were all HEAD or all GET. `atEnd`: the connection is closed then.
    static func responses(
        _ bytes: [UInt8], answersHead: Bool, atEnd: Bool
    ) -> (messages: [NIOMessage], isRefused: Bool) {
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward)
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(decoder))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let head = HTTPRequestHead(version: .http1_1, method: answersHead ? .HEAD : .GET, uri: "/")
        // More than any input here has responses. The embedded channel takes what no encoder has encoded.
        for _ in 0..<20 { channel.write(HTTPClientRequestPart.head(head), promise: nil) }
        var isRefused = !Self.write(bytes, to: channel)
        if atEnd, (try? channel.finish()) == nil { isRefused = true }
        var messages: [NIOMessage] = []
        while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head):
                messages.append(
                    NIOMessage(
                        start: "\(head.status.code)", minorVersion: head.version.minor,
                        fields: Self.fields(head.headers), keepAlive: head.isKeepAlive,
                        isComplete: head.status.code < 200))
            case .body(let content): messages[messages.count - 1].content += content.readableBytesView
            case .end: messages[messages.count - 1].isComplete = true
            }
        }
        return (messages, isRefused)
    }

    /// Names and values, one after the other. NIO leaves the white space behind a value to its users.
    private static func fields(_ headers: HTTPHeaders) -> [String] {
        headers.flatMap { name, value in
            let blanks = value.utf8.reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count
            return [name, String(decoding: value.utf8.dropLast(blanks), as: UTF8.self)]
        }
    }

    private static func write(_ bytes: [UInt8], to channel: EmbeddedChannel) -> Bool {
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            return true
        } catch {
            return false
        }
    }
}
