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

    private enum Reading {
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

    private enum Writing {
        /// No answer is owed.
        case none
        /// A request waits for its answer.
        case owed
        /// An answer of unknown length was begun.
        case begun(isChunked: Bool)
    }

    /// Bytes that may wait while nobody asks for them: of a body, or of pipelined requests.
    private static let pipelineLimit = 64 * 1024
    /// Bytes for which there is room at once where a body is said to have so many; for more there is as it comes.
    private static let trustedLength = 1024 * 1024
    private static let lingerTime = TimeAmount.seconds(2)

    private let executor: LoopExecutor
    private let upstream: UpstreamClient
    private let limits: ServerLimits
    private let onClose: (ServerConnection) -> Void

    private var context: ChannelHandlerContext?
    private var reading = Reading.head
    private var writing = Writing.none
    private var parser: RequestHeadParser
    private var unread = ByteBuffer()
    private var keepAlive = true
    private var isHTTP11 = true
    /// Whether the request was HEAD, whose answer has no body.
    private var isHead = false
    /// Whether a part of a head has arrived.
    private var isReadingHead = false
    private var isDraining = false
    /// Whether the socket is not read because too much waits already.
    private var isReadingPaused = false
    private var deadline: NIODeadline?
    /// How many bytes waited for the client when that was looked at, and since when they have not become fewer.
    private var stall: (bytes: Int, since: NIODeadline)?
    /// Requests that were handed to the task.
    private var handedOver = 0
    private var ready: Inbound?
    private let reader = Parking<Inbound?>()
    private let bodyReader = Parking<Result<ByteBuffer, RequestRefusal>>()
    private let writer = Parking<Result<Void, TransportError>>()
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

    // MARK: Reading

    private func advance(_ context: ChannelHandlerContext) {
        switch self.reading {
        case .lingering: break
        case .head:
            do throws(RequestRefusal) { try self.readHead() } catch {
                self.keepAlive = false
                self.isHead = false
                self.unread = ByteBuffer()
                self.hand(.refused(error))
            }
        case .bodyOwed, .paused:
            if self.unread.readableBytes > Self.pipelineLimit { self.setAutoRead(false) }
        case .body, .chunked:
            guard let result = self.readBody() else { break }
            self.bodyReader.resume(returning: result)
        }
    }

    private func readHead() throws(RequestRefusal) {
        guard self.unread.readableBytes > 0 else { return }
        let head: RequestHead?
        let bytes = self.unread
        do throws(FramingError) { head = try self.parser.parse(bytes.readableBytesUInt8Span) } catch {
            throw RequestRefusal(code: error.code.description, status: error.code.status, message: error.message)
        }
        guard let head, let headBytes = self.unread.readSlice(length: head.byteCount) else {
            // The time for a head runs from its first byte, and is not made longer by more of them.
            if !self.isReadingHead {
                self.isReadingHead = true
                self.deadline = .now() + self.limits.headTimeout
            }
            return
        }
        self.isReadingHead = false
        self.keepAlive = head.keepAlive
        self.isHTTP11 = head.minorVersion == 1
        self.isHead = head.method == .head
        self.hand(.request(InboundRequest(head: head, bytes: headBytes)))
        switch head.framing {
        case .empty, .untilClose: break  // a request never lasts until the end of the connection
        case .length, .chunked: self.reading = .bodyOwed(head)
        }
    }

    /// The body, or why there is none; nil where more bytes must come first.
    private func readBody() -> Result<ByteBuffer, RequestRefusal>? {
        do throws(RequestRefusal) {
            switch self.reading {
            case .body(let length):
                guard self.unread.readableBytes >= length, let body = self.unread.readSlice(length: length)
                else { return nil }
                self.bodyEnded()
                return .success(body)
            case .chunked(var decoder, var body):
                self.reading = .paused
                guard try self.decode(&decoder, into: &body) else {
                    self.reading = .chunked(decoder, body)
                    return nil
                }
                self.bodyEnded()
                return .success(body)
            case .head, .bodyOwed, .paused, .lingering: return .success(ByteBuffer())
            }
        } catch {
            self.bodyFailed()
            return .failure(error)
        }
    }

    private func bodyEnded() {
        self.reading = .paused
        self.deadline = nil
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
    }

    /// Where the body ends is not known any more, so that nothing behind it can be read.
    private func bodyFailed() {
        self.reading = .paused
        self.deadline = nil
        self.keepAlive = false
        self.unread = ByteBuffer()
    }

    private func decode(_ decoder: inout ChunkedDecoder, into body: inout ByteBuffer) throws(RequestRefusal) -> Bool {
        var consumed = 0
        defer {
            self.unread.moveReaderIndex(forwardBy: consumed)
            if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
        }
        do throws(FramingError) {
            while true {
                switch try decoder.next(self.unread.readableBytesUInt8Span, from: consumed) {
                case .data(let range):
                    guard body.readableBytes + range.count <= self.limits.body else { break }
                    body.writeBytes(self.unread.readableBytesSpan.extracting(range))
                    consumed = range.upperBound
                    continue
                case .needsMore:
                    consumed = self.unread.readableBytes
                    return false
                case .end(let position):
                    consumed = position
                    return true
                }
                break
            }
        } catch {
            throw RequestRefusal(code: error.code.description, status: error.code.status, message: error.message)
        }
        throw self.tooLarge
    }

    private var tooLarge: RequestRefusal {
        RequestRefusal(
            code: "request_too_large", status: 413,
            message: "the body is larger than the limit of \(self.limits.body) bytes")
    }

    private func hand(_ inbound: Inbound) {
        self.handedOver += 1
        self.reading = .paused
        self.writing = .owed
        self.deadline = nil
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
        if self.reader.isOccupied { self.reader.resume(returning: inbound) } else { self.ready = inbound }
    }

    /// What was waited for did not come in time.
    func failIfOverdue(at now: NIODeadline) {
        guard let deadline = self.deadline, now > deadline else { return }
        self.deadline = nil
        let late = RequestRefusal(code: "request_timeout", status: 408, message: "the request did not arrive in time")
        switch self.reading {
        case .head where self.isReadingHead:
            self.keepAlive = false
            self.isHead = false
            self.unread = ByteBuffer()
            self.hand(.refused(late))
        case .body, .chunked:
            self.bodyFailed()
            self.bodyReader.resume(returning: .failure(late))
        case .head, .bodyOwed, .lingering, .paused:
            if !self.isTaken(at: now) { self.context?.close(promise: nil) }
        }
    }

    /// Whether the client still takes what was sent to it, however slowly. Then it is looked at again a little later.
    private func isTaken(at now: NIODeadline) -> Bool {
        let waiting = self.waitingBytes
        guard waiting > 0 else { return false }
        if self.stall?.bytes != waiting { self.stall = (waiting, now) }
        guard let stall = self.stall, now - stall.since < self.limits.writeTimeout else { return false }
        self.deadline = now + Self.lingerTime
        return true
    }

    /// Bytes that were sent and that the socket has not taken yet.
    private var waitingBytes: Int {
        let options = self.context?.channel.syncOptions
        return (try? options?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    /// Gives the client so long to take what waits for it.
    private func limitStall() {
        let now = NIODeadline.now()
        self.stall = (self.waitingBytes, now)
        self.deadline = now + self.limits.writeTimeout
    }

    /// No more requests: closes now where none is served, and behind the answer otherwise.
    func drain() {
        self.isDraining = true
        guard case .head = self.reading, !self.isReadingHead, let context = self.context else { return }
        if self.waitingBytes > 0 { self.linger(context) } else { context.close(promise: nil) }
    }

    /// Ends the connection with whatever it does.
    func cut() {
        self.context?.flush()
        self.context?.close(promise: nil)
    }

    // MARK: Writing

    private func setAutoRead(_ isOn: Bool) {
        guard self.isReadingPaused == isOn else { return }
        self.isReadingPaused = !isOn
        try? self.context?.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: isOn)
    }

    /// How the length of an answer is told.
    private enum Length {
        /// A number, and the body behind it where it is small enough to be copied.
        case known(Int, body: ByteBuffer?)
        case chunked, untilClose
    }

    /// The status line, the fields, those that belong to the connection, and a body that goes with them.
    private func render(_ head: AnswerHead, _ length: Length) -> ByteBuffer {
        self.skipBody()
        let phrase = StatusPhrase.of(head.status)
        let persistence: StaticString =
            if !self.keepAlive || self.isDraining {
                "Connection: close\r\n"
            } else if !self.isHTTP11 {
                "Connection: keep-alive\r\n"
            } else { "" }
        var room = head.lines.readableBytes + phrase.utf8CodeUnitCount + persistence.utf8CodeUnitCount + 96
        if case .known(_, let body?) = length { room += body.readableBytes }
        return ByteBuffer(initialCapacity: room) { output in
            output.append("HTTP/1.1 ")
            output.appendDecimal(head.status)
            output.append(" ")
            output.append(phrase)
            output.append("\r\n")
            output.append(head.lines.readableBytesSpan)
            output.append(persistence)
            switch length {
            case .known(let count, let body):
                output.append("Content-Length: ")
                output.appendDecimal(count)
                output.append("\r\n\r\n")
                if let body { output.append(body.readableBytesSpan) }
            case .chunked: output.append("Transfer-Encoding: chunked\r\n\r\n")
            case .untilClose: output.append("\r\n")
            }
        }
    }

    /// Writes bytes that leave with those of other connections.
    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(bytes), promise: nil)
        self.executor.flushes.flush(context)
    }

    /// The exchange is over: the next request, or the end.
    private func ended() {
        self.writing = .none
        self.stall = nil
        guard let context = self.context else { return }
        guard self.keepAlive, !self.isDraining else {
            self.linger(context)
            return
        }
        self.reading = .head
        self.deadline = .now() + self.limits.keepAlive
        self.setAutoRead(true)
        if self.unread.readableBytes > 0 { self.advance(context) }
    }

    /// Ends the connection behind what was sent. Closing at once would reset it under a client that is still sending, and
    /// with it the answer.
    private func linger(_ context: ChannelHandlerContext) {
        self.reading = .lingering
        self.deadline = .now() + Self.lingerTime
        self.setAutoRead(true)
        context.flush()
        context.channel.close(mode: .output, promise: nil)
    }
}

