import Framing
import NIOCore

// How bytes become requests and their bodies.

extension ServerConnection {
    func advance(_ context: ChannelHandlerContext) {
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
    func readBody() -> Result<ByteBuffer, RequestRefusal>? {
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
    func bodyFailed() {
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

    var tooLarge: RequestRefusal {
        RequestRefusal(
            code: "request_too_large", status: 413,
            message: "the body is larger than the limit of \(self.limits.body) bytes")
    }

    func hand(_ inbound: Inbound) {
        self.handedOver += 1
        self.reading = .paused
        self.writing = .owed
        self.deadline = nil
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
        if self.reader.isOccupied { self.reader.resume(returning: inbound) } else { self.ready = inbound }
    }

    /// Steps over a body that nobody asked for, where it is there already; otherwise the connection must end.
    func skipBody() {
        guard case .bodyOwed(let head) = self.reading else { return }
        if case .length(let length) = head.framing, self.unread.readableBytes >= length {
            self.unread.moveReaderIndex(forwardBy: length)
        } else {
            self.keepAlive = false
            self.unread = ByteBuffer()
        }
    }
}
