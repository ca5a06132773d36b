// Framing cuts byte streams into messages: HTTP/1.1 (RFC 9112) and server-sent events (WHATWG).

/// Finds and checks the head of a request. Whatever another server might read in another way is refused; the tests
/// list how it is stricter than the standard asks.
///
/// Feed it all unread bytes each time some arrive; it does not look twice at those it has seen. Between two calls the
/// bytes may move in memory but not change. After an error the connection is beyond repair.
package struct RequestHeadParser: Sendable {
    private let limits: HeadLimits
    private var scanner = LineScanner()
    private var line: RequestLine?
    private var reader: FieldReader
    private var isFinished = false

    /// A parser for one connection.
    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        self.reader = FieldReader(limit: limits.fields, isRequest: true)
    }

    /// The head at the beginning of `bytes`, or nil while it is incomplete. The next call looks for the next head, so
    /// drop `byteCount` bytes and the body before it.
    ///
    /// One empty line before the head is skipped (RFC 9112, section 2.2). Allocates when a head has more fields than
    /// any before on this connection, or the former one is still held.
    package mutating func parse(_ bytes: Span<UInt8>) throws(FramingError) -> RequestHead? {
        // Not when the former head was returned: its array can be used again if the caller has dropped it by now.
        if self.isFinished { self.reset() }
        guard let first = try self.firstLine(bytes) else { return nil }
        while let line = try self.scanner.next(in: bytes, limit: self.limits.bytes, tooLong: .headTooLong) {
            guard line.isEmpty else {
                try self.reader.read(line, in: bytes)
                continue
            }
            let head = try self.head(first)
            self.isFinished = true
            return head
        }
        return nil
    }

    /// Forgets a head that was begun.
    package mutating func reset() {
        self.scanner = LineScanner()
        self.line = nil
        self.reader.reset()
        self.isFinished = false
    }

    private mutating func firstLine(_ bytes: Span<UInt8>) throws(FramingError) -> RequestLine? {
        while self.line == nil {
            let before = self.scanner.start + RequestLine.overhead
            let line =
                self.limits.target < self.limits.bytes - before
                ? try self.scanner.next(in: bytes, limit: before + self.limits.target, tooLong: .targetTooLong)
                : try self.scanner.next(in: bytes, limit: self.limits.bytes, tooLong: .headTooLong)
            guard let line else { return nil }
            let isEmptyLineBefore = line.upperBound == 0
            if isEmptyLineBefore { continue }
            self.line = try RequestLine(line, in: bytes, targetLimit: self.limits.target)
        }
        return self.line
    }

    private func head(_ line: RequestLine) throws(FramingError) -> RequestHead {
        let fields = self.reader.fields
        guard line.minorVersion == 0 || fields.contains(.host) else { throw FramingError(.missingHost) }
        let framing = try self.reader.framing(minorVersion: line.minorVersion) ?? .empty
        return RequestHead(
            method: line.method, target: line.target, path: line.path, query: line.query,
            minorVersion: line.minorVersion, fields: fields, framing: framing,
            keepAlive: self.reader.keepAlive(minorVersion: line.minorVersion),
            expectsContinue: self.reader.expectsContinue && framing != .empty && line.minorVersion > 0,
            byteCount: self.scanner.start)
    }
}
