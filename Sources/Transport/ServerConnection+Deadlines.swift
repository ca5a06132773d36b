import NIOCore

// How long is waited for a client, and how a connection ends.

extension ServerConnection {
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
    var waitingBytes: Int {
        let options = self.context?.channel.syncOptions
        return (try? options?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    /// Gives the client so long to take what waits for it.
    func limitStall() {
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
}
