import Framing
package import NIOCore

/// One connection of a client: cuts bytes into requests, hands them one at a time to a task, carries the answers back.
///
/// The task that serves the connection calls `next()` for a request and answers through `Wire`; it runs on this
/// connection's loop. Requests that are sent before their predecessor was answered wait in the buffer, which is bounded by
/// pausing the socket.
package final class ServerConnection: ChannelInboundHandler, @unchecked Sendable {
    // SAFE: a channel handler's members are touched on its event loop only; the connection's task runs there too.
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    enum Reading {
        case head
        /// A head was handed over; nobody has asked for the body yet.
        case bodyOwed(RequestHead)
        case body(length: Int)
        case chunked(ChunkedDecoder, ByteBuffer)
        /// A request is being served; what comes meanwhile waits.
        case paused
        /// An answer closes the connection: what still comes is thrown away, so that the client gets to read the answer.
        case lingering
    }

    enum Writing {
        /// No answer is owed.
        case none
        /// A request waits for its answer.
        case owed
        /// An answer of unknown length was begun.
        case begun(isChunked: Bool)
    }

    /// Bytes that may wait while nobody asks for them: of a body, or of pipelined requests.
    static let pipelineLimit = 64 * 1024
    /// Bytes for which there is room at once where a body is said to have so many; for more there is as it comes.
    private static let trustedLength = 1024 * 1024
    static let lingerTime = TimeAmount.seconds(2)

    let executor: LoopExecutor
    let upstream: UpstreamClient
    let limits: ServerLimits
    private let onClose: (ServerConnection) -> Void

    var context: ChannelHandlerContext?
    var reading = Reading.head
    var writing = Writing.none
    var parser: RequestHeadParser
    var unread = ByteBuffer()
    var keepAlive = true
    var isHTTP11 = true
    /// Whether the request was HEAD, whose answer has no body.
    var isHead = false
    /// Whether a part of a head has arrived.
    var isReadingHead = false
    var isDraining = false
    /// Whether the socket is not read because too much waits already.
    var isReadingPaused = false
    var deadline: NIODeadline?
    /// How many bytes waited for the client when that was looked at, and since when they have not become fewer.
    var stall: (bytes: Int, since: NIODeadline)?
    /// Requests that were handed to the task.
    var handedOver = 0
    var ready: Inbound?
    let reader = Parking<Inbound?>()
    let bodyReader = Parking<Result<ByteBuffer, RequestRefusal>>()
    let writer = Parking<Result<Void, TransportError>>()
    private var task: Task<Void, Never>?

    init(
        executor: LoopExecutor, upstream: UpstreamClient, limits: ServerLimits,
        onClose: @escaping (ServerConnection) -> Void
    ) {
        self.executor = executor
        self.upstream = upstream
        self.limits = limits
        self.onClose = onClose
        self.parser = RequestHeadParser(limits: limits.head)
    }

    // MARK: The task's side

    /// Serves the connection with `body` until it is closed.
    func serve(_ body: @escaping @Sendable (Inbound, any Wire) async -> Void) {
        // Awaited by nobody, owned by the connection: it ends when `next()` says that there is nothing more, and is
        // cancelled when the client goes away.
        self.task = Task(executorPreference: self.executor) {
            while let inbound = await self.next() {
                let number = self.handedOver
                await body(inbound, self)
                self.served(number)
            }
        }
    }

    private func next() async -> Inbound? {
        if let ready = self.ready {
            self.ready = nil
            return ready
        }
        guard self.context != nil else { return nil }
        return await self.reader.wait { nil }
    }

    /// The task is done with a request: an answer that is still owed or half written is an error of ours, and is cut.
    private func served(_ number: Int) {
        // The answer may have made room for the next request, whose answer is owed by now.
        guard number == self.handedOver else { return }
        switch self.writing {
        case .none: break
        case .owed, .begun: self.context?.close(promise: nil)
        }
    }

    // MARK: The socket's side

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadline = .now() + self.limits.keepAlive
    }

    package func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if case .lingering = self.reading { return }
        if self.unread.readableBytes == 0 { self.unread = bytes } else { self.append(&bytes) }
        self.advance(context)
    }

    /// Adds to what waits. What is the beginning of a body gets room for all of it, so that it is moved once.
    private func append(_ bytes: inout ByteBuffer) {
        let count = self.unread.readableBytes + bytes.readableBytes
        if case .body(let length) = self.reading {
            if self.unread.capacity - self.unread.readerIndex < count {
                var whole = ByteBuffer()
                whole.reserveCapacity(max(count, min(length, max(Self.trustedLength, 2 * count))))
                whole.writeBuffer(&self.unread)
                self.unread = whole
            }
        } else {
            // A buffer that is never empty would grow with all that ever went through it.
            self.unread.discardReadBytes()
        }
        self.unread.writeBuffer(&bytes)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.executor.drain()
        context.fireChannelReadComplete()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        if let task = self.task { self.executor.cancel(task) }
        self.reader.resume(returning: nil)
        self.bodyReader.resume(returning: .failure(.clientGone))
        self.writer.resume(returning: .failure(.noClient))
        self.onClose(self)
        self.executor.drain()
        context.fireChannelInactive()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if self.writer.isOccupied { self.deadline = nil }
            self.writer.resume(returning: .success(()))
            self.executor.drain()
        }
        context.fireChannelWritabilityChanged()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
