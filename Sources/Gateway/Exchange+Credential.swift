import Framing
import NIOCore
import Transport

// Where the caller's key stands in a request.

extension Exchange {
    /// Where the key stands in the head. Anthropic's API takes `x-api-key` before `Authorization`, the others do not say.
    static func credential(of inbound: InboundRequest, _ dialect: Dialect) -> Range<Int>? {
        let fields = inbound.head.fields
        let whole = inbound.bytes
        let bytes = whole.readableBytesUInt8Span
        if dialect == .anthropic, let key = fields[.xAPIKey] { return key }
        if let range = fields[.authorization] { return Self.bearerToken(in: bytes, range) }
        if let key = fields[.xAPIKey] ?? fields[.apiKey] ?? fields[.xGoogAPIKey] { return key }
        guard dialect == .gemini, let query = inbound.head.query else { return nil }
        return Self.keyParameter(in: bytes, query)
    }

    /// The value of `key=` in a query, as Gemini's clients may send it.
    static func keyParameter(in bytes: Span<UInt8>, _ query: Range<Int>) -> Range<Int>? {
        var start = query.lowerBound
        while start < query.upperBound {
            var end = start
            while end < query.upperBound, bytes[end] != UInt8(ascii: "&") { end += 1 }
            if end - start > 4, bytes[start] == UInt8(ascii: "k"), bytes[start + 1] == UInt8(ascii: "e"),
                bytes[start + 2] == UInt8(ascii: "y"), bytes[start + 3] == UInt8(ascii: "=")
            {
                return (start + 4)..<end
            }
            start = end + 1
        }
        return nil
    }

    static func bearerToken(in bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        let scheme: StaticString = "bearer "
        guard range.count > scheme.utf8CodeUnitCount else { return nil }
        for offset in 0..<scheme.utf8CodeUnitCount {
            // SAFE: `offset` is below the static string's own count.
            guard unsafe bytes[range.lowerBound + offset] | 0x20 == scheme.utf8Start[offset] else { return nil }
        }
        var start = range.lowerBound + scheme.utf8CodeUnitCount
        while start < range.upperBound, bytes[start] == 0x20 { start += 1 }
        return start..<range.upperBound
    }
}