extension ServerConnection: Wire {
    package func body() async throws(RequestRefusal) -> ByteBuffer {
        guard case .bodyOwed(let head) = self.reading, let context = self.context else { return ByteBuffer() }
        switch head.framing {
        case .length(let length):
            // What is refused for its length is not read: the connection ends behind the answer.
            guard length <= self.limits.body else { throw self.tooLarge }
            self.reading = .body(length: length)
        case .chunked: self.reading = .chunked(ChunkedDecoder(), ByteBuffer())
        case .empty, .untilClose: return ByteBuffer()
        }
        if let ready = self.readBody() { return try ready.get() }
        self.deadline = .now() + self.limits.bodyTimeout
        self.setAutoRead(true)
        if head.expectsContinue, self.unread.readableBytes == 0 {
            let go = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
            context.writeAndFlush(self.wrapOutboundOut(go), promise: nil)
        }
        let result: Result<ByteBuffer, RequestRefusal> = await self.bodyReader.wait {
            self.context == nil ? .failure(.clientGone) : nil
        }
        return try result.get()
    }

    /// Steps over a body that nobody asked for, where it is there already; otherwise the connection must end.
    private func skipBody() {
        guard case .bodyOwed(let head) = self.reading else { return }
        if case .length(let length) = head.framing, self.unread.readableBytes >= length {
            self.unread.moveReaderIndex(forwardBy: length)
        } else {
            self.keepAlive = false
            self.unread = ByteBuffer()
        }
    }

