/// Finds and checks the head of a response, as strictly as ``RequestHeadParser``: an upstream that can make us read one
/// response as two could answer somebody else's request.
package struct ResponseHeadParser: Sendable {
    private let limits: HeadLimits
    private var scanner = LineScanner()
    private var line: StatusLine?
    private var reader: FieldReader
    private var isFinished = false

    /// A parser for one connection.
    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        self.reader = FieldReader(limit: limits.fields, isRequest: false)
    }

    /// The head at the beginning of `bytes`, or nil while it is incomplete. The next call looks for the next head, so
    /// drop `byteCount` bytes and the body before it.
    ///
    /// `answersHead`: whether the request was HEAD, so that no body follows whatever the fields say.
    package mutating func parse(
        _ bytes: Span<UInt8>, answersHead: Bool = false
    ) throws(FramingError) -> ResponseHead? {
        // Not when the former head was returned: its array can be used again if the caller has dropped it by now.
        if self.isFinished { self.reset() }
        guard let first = try self.firstLine(bytes) else { return nil }
        while let line = try self.scanner.next(in: bytes, limit: self.limits.bytes, tooLong: .headTooLong) {
            guard line.isEmpty else {
                try self.reader.read(line, in: bytes)
                continue
            }
            let head = try self.head(first, answersHead: answersHead)
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

    private mutating func firstLine(_ bytes: Span<UInt8>) throws(FramingError) -> StatusLine? {
        if self.line == nil,
            let line = try self.scanner.next(in: bytes, limit: self.limits.bytes, tooLong: .headTooLong)
        {
            self.line = try StatusLine(line, in: bytes)
        }
        return self.line
    }

    private func head(_ line: StatusLine, answersHead: Bool) throws(FramingError) -> ResponseHead {
        let framing = try self.framing(line, answersHead: answersHead)
        let keepAlive = framing != .untilClose && self.reader.keepAlive(minorVersion: line.minorVersion)
        // Otherwise it is unclear whether the response proper can still come.
        guard keepAlive || line.status >= 200 else { throw FramingError(.closingInterim) }
        return ResponseHead(
            status: line.status, reason: line.reason, minorVersion: line.minorVersion, fields: self.reader.fields,
            framing: framing, keepAlive: keepAlive, byteCount: self.scanner.start)
    }

    /// RFC 9112, section 6.3. A 1xx or 204 that announces a body all the same is refused: some recipients would read it.
    private func framing(_ line: StatusLine, answersHead: Bool) throws(FramingError) -> BodyFraming {
        let announced = try self.reader.framing(minorVersion: line.minorVersion)
        if line.status < 200 || line.status == 204 {
            guard announced ?? .empty == .empty else { throw FramingError(.bodyWhereNoneMayBe) }
            return .empty
        }
        return line.status == 304 || answersHead ? .empty : announced ?? .untilClose
    }
}
