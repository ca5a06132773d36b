import Framing
import NIOCore
import NIOSSL

/// One connection to a deployment: writes a request, reads its answer, then waits in the pool for the next.
final class UpstreamConnection: ChannelInboundHandler, @unchecked Sendable {
    // SAFE: a channel handler's members are touched on its event loop only; the exchange's task runs there too.
    typealias InboundIn = ByteBuffer

    private enum Phase {
        case idle
        case awaitingHead
        case body(ResponseBody, BodyProgress, keepAlive: Bool)
        case closed
    }

    private enum BodyProgress {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilClose
    }

    let endpoint: UpstreamEndpoint
    private let executor: LoopExecutor
    private let client: UpstreamClient
    private let born = NIODeadline.now()
    private let answer = Parking<Result<UpstreamResponse, TransportError>>()
    private var context: ChannelHandlerContext?
    private var phase = Phase.idle
    private var parser = ResponseHeadParser()
    private var unread = ByteBuffer()
    private var deadline: NIODeadline?
    /// Ends the exchange when its time is up.
    private var limit: Scheduled<Void>?
    private var idleTimeout = TimeAmount.seconds(60)
    private var isTLSFailure = false
    private var isPaused = false
    /// When the request was written, where the connection had waited in the pool and nothing has come back yet.
    private var resumedAt: NIODeadline?
    private var hasServed = false

    init(executor: LoopExecutor, client: UpstreamClient, endpoint: UpstreamEndpoint) {
        self.executor = executor
        self.client = client
        self.endpoint = endpoint
    }

    // MARK: The exchange's side

    /// Sends a request; returns when the head of its answer is there. The body comes through the response. At `end` it is
    /// over, complete or not.
    func exchange(
        _ request: OutboundRequest, until end: NIODeadline? = nil
    ) async throws(TransportError) -> UpstreamResponse {
        let result: Result<UpstreamResponse, TransportError> = await withTaskCancellationHandler {
            await self.answer.wait {
                guard !Task.isCancelled, let context = self.context, case .idle = self.phase else {
                    self.phase = .closed
                    self.client.release(self, isReusable: false)
                    return .failure(
                        Task.isCancelled
                            ? .exchangeCancelled
                            : TransportError(self.hasServed ? .stale : .closed, "the connection was closed"))
                }
                self.phase = .awaitingHead
                let now = NIODeadline.now()
                self.resumedAt = self.hasServed ? now : nil
                self.idleTimeout = request.idleTimeout
                self.deadline = now + request.responseTimeout
                if let end {
                    self.limit = self.executor.loop.scheduleTask(deadline: end) {
                        self.fail(TransportError(.timedOut, "no whole answer in time"))
                        self.executor.drain()
                    }
                }
                self.write(request, context)
                return nil
            }
        } onCancel: {
            self.cancel()
        }
        return try result.get()
    }

    private func write(_ request: OutboundRequest, _ context: ChannelHandlerContext) {
        let isTogether = request.body.readableBytes <= 16 * 1024
        let room = request.head.readableBytes + (isTogether ? request.body.readableBytes : 0) + 64
        let head = ByteBuffer(initialCapacity: room) { output in
            output.append(request.head.readableBytesSpan)
            output.append("Content-Length: ")
            output.appendDecimal(request.body.readableBytes)
            output.append("\r\n\r\n")
            if isTogether { output.append(request.body.readableBytesSpan) }
        }
        context.write(NIOAny(head), promise: nil)
        if !isTogether { context.write(NIOAny(request.body), promise: nil) }
        self.executor.flushes.flush(context)
    }

    private func cancel() { self.fail(.exchangeCancelled) }

    func close() { self.context?.close(promise: nil) }

    func failIfOverdue(at now: NIODeadline) {
        guard let deadline = self.deadline, now > deadline else { return }
        switch self.phase {
        case .awaitingHead: self.fail(TransportError(.timedOut, "no answer in time"))
        case .body: self.fail(TransportError(.timedOut, "the answer stopped"))
        case .idle, .closed: break
        }
    }

