/// The methods that are understood. All others are refused (501), so that none that changes how the connection is
/// read (CONNECT) or mirrors credentials (TRACE) gets further.
package enum RequestMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let candidate: (method: RequestMethod, name: StaticString)
        switch (range.count, bytes[range.lowerBound]) {
        case (3, UInt8(ascii: "G")): candidate = (.get, "GET")
        case (3, UInt8(ascii: "P")): candidate = (.put, "PUT")
        case (4, UInt8(ascii: "P")): candidate = (.post, "POST")
        case (4, UInt8(ascii: "H")): candidate = (.head, "HEAD")
        case (5, UInt8(ascii: "P")): candidate = (.patch, "PATCH")
        case (6, UInt8(ascii: "D")): candidate = (.delete, "DELETE")
        case (7, UInt8(ascii: "O")): candidate = (.options, "OPTIONS")
        default: return nil
        }
        guard bytes.holds(candidate.name, at: range.lowerBound) else { return nil }
        self = candidate.method
    }
}
