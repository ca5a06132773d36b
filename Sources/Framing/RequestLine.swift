/// The first line of a request (RFC 9112, section 3).
struct RequestLine {
    let method: RequestMethod
    let target: Range<Int>
    let path: Range<Int>
    let query: Range<Int>?
    let minorVersion: Int

    /// The longest method, two spaces, the version, the end of the line.
    static let overhead = 7 + 1 + 1 + HTTPVersion.length + 2

    init(_ line: Range<Int>, in bytes: Span<UInt8>, targetLimit: Int) throws(FramingError) {
        var methodEnd = line.lowerBound
        while methodEnd < line.upperBound, bytes[methodEnd].isToken { methodEnd += 1 }
        let version = line.upperBound - HTTPVersion.length
        guard methodEnd > line.lowerBound, methodEnd < version - 2, bytes[methodEnd] == ASCII.space,
            bytes[version - 1] == ASCII.space
        else { throw FramingError(.malformedRequestLine) }
        self.minorVersion = try HTTPVersion.minor(at: version, in: bytes, orElse: .malformedRequestLine)
        guard let method = RequestMethod(bytes, line.lowerBound..<methodEnd) else {
            throw FramingError(.unsupportedMethod)
        }
        self.method = method
        self.target = methodEnd + 1..<version - 1
        guard self.target.count <= targetLimit else { throw FramingError(.targetTooLong) }
        let mark = try Self.questionMark(self.target, in: bytes, allowsAsterisk: method == .options)
        self.path = self.target.lowerBound..<(mark ?? self.target.upperBound)
        self.query = mark.map { $0 + 1..<version - 1 }
    }

    /// Checks a target, and finds where its query begins.
    private static func questionMark(
        _ target: Range<Int>, in bytes: Span<UInt8>, allowsAsterisk: Bool
    ) throws(FramingError) -> Int? {
        if allowsAsterisk, target.count == 1, bytes[target.lowerBound] == UInt8(ascii: "*") { return nil }
        guard bytes[target.lowerBound] == ASCII.slash else { throw FramingError(.malformedTarget) }
        var mark: Int?
        for index in target {
            let byte = bytes[index]
            guard byte.isTarget else { throw FramingError(.malformedTarget) }
            if byte == ASCII.questionMark, mark == nil { mark = index }
            if byte == ASCII.percent {
                guard index + 2 < target.upperBound, bytes[index + 1].hexadecimal != nil,
                    bytes[index + 2].hexadecimal != nil
                else { throw FramingError(.malformedTarget) }
            }
        }
        return mark
    }
}
