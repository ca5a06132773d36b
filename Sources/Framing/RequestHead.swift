/// The head of a request: where its parts are in the bytes that were parsed, and what follows it.
package struct RequestHead: Equatable, Sendable {
    /// What is asked for.
    package let method: RequestMethod
    /// The whole target: begins with a slash, or is `*` for OPTIONS.
    package let target: Range<Int>
    /// The part of the target before the first question mark.
    package let path: Range<Int>
    /// The part of the target behind the first question mark, if there is one.
    package let query: Range<Int>?
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: Int
    /// The fields.
    package let fields: HeaderFields
    /// How the body ends: `empty`, `length` or `chunked`.
    package let framing: BodyFraming
    /// Whether the client will use the connection for another request.
    package let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body. Never without a body, nor in HTTP/1.0.
    package let expectsContinue: Bool
    /// The length of the head, an empty line before it and the blank line behind it included: the body begins there.
    package let byteCount: Int
}
