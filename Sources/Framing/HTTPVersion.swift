/// `HTTP/1.1` or `HTTP/1.0`, in this case (RFC 9112, section 2.3).
enum HTTPVersion {
    static let length = 8

    /// The minor version of the eight bytes from `start` on.
    static func minor(
        at start: Int, in bytes: Span<UInt8>, orElse malformed: FramingError.Code
    ) throws(FramingError) -> Int {
        guard bytes.holds("HTTP/", at: start), bytes[start + 5].isDigit, bytes[start + 6] == UInt8(ascii: "."),
            bytes[start + 7].isDigit
        else { throw FramingError(malformed) }
        switch (bytes[start + 5], bytes[start + 7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return 1
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return 0
        default: throw FramingError(.unsupportedVersion)
        }
    }
}
