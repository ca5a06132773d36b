/// Tells while a JSON text arrives in pieces whether it could end here.
struct JSONProgress: Hashable, Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether anything came.
    private(set) var hasBegun = false

    /// Whether an object or array was begun and all that was opened is closed.
    var isComplete: Bool { self.hasBegun && self.depth == 0 && !self.isInString }

    mutating func take(_ piece: String) {
        let bytes = piece.utf8Span.span
        if bytes.count > 0 { self.hasBegun = true }
        for index in bytes.indices {
            let byte = bytes[index]
            if self.isInString {
                if self.isEscaped {
                    self.isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    self.isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    self.isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): self.isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): self.depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): self.depth -= 1
            default: break
            }
        }
    }
}
