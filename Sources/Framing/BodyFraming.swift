/// How the end of a body is found (RFC 9112, section 6.3).
package enum BodyFraming: Equatable, Sendable {
    /// No byte follows the head, be it that none is announced, that the announced length is 0, or that the message
    /// can have no body.
    case empty
    /// This many bytes follow, at least one.
    case length(Int)
    /// Chunks follow: feed them to a ``ChunkedDecoder``.
    case chunked
    /// Everything up to the end of the connection. Responses only.
    case untilClose
}
