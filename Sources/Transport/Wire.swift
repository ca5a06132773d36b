package import Framing
package import NIOCore

/// The seam between the path of an exchange and the sockets: everything that the path asks of the world.
///
/// The connection of a client implements it over NIO; tests implement it over arrays. All calls come from the task that
/// serves the exchange and stay on its event loop.
package protocol Wire: AnyObject, Sendable {
    /// The body of the request that is served, whole. May be asked for once; a request that is refused on its head alone
    /// is never read further.
    func body() async throws(RequestRefusal) -> ByteBuffer

    /// Sends a request to a deployment; returns when the head of the answer has arrived.
    ///
    /// Cancelling the task closes the connection to the deployment at once.
    func call(_ request: OutboundRequest, at endpoint: UpstreamEndpoint) async throws(TransportError)
        -> UpstreamResponse

    /// Calls back on the exchange's event loop again and again, until what it returns is called.
    func every(_ interval: TimeAmount, _ action: @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// Answers with a whole message. The exchange is over.
    func respond(_ head: AnswerHead, body: ByteBuffer)

    /// Begins an answer whose length is not known.
    func begin(_ head: AnswerHead)

    /// Sends a piece of the answer that was begun; returns when the client has taken enough to be sent more.
    func write(_ bytes: ByteBuffer) async throws(TransportError)

    /// Sends the last piece and the clean end of the answer that was begun. The exchange is over.
    func end(_ bytes: ByteBuffer)

    /// Cuts the answer that was begun so that no client can take it for complete: sends `bytes` and closes without the end
    /// that the framing asks for. The exchange is over.
    func abort(_ bytes: ByteBuffer)
}

/// What a client sent.
package enum Inbound: Sendable {
    case request(InboundRequest)
    /// It was not a request that we serve; the connection is closed behind the answer.
    case refused(RequestRefusal)
}

/// The head of one request; its body is read when the path asks the wire for it.
///
/// A class, because each async function that hands a value on keeps a copy of it for as long as the exchange lasts.
package final class InboundRequest: Sendable {
    package let head: RequestHead
    /// The bytes that the ranges of `head` point into.
    package let bytes: ByteBuffer

    package init(head: RequestHead, bytes: ByteBuffer) {
        self.head = head
        self.bytes = bytes
    }

    /// The value of a field; nil where the request does not have it. The first one counts.
    package func text(of field: KnownField) -> String? {
        guard let range = self.head.fields[field] else { return nil }
        return self.text(range)
    }

    /// What stands at a range of the head.
    package func text(_ range: Range<Int>) -> String {
        self.bytes.getString(at: self.bytes.readerIndex + range.lowerBound, length: range.count) ?? ""
    }

    /// Whether the path is exactly this one.
    package func hasPath(_ path: StaticString) -> Bool {
        let range = self.head.path
        guard range.count == path.utf8CodeUnitCount else { return false }
        let whole = self.bytes
        let bytes = whole.readableBytesUInt8Span
        for offset in 0..<range.count {
            // SAFE: `offset` is below the static string's own count.
            guard unsafe bytes[range.lowerBound + offset] == path.utf8Start[offset] else { return false }
        }
        return true
    }

    /// The path of the target, without its query.
    package var path: String { self.text(self.head.path) }
}

/// Why a request was not even one: broken framing, too large, too slow.
package struct RequestRefusal: Error, Hashable, Sendable {
    /// Stable, such as `request_too_large`.
    package let code: String
    package let status: Int
    package let message: String

    package init(code: String, status: Int, message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    /// The client closed the connection; nobody reads an answer.
    package static let clientGone = RequestRefusal(
        code: "client_closed_request", status: 499, message: "the client closed the connection")
}

/// One request to a deployment: the head complete but for its length, and the body.
package struct OutboundRequest: Sendable {
    /// Request line and fields, each ended by CRLF, without `Content-Length` and without the empty line.
    package let head: ByteBuffer
    package let body: ByteBuffer
    /// How long to wait for the head of the answer.
    package let responseTimeout: TimeAmount
    /// How long to wait between two pieces of the answer.
    package let idleTimeout: TimeAmount
    /// How long all of it may take, from asking for a connection to the last byte of the answer; kept to the millisecond,
    /// where the other two may be late by a part of a second. nil where only those count.
    package let limit: TimeAmount?

    package init(
        head: ByteBuffer, body: ByteBuffer, responseTimeout: TimeAmount, idleTimeout: TimeAmount,
        limit: TimeAmount? = nil
    ) {
        self.head = head
        self.body = body
        self.responseTimeout = responseTimeout
        self.idleTimeout = idleTimeout
        self.limit = limit
    }
}

/// The head of a deployment's answer, and its body as it arrives.
package struct UpstreamResponse: Sendable {
    private enum Fields {
        /// Those of an answer that we made.
        case ours([(field: KnownField, value: String)])
        /// Where they are in the bytes that came: few are ever looked at.
        case received(HeaderFields, ByteBuffer)
    }

    package let status: Int
    private let fields: Fields
    package let body: ResponseBody

    package init(status: Int, fields: [(field: KnownField, value: String)], body: ResponseBody) {
        self.status = status
        self.fields = .ours(fields)
        self.body = body
    }

    /// What was received; the head's ranges point into `bytes`.
    init(_ head: ResponseHead, _ bytes: ByteBuffer, body: ResponseBody) {
        self.status = head.status
        self.fields = .received(head.fields, bytes)
        self.body = body
    }

    /// The value of a field, the first one; nil where the answer does not have it. Of what was received the path looks at
    /// three, and nobody is to hand on the others by mistake.
    package subscript(field: KnownField) -> String? {
        switch self.fields {
        case .ours(let fields): return fields.first { $0.field == field }?.value
        case .received(let fields, let bytes):
            guard field == .contentType || field == .contentEncoding || field == .retryAfter,
                let range = fields[field]
            else { return nil }
            return bytes.getString(at: bytes.readerIndex + range.lowerBound, length: range.count)
        }
    }
}

/// Status and fields of an answer of ours; framing and connection fields are the wire's own affair.
package struct AnswerHead: Sendable {
    package let status: Int
    /// `name: value` lines, each ended by CRLF.
    package private(set) var lines: ByteBuffer

    package init(status: Int) {
        self.status = status
        self.lines = ByteBuffer()
        self.lines.reserveCapacity(256)
    }

    /// Adds a field. Control characters in the value, which could end the field early, become spaces.
    package mutating func add(_ name: StaticString, _ value: String) {
        let value = value.utf8Span.span
        self.lines.writeWithOutputRawSpan(minimumWritableBytes: name.utf8CodeUnitCount + value.count + 4) { output in
            output.append(name)
            output.append(": ")
            if value.indices.contains(where: { Self.isControl(value[$0]) }) {
                for index in value.indices { output.append(Self.isControl(value[index]) ? 0x20 : value[index]) }
            } else {
                // SAFE: a byte is a byte.
                unsafe output.append(value.bytes)
            }
            output.append("\r\n")
        }
    }

    /// Adds a field whose value we made of digits, letters and the like.
    package mutating func add(_ name: StaticString, own value: String) {
        let value = value.utf8Span.span
        self.lines.writeWithOutputRawSpan(minimumWritableBytes: name.utf8CodeUnitCount + value.count + 4) { output in
            output.append(name)
            output.append(": ")
            // SAFE: a byte is a byte.
            unsafe output.append(value.bytes)
            output.append("\r\n")
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Adds a field whose value is ours.
    package mutating func add(_ name: StaticString, _ value: StaticString) {
        let count = name.utf8CodeUnitCount + value.utf8CodeUnitCount + 4
        self.lines.writeWithOutputRawSpan(minimumWritableBytes: count) { output in
            output.append(name)
            output.append(": ")
            output.append(value)
            output.append("\r\n")
        }
    }
}
