/// The head of a response: where its parts are in the bytes that were parsed, and what follows it.
package struct ResponseHead: Equatable, Sendable {
    /// From 100 to 599.
    package let status: Int
    /// The reason phrase. Often empty.
    package let reason: Range<Int>
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: Int
    /// The fields.
    package let fields: HeaderFields
    /// How the body ends.
    package let framing: BodyFraming
    /// Whether the connection can carry another response when this one has ended. Never with `untilClose`.
    package let keepAlive: Bool
    /// The length of the head, the blank line included: the body begins there.
    package let byteCount: Int

    /// Whether it only announces the response proper (1xx): drop it and parse on.
    package var isInterim: Bool { self.status < 200 }
}