    /// Ends the exchange without its answer, or without the rest of it, and closes.
    private func fail(_ error: TransportError) {
        let phase = self.phase
        switch phase {
        case .idle, .closed: return
        case .awaitingHead:
            self.phase = .closed
            self.answer.resume(returning: .failure(error))
        case .body(let body, _, _):
            self.phase = .closed
            body.fail(error)
        }
        self.stopClocks()
        self.client.release(self, isReusable: false)
    }

    private func stopClocks() {
        self.deadline = nil
        self.limit?.cancel()
        self.limit = nil
    }

    // MARK: The socket's side

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.resumedAt = nil
        if case .body(let body, .untilClose, _) = self.phase, self.unread.readableBytes == 0 {
            self.touch()
            self.deliver(bytes, to: body)
            return
        }
        if self.unread.readableBytes == 0 { self.unread = bytes } else { self.unread.writeBuffer(&bytes) }
        self.advance(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.executor.drain()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch self.phase {
        case .idle:
            self.phase = .closed
            self.client.closedWhileIdle(self)
        case .body(let body, .untilClose, _):
            self.phase = .closed
            self.stopClocks()
            body.finish()
            self.client.release(self, isReusable: false)
        case .awaitingHead where self.isStale:
            self.fail(TransportError(.stale, "the connection was closed while it waited in the pool"))
        case .awaitingHead, .body:
            self.fail(
                self.isTLSFailure
                    ? TransportError(.tlsFailed, "the TLS handshake failed")
                    : TransportError(.closed, "the connection was closed before the answer was complete"))
        case .closed: break
        }
        self.client.closed(self)
        self.executor.drain()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that closes without TLS's close_notify may have cut the message: what is framed by length or chunks
        // shows it by itself, what ends with the connection is not complete.
        if let error = error as? NIOSSLError {
            if case .uncleanShutdown = error {
                if case .body(_, .untilClose, _) = self.phase {
                    self.fail(TransportError(.closed, "the connection was cut"))
                }
            } else {
                self.isTLSFailure = true
            }
        } else if error is NIOSSLExtraError {
            // The certificate is good and names somebody else.
            self.isTLSFailure = true
        } else if case .body(_, .untilClose, _) = self.phase {
            self.fail(TransportError(.closed, "the connection was reset"))
        }
        context.close(promise: nil)
    }

    /// Whether the peer had closed before the request came to it. Its word of that and the request cross each other, so it
    /// is here within a round trip; who closes later may have begun to work on the request.
    private var isStale: Bool { self.resumedAt.map { NIODeadline.now() - $0 < .seconds(1) } ?? false }

    private func touch() { self.deadline = .now() + self.idleTimeout }

    private func advance(_ context: ChannelHandlerContext) {
        do throws(FramingError) {
            while true {
                switch self.phase {
                case .closed: return
                case .idle:
                    // Bytes that nobody asked for.
                    self.phase = .closed
                    self.client.closedWhileIdle(self)
                    context.close(promise: nil)
                    return
                case .awaitingHead:
                    guard let head = try self.parser.parse(self.unread.readableBytesUInt8Span) else { return }
                    let response = self.begin(head)
                    // What is behind a head that counts is looked at next, whether there is anything or not.
                    if let response { self.answer.resume(returning: .success(response)) } else { self.touch() }
                case .body(let body, let progress, let keepAlive):
                    // A body that is whole already is waited for no longer; the clock is read once less.
                    let goesOn = try self.read(body, progress, keepAlive)
                    if case .body = self.phase, self.deadline != nil { self.touch() }
                    guard goesOn else { return }
                }
            }
        } catch {
            self.fail(TransportError(.malformed, "the answer is not HTTP/1.1: \(error.message)"))
        }
    }

