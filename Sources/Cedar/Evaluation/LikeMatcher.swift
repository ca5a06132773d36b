/// A pattern of `like`, prepared so that matching takes time in proportion to the text, whatever the pattern.
///
/// The pattern is cut at its wildcards. The first piece must begin the text, the last must end it, each in between is
/// looked for behind the one before it (the first place found is always good enough). The search never goes back in the
/// text: for each piece it is known how much of its beginning each of its own beginnings ends with (Knuth, Morris and
/// Pratt). Bytes stand for characters, since no character's UTF-8 begins within another's.
package struct LikeMatcher: Sendable {
    private struct Piece: Sendable {
        let bytes: [UInt8]
        /// For each length, how long the longest proper beginning is that also ends the first so many bytes.
        let fallback: [Int32]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var fallback = [Int32](repeating: 0, count: bytes.count)
            var length = 0
            for index in bytes.indices.dropFirst() {
                while length > 0, bytes[index] != bytes[length] { length = Int(fallback[length - 1]) }
                if bytes[index] == bytes[length] { length += 1 }
                fallback[index] = Int32(truncatingIfNeeded: length)
            }
            self.fallback = fallback
        }
    }

    private let first: [UInt8]
    private let middle: [Piece]
    /// nil where the pattern has no wildcard.
    private let last: [UInt8]?

    package init(_ pattern: LikePattern) {
        var pieces: [[UInt8]] = [[]]
        for element in pattern.elements {
            switch element {
            case .wildcard: pieces.append([])
            case .scalar(let scalar):
                pieces[pieces.count - 1].append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        self.first = pieces[0]
        self.last = pieces.count > 1 ? pieces[pieces.count - 1] : nil
        self.middle = pieces.dropFirst().dropLast().filter { !$0.isEmpty }.map(Piece.init)
    }

    /// Whether the pattern stands for the whole text.
    package func matches(_ text: Text) -> Bool {
        let utf8 = text.string.utf8Span
        let bytes = utf8.span
        guard let last = self.last else { return bytes.count == self.first.count && Self.equals(bytes, 0, self.first) }
        guard bytes.count >= self.first.count + last.count, Self.equals(bytes, 0, self.first) else { return false }
        let end = bytes.count - last.count
        guard Self.equals(bytes, end, last) else { return false }
        var offset = self.first.count
        for piece in self.middle {
            guard let next = Self.end(of: piece, in: bytes, from: offset, to: end) else { return false }
            offset = next
        }
        return true
    }

    private static func equals(_ bytes: Span<UInt8>, _ offset: Int, _ expected: [UInt8]) -> Bool {
        for index in expected.indices where bytes[offset + index] != expected[index] { return false }
        return true
    }

    private static func end(of piece: Piece, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var matched = 0
        var offset = start
        while offset < end {
            while matched > 0, bytes[offset] != piece.bytes[matched] { matched = Int(piece.fallback[matched - 1]) }
            if bytes[offset] == piece.bytes[matched] { matched += 1 }
            offset += 1
            if matched == piece.bytes.count { return offset }
        }
        return nil
    }
}
