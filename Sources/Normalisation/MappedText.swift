/// A text that is made of parts of another, and the way back to it.
struct MappedText {
    private(set) var bytes: [UInt8] = []
    private(set) var map = OffsetMap()

    mutating func copy(_ byte: UInt8, at source: Int) {
        self.map.copied(from: source, at: self.bytes.count)
        self.bytes.append(byte)
    }

    /// Takes a range over byte by byte.
    mutating func copy(_ range: Range<Int>, of text: Span<UInt8>) {
        guard !range.isEmpty else { return }
        self.map.copied(from: range.lowerBound, at: self.bytes.count)
        for offset in range { self.bytes.append(text[offset]) }
    }

    /// Puts a byte where others stood.
    mutating func put(_ byte: UInt8, for source: Range<Int>) {
        self.map.made(of: source, at: self.bytes.count)
        self.bytes.append(byte)
    }

    /// Takes the escape at an offset over as what it stands for, if there is one; how many bytes it has.
    mutating func putEscape(of text: Span<UInt8>, at offset: Int) -> Int {
        var point: UInt32?
        let length = min(Escapes.read(text, at: offset, into: &point), text.count - offset)
        guard length > 0 else { return 0 }
        let source = offset..<offset + length
        guard let point else { return length }
        if point < 0x100, text[offset] != UInt8(ascii: "&"), length <= 4 {
            // Escaped bytes make up characters together.
            self.put(UInt8(truncatingIfNeeded: point), for: source)
        } else if let scalar = Unicode.Scalar(point), let encoded = UTF8.encode(scalar) {
            for byte in encoded { self.put(byte, for: source) }
        }
        return length
    }

    /// Ends a line, if one was begun.
    mutating func endLine(for source: Range<Int>) {
        if let last = self.bytes.last, last != 0x0A { self.put(0x0A, for: source) }
    }

    mutating func removeAll() { self = MappedText() }
}
