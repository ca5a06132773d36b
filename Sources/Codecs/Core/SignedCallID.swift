/// The id of a tool call with the signature that Gemini wants back with the call.
package enum SignedCallID {
    private static let mark = Array("__thought__".utf8)

    package static func joined(_ id: String, _ signature: String?) -> String {
        signature.map { "\(id)__thought__\($0)" } ?? id
    }

    package static func split(_ id: String) -> (id: String, signature: String?) {
        guard let place = self.place(in: id.utf8Span.span) else { return (id, nil) }
        let start = id.utf8.index(id.utf8.startIndex, offsetBy: place)
        let end = id.utf8.index(start, offsetBy: self.mark.count)
        return (String(id[..<start]), String(id[end...]))
    }

    /// Where the mark begins. Every id of every conversation is looked through.
    private static func place(in bytes: Span<UInt8>) -> Int? {
        let mark = self.mark
        guard bytes.count >= mark.count else { return nil }
        for start in 0...bytes.count - mark.count where bytes[start] == mark[0] {
            if mark.indices.allSatisfy({ bytes[start + $0] == mark[$0] }) { return start }
        }
        return nil
    }
}