    package func call(
        _ request: OutboundRequest, at endpoint: UpstreamEndpoint
    ) async throws(TransportError) -> UpstreamResponse {
        try await self.upstream.call(request, at: endpoint)
    }

    package func respond(_ head: AnswerHead, body: ByteBuffer) {
        guard case .owed = self.writing, let context = self.context else { return }
        let isSmall = body.readableBytes <= 16 * 1024
        let isTogether = isSmall && !self.isHead
        let bytes = self.render(head, .known(body.readableBytes, body: isTogether ? body : nil))
        if isTogether || self.isHead {
            self.send(bytes, context)
        } else {
            context.write(self.wrapOutboundOut(bytes), promise: nil)
            self.send(body, context)
        }
        self.ended()
    }

    package func every(_ interval: TimeAmount, _ action: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        guard let loop = self.context?.eventLoop else { return {} }
        let task = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in action() }
        return { task.cancel() }
    }

    package func begin(_ head: AnswerHead) {
        guard case .owed = self.writing, let context = self.context else { return }
        // HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
        let isChunked = self.isHTTP11
        if !isChunked { self.keepAlive = false }
        let bytes = self.render(head, isChunked ? .chunked : .untilClose)
        self.writing = .begun(isChunked: isChunked)
        context.write(self.wrapOutboundOut(bytes), promise: nil)
    }

    package func write(_ bytes: ByteBuffer) async throws(TransportError) {
        guard case .begun(let isChunked) = self.writing, let context = self.context else {
            throw .noClient
        }
        if bytes.readableBytes > 0 {
            self.send(Self.frame(bytes, isChunked: isChunked, isLast: false), context)
        }
        guard !context.channel.isWritable else { return }
        context.flush()
        guard !context.channel.isWritable else { return }
        self.limitStall()
        let result: Result<Void, TransportError> = await self.writer.wait {
            guard let context = self.context else { return .failure(.noClient) }
            return context.channel.isWritable ? .success(()) : nil
        }
        try result.get()
    }

    package func end(_ bytes: ByteBuffer) {
        guard case .begun(let isChunked) = self.writing, let context = self.context else { return }
        let last = Self.frame(bytes, isChunked: isChunked, isLast: true)
        if last.readableBytes > 0 {
            self.send(last, context)
        } else {
            self.executor.flushes.flush(context)
        }
        self.ended()
    }

    package func abort(_ bytes: ByteBuffer) {
        guard case .begun(let isChunked) = self.writing, let context = self.context else { return }
        self.keepAlive = false
        self.writing = .none
        let last = Self.frame(bytes, isChunked: isChunked, isLast: false)
        context.writeAndFlush(self.wrapOutboundOut(last)).whenComplete { _ in self.context?.close(promise: nil) }
        self.limitStall()
    }

    private static func frame(_ bytes: ByteBuffer, isChunked: Bool, isLast: Bool) -> ByteBuffer {
        guard isChunked else { return bytes }
        return ByteBuffer(initialCapacity: bytes.readableBytes + 32) { output in
            if bytes.readableBytes > 0 {
                output.appendHexadecimal(bytes.readableBytes)
                output.append("\r\n")
                output.append(bytes.readableBytesSpan)
                output.append("\r\n")
            }
            if isLast { output.append("0\r\n\r\n") }
        }
    }
}

enum StatusPhrase {
    /// The registered reason phrase (RFC 9110, section 15); clients do not read it, people do.
    static func of(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 402: "Payment Required"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "-"
        }
    }
}
