import AsyncHTTPClient
import Framing
import Kernel
import NIOCore
import NIOHTTP1

/// What the demo is to its gateway: an ordinary program that sends HTTP requests.
struct DemoClient: Sendable {
    /// A reply that was read to its end.
    struct Reply: Sendable {
        let status: Int
        let exchange: String?
        let remedy: String?
        let body: ByteBuffer

        /// The text at a path of members and elements, such as `error`, `code`.
        func text(_ path: StaticString...) -> String? {
            let bytes = self.body.readableBytesUInt8Span
            guard let tape = try? JSONTape(bytes) else { return nil }
            var node = tape.root
            for name in path {
                // The first element stands for a list: the demo asks for one choice.
                if let element = tape.firstElement(of: node) { node = element }
                guard let member = tape.member(name, of: node, in: bytes) else { return nil }
                node = member
            }
            return tape.string(node, in: bytes)
        }

        /// What the model says in a whole answer.
        var answer: String? { self.text("choices", "message", "content") }
    }

    /// A streamed answer as it came.
    struct StreamedReply: Sendable {
        var status = 0
        var exchange: String?
        var text = ""
        /// Events with a piece of text.
        var pieces = 0
        /// Whether it came to the end that OpenAI's streams have.
        var isDone = false
    }

    /// Longer than any step takes, shorter than anybody waits.
    private static let patience = TimeAmount.seconds(10)
    private static let longestBody = 1 << 20

    func send(
        _ method: HTTPMethod, _ url: String, key: String, json: JSONWriter? = nil
    ) async throws -> Reply {
        let response = try await HTTPClient.shared.execute(
            Self.request(method, url, key, json), timeout: Self.patience)
        return Reply(
            status: Int(response.status.code), exchange: response.headers.first(name: "x-request-id"),
            remedy: response.headers.first(name: "Gatehouse-Remedy"),
            body: try await response.body.collect(upTo: Self.longestBody))
    }

    /// Asks for a stream; `onPiece` is called with each piece of text when it comes.
    func stream(
        _ url: String, key: String, json: JSONWriter, onPiece: (String) async -> Void
    ) async throws -> StreamedReply {
        let response = try await HTTPClient.shared.execute(
            Self.request(.POST, url, key, json), timeout: Self.patience)
        var reply = StreamedReply()
        reply.status = Int(response.status.code)
        reply.exchange = response.headers.first(name: "x-request-id")
        var received = ByteBuffer()
        var parser = EventStreamParser()
        for try await bytes in response.body {
            received.writeImmutableBuffer(bytes)
            while let event = try parser.next(received.readableBytesUInt8Span, from: 0) {
                if event.isDone { reply.isDone = true }
                if case .line(let range) = event.data, let piece = Self.piece(received, range), !piece.isEmpty {
                    reply.pieces += 1
                    reply.text += piece
                    await onPiece(piece)
                }
                received.moveReaderIndex(forwardBy: event.frame.upperBound)
            }
        }
        return reply
    }

    private static func request(
        _ method: HTTPMethod, _ url: String, _ key: String, _ json: JSONWriter?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: json.bytes))
        }
        return request
    }

    /// The text that one event of a stream brings.
    private static func piece(_ buffer: ByteBuffer, _ range: Range<Int>) -> String? {
        let bytes = buffer.readableBytesUInt8Span.extracting(range)
        guard let tape = try? JSONTape(bytes), let choices = tape.member("choices", of: tape.root, in: bytes),
            let choice = tape.firstElement(of: choices), let delta = tape.member("delta", of: choice, in: bytes),
            let content = tape.member("content", of: delta, in: bytes)
        else { return nil }
        return tape.string(content, in: bytes)
    }
}
