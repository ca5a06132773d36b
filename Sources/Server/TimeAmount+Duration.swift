import Kernel
import NIOCore

extension TimeAmount {
    /// The same time in NIO's terms, to the microsecond.
    init(_ duration: Duration) { self = .microseconds(duration.microseconds) }
}