    /// Takes the head in; nil where it was an interim one (1xx).
    private func begin(_ head: ResponseHead) -> UpstreamResponse? {
        guard let bytes = self.unread.readSlice(length: head.byteCount), !head.isInterim else { return nil }
        let body = ResponseBody { [unowned self] demand in self.hear(demand) }
        let progress: BodyProgress
        switch head.framing {
        case .empty: progress = .length(remaining: 0)
        case .length(let count): progress = .length(remaining: count)
        case .chunked: progress = .chunked(ChunkedDecoder())
        case .untilClose: progress = .untilClose
        }
        self.phase = .body(body, progress, keepAlive: head.keepAlive)
        return UpstreamResponse(head, bytes, body: body)
    }

    /// Takes in what is there of the body; false where more must come first.
    private func read(
        _ body: ResponseBody, _ progress: BodyProgress, _ keepAlive: Bool
    ) throws(FramingError) -> Bool {
        switch progress {
        case .untilClose:
            guard self.unread.readableBytes > 0 else { return false }
            let bytes = self.unread
            self.unread = ByteBuffer()
            self.deliver(bytes, to: body)
            return false
        case .length(let remaining):
            let count = min(remaining, self.unread.readableBytes)
            if remaining > 0, count == 0 { return false }
            self.phase = .body(body, .length(remaining: remaining - count), keepAlive: keepAlive)
            if count > 0, let bytes = self.unread.readSlice(length: count) { self.deliver(bytes, to: body) }
            guard remaining == count else { return false }
        case .chunked(var decoder):
            var data = ByteBuffer()
            let isComplete = try Self.decode(&self.unread, with: &decoder, into: &data)
            self.phase = .body(body, .chunked(decoder), keepAlive: keepAlive)
            if data.readableBytes > 0 { self.deliver(data, to: body) }
            guard isComplete else { return false }
        }
        if case .closed = self.phase { return false }
        self.finish(body, keepAlive)
        return false
    }

    /// Takes chunks out of `unread`; true at the end of the body.
    private static func decode(
        _ unread: inout ByteBuffer, with decoder: inout ChunkedDecoder, into data: inout ByteBuffer
    ) throws(FramingError) -> Bool {
        var consumed = 0
        defer {
            unread.moveReaderIndex(forwardBy: consumed)
            if unread.readableBytes == 0 { unread = ByteBuffer() }
        }
        while true {
            switch try decoder.next(unread.readableBytesUInt8Span, from: consumed) {
            case .data(let range):
                if data.capacity == 0 { data.reserveCapacity(unread.readableBytes - range.lowerBound) }
                data.writeBytes(unread.readableBytesSpan.extracting(range))
                consumed = range.upperBound
            case .needsMore:
                consumed = unread.readableBytes
                return false
            case .end(let position):
                consumed = position
                return true
            }
        }
    }

    private func finish(_ body: ResponseBody, _ keepAlive: Bool) {
        let now = NIODeadline.now()
        let isReusable = keepAlive && self.unread.readableBytes == 0 && now - self.born < self.endpoint.lifetime
        self.phase = isReusable ? .idle : .closed
        self.hasServed = true
        self.stopClocks()
        self.unread = ByteBuffer()
        // What waits in the body is its reader's; the next answer must be read all the same.
        if self.isPaused { self.setAutoRead(true) }
        body.finish()
        self.client.release(self, isReusable: isReusable, at: now)
    }

    private func deliver(_ bytes: ByteBuffer, to body: ResponseBody) {
        if !body.push(bytes) { self.setAutoRead(false) }
    }

    private func hear(_ demand: ResponseBody.Demand) {
        switch demand {
        case .resume:
            // The time that our own client took does not count against the deployment.
            self.touch()
            self.setAutoRead(true)
        case .discard: self.cancel()
        }
    }

    private func setAutoRead(_ isOn: Bool) {
        self.isPaused = !isOn
        // The option of a socket channel is set in place when asked for on its own loop.
        try? self.context?.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: isOn)
        if !isOn { self.deadline = nil }
    }
}
