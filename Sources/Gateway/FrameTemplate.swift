/// A frame that held one piece of text and nothing else that changes anything: streams are long rows of such frames, which
/// differ in their piece alone.
///
/// What was learned of the one holds for the next, which need not be read as JSON then: a string's content in place of
/// another's leaves all else as it was.
struct FrameTemplate: Sendable {
    /// Whose text the piece is.
    struct Owner: Sendable {
        let field: UInt64
        let choice: Int
        let tool: Int
        let isWhole: Bool
        let isEcho: Bool
    }

    /// Frames beyond this are no row of pieces.
    private static let limit = 4096

    private var bytes: [UInt8] = []
    private var piece = 0..<0
    private(set) var owner: Owner?

    /// Keeps a payload that was read, whose only piece stands at `piece`.
    mutating func learn(_ payload: Span<UInt8>, piece: Range<Int>, of owner: Owner) {
        guard payload.count <= Self.limit else { return self.forget() }
        self.bytes.removeAll(keepingCapacity: true)
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe payload.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
        self.piece = piece
        self.owner = owner
    }

    mutating func forget() { self.owner = nil }

    /// Where the piece of a payload stands that is the same but for it; nil where something else differs, or the piece holds
    /// what is not plain ASCII.
    func piece(in payload: Span<UInt8>) -> Range<Int>? {
        let end = payload.count - (self.bytes.count - self.piece.upperBound)
        guard self.owner != nil, end > self.piece.lowerBound else { return nil }
        let place = self.piece.lowerBound..<end
        for index in place {
            let byte = payload[index]
            guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                return nil
            }
        }
        let known = self.bytes.span
        return Self.areEqual(payload.extracting(first: place.lowerBound), known.extracting(first: place.lowerBound))
            && Self.areEqual(
                payload.extracting(droppingFirst: end), known.extracting(droppingFirst: self.piece.upperBound))
            ? place : nil
    }

    private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        // SAFE: both pointers stay in their closures, and each read ends at or before the count that both have.
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                var index = 0
                while index + 8 <= left.count {
                    let here = unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    guard unsafe here == right.loadUnaligned(fromByteOffset: index, as: UInt64.self) else {
                        return false
                    }
                    index += 8
                }
                while index < left.count {
                    guard unsafe left[index] == right[index] else { return false }
                    index += 1
                }
                return true
            }
        }
    }
}
