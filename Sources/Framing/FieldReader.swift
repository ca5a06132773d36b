/// Reads field lines, and works out from them how the body is framed and whether the connection persists. What
/// requests and responses share.
struct FieldReader {
    private(set) var fields = HeaderFields()
    private var contentLength: Int?
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private(set) var expectsContinue = false

    private let limit: Int
    private let isRequest: Bool

    init(limit: Int, isRequest: Bool) {
        self.limit = limit
        self.isRequest = isRequest
    }

    /// Forgets the head that was read.
    mutating func reset() {
        self.fields.removeAll()
        self.contentLength = nil
        self.isChunked = false
        self.saysClose = false
        self.saysKeepAlive = false
        self.expectsContinue = false
    }

    /// Reads one line, which is not empty and holds no control character but tab.
    mutating func read(_ line: Range<Int>, in bytes: Span<UInt8>) throws(FramingError) {
        guard self.fields.lines.count < self.limit else { throw FramingError(.tooManyFields) }
        guard !bytes[line.lowerBound].isBlank else { throw FramingError(.foldedLine) }
        let colon = bytes.firstNonToken(from: line.lowerBound, to: line.upperBound)
        guard colon < line.upperBound else { throw FramingError(.missingColon) }
        guard bytes[colon] == ASCII.colon, colon > line.lowerBound else { throw FramingError(.malformedFieldName) }
        let name = line.lowerBound..<colon
        let field = HeaderField(
            name: name, value: bytes.trimmed(colon + 1..<line.upperBound), known: KnownField(bytes, name))
        if field.known != .other { try self.note(field, in: bytes) }
        self.fields.append(field)
    }

    /// The framing of the head that has just ended, before what the kind of message has to say on it.
    func framing(minorVersion: Int) throws(FramingError) -> BodyFraming? {
        guard !self.isChunked || self.contentLength == nil else { throw FramingError(.conflictingLengths) }
        guard !self.isChunked || minorVersion > 0 else { throw FramingError(.transferEncodingInOldVersion) }
        if self.isChunked { return .chunked }
        return self.contentLength.map { $0 == 0 ? .empty : .length($0) }
    }

    /// Whether the sender will go on using the connection (RFC 9112, section 9.3).
    func keepAlive(minorVersion: Int) -> Bool {
        !self.saysClose && (minorVersion > 0 || self.saysKeepAlive)
    }

    private mutating func note(_ field: HeaderField, in bytes: Span<UInt8>) throws(FramingError) {
        let isSecond = self.fields.contains(field.known)
        switch field.known {
        case .contentLength:
            guard !isSecond else { throw FramingError(.repeatedContentLength) }
            self.contentLength = try Self.length(field.value, in: bytes)
        case .transferEncoding:
            guard !isSecond else { throw FramingError(.repeatedTransferEncoding) }
            guard bytes.equals(field.value, ignoringCase: "chunked"), Self.endsLine(field.value, in: bytes) else {
                throw FramingError(.unsupportedTransferCoding)
            }
            self.isChunked = true
        case .connection: try self.noteConnection(field.value, in: bytes)
        case .host where self.isRequest:
            guard !isSecond else { throw FramingError(.repeatedHost) }
            guard HostName.isValid(field.value, in: bytes) else { throw FramingError(.malformedHost) }
        case .expect where self.isRequest:
            guard !isSecond else { throw FramingError(.repeatedField) }
            guard bytes.equals(field.value, ignoringCase: "100-continue") else {
                throw FramingError(.unsupportedExpectation)
            }
            self.expectsContinue = true
        case .contentType:
            guard !isSecond else { throw FramingError(.repeatedField) }
        default:
            guard !(isSecond && self.isRequest && field.known.isSingleInRequest) else {
                throw FramingError(.repeatedField)
            }
        }
    }

    private mutating func noteConnection(_ value: Range<Int>, in bytes: Span<UInt8>) throws(FramingError) {
        // Tabs are allowed around options, but servers differ on whether they belong to one.
        var index = value.lowerBound
        while bytes[index] != ASCII.carriageReturn {
            guard bytes[index] != ASCII.tab else { throw FramingError(.malformedConnection) }
            index += 1
        }
        var options = ListElements(value)
        while let option = options.next(in: bytes) {
            for index in option where !bytes[index].isToken { throw FramingError(.malformedConnection) }
            if bytes.equals(option, ignoringCase: "close") {
                self.saysClose = true
            } else if bytes.equals(option, ignoringCase: "keep-alive") {
                self.saysKeepAlive = true
            } else {
                self.fields.noteConnectionNames()
            }
        }
    }

    /// Decimal digits and nothing else. Eighteen of them cannot overflow.
    private static func length(_ range: Range<Int>, in bytes: Span<UInt8>) throws(FramingError) -> Int {
        guard (1...18).contains(range.count), Self.endsLine(range, in: bytes) else {
            throw FramingError(.malformedContentLength)
        }
        var length = 0
        for index in range {
            guard bytes[index].isDigit else { throw FramingError(.malformedContentLength) }
            length = length * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        return length
    }

    /// Whether no white space follows a value. The standard allows it behind those that decide about the length, too,
    /// but servers differ on tabs there, and nobody sends it in good faith.
    private static func endsLine(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        bytes[value.upperBound] == ASCII.carriageReturn
    }
}
