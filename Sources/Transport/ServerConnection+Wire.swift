import Framing
package import NIOCore

// What an exchange asks of the connection that it is answered on.

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
}
