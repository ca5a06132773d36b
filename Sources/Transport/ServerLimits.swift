package import Framing
package import NIOCore

/// The bounds of the listener: sizes, counts and waits. A client that goes beyond one gets an answer that says which.
package struct ServerLimits: Sendable {
    package var head: HeadLimits
    /// Bytes of a request's body.
    package var body: Int
    /// Connections at once, over all loops.
    package var connections: Int
    /// From the first byte of a head to its last.
    package var headTimeout: TimeAmount
    /// From the end of the head to the last byte of the body.
    package var bodyTimeout: TimeAmount
    /// How long a connection without a request is kept.
    package var keepAlive: TimeAmount
    /// How long a client may refuse to take bytes that are ready for it.
    package var writeTimeout: TimeAmount

    package init(
        head: HeadLimits, body: Int, connections: Int, headTimeout: TimeAmount, bodyTimeout: TimeAmount,
        keepAlive: TimeAmount, writeTimeout: TimeAmount
    ) {
        self.head = head
        self.body = body
        self.connections = connections
        self.headTimeout = headTimeout
        self.bodyTimeout = bodyTimeout
        self.keepAlive = keepAlive
        self.writeTimeout = writeTimeout
    }
}
