import NIOCore

// How answers become bytes.

extension ServerConnection {
    func setAutoRead(_ isOn: Bool) {
        guard self.isReadingPaused == isOn else { return }
        self.isReadingPaused = !isOn
        try? self.context?.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: isOn)
    }

    /// How the length of an answer is told.
    enum Length {
        /// A number, and the body behind it where it is small enough to be copied.
        case known(Int, body: ByteBuffer?)
        case chunked, untilClose
    }

    /// The status line, the fields, those that belong to the connection, and a body that goes with them.
    func render(_ head: AnswerHead, _ length: Length) -> ByteBuffer {
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
    func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(bytes), promise: nil)
        self.executor.flushes.flush(context)
    }

    /// The exchange is over: the next request, or the end.
    func ended() {
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
    func linger(_ context: ChannelHandlerContext) {
        self.reading = .lingering
        self.deadline = .now() + Self.lingerTime
        self.setAutoRead(true)
        context.flush()
        context.channel.close(mode: .output, promise: nil)
    }

    /// A piece of an answer as the connection's framing has it, and the end of the answer behind the last one.
    static func frame(_ bytes: ByteBuffer, isChunked: Bool, isLast: Bool) -> ByteBuffer {
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
