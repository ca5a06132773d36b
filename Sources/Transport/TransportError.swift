/// Why bytes could not be carried.
package struct TransportError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case connectFailed, tlsFailed, exhausted, timedOut, closed, stale, malformed, cancelled, clientGone
        }
        private let value: Value

        /// No connection could be made: refused, unreachable, the name does not resolve.
        package static let connectFailed = Code(value: .connectFailed)
        /// The peer's certificate or handshake was not acceptable.
        package static let tlsFailed = Code(value: .tlsFailed)
        /// All connections that the deployment may have are in use and the line of those waiting is full.
        package static let exhausted = Code(value: .exhausted)
        /// A bound on waiting was reached.
        package static let timedOut = Code(value: .timedOut)
        /// The peer closed or reset the connection before its message was complete.
        package static let closed = Code(value: .closed)
        /// A connection that had waited in the pool was closed by its peer before it took the request: it may be sent again.
        package static let stale = Code(value: .stale)
        /// The peer sent what is not HTTP/1.1 as we accept it.
        package static let malformed = Code(value: .malformed)
        /// The task that waited was cancelled.
        package static let cancelled = Code(value: .cancelled)
        /// The client of the exchange is not there any more.
        package static let clientGone = Code(value: .clientGone)

        package var description: String { self.value.rawValue }
    }

    package static let exchangeCancelled = TransportError(.cancelled, "the exchange was cancelled")
    package static let noClient = TransportError(.clientGone, "the client closed the connection")

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
    package var description: String { self.message }
}
