/// Reads the bytes around a hit and remembers whether a decision looked past the end of the text.
///
/// INVARIANT: a matcher is a function of the bytes that it reads here. If it never looked past the end, more text
/// cannot change what it said; if it did, a stream waits. This is why any chunking of a stream finds the same.
struct Reader: ~Escapable {
    /// The text.
    let bytes: Span<UInt8>
    /// Whether the text ends where its bytes end; in a stream more may follow.
    let isFinal: Bool
    /// Whether a byte was asked for past the end.
    private(set) var lookedPastEnd = false
    /// Where the span would begin if this becomes a finding. Matchers set it before they read ahead.
    var candidate: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, candidate: Int, isFinal: Bool) {
        self.bytes = bytes
        self.isFinal = isFinal
        self.candidate = candidate
    }

    var count: Int { self.bytes.count }

    /// Whether what was decided may change with more text.
    var isUndecided: Bool { self.lookedPastEnd && !self.isFinal }

    /// The byte at an offset; 0, which no class contains, where there is none.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func byte(_ offset: Int) -> UInt8 {
        if offset >= self.bytes.count {
            self.lookedPastEnd = true
            return 0
        }
        return offset < 0 ? 0 : self.bytes[offset]
    }

    /// A byte that was read before, or lies before the hit.
    @inline(__always)
    func before(_ offset: Int) -> UInt8 {
        offset < 0 || offset >= self.bytes.count ? 0 : self.bytes[offset]
    }

    /// The end of the run of bytes of a class from `start`, at most `limit` bytes on.
    @_lifetime(self: copy self)
    mutating func runEnd(from start: Int, of bytes: ByteClass, limit: Int) -> Int {
        guard start >= 0 else { return start }
        let stop = min(start + limit, self.bytes.count)
        var end = start
        while end < stop, bytes.contains(self.bytes[end]) { end += 1 }
        if end >= self.bytes.count, end - start < limit { self.lookedPastEnd = true }
        return end
    }

    /// The start of the run of bytes of a class that ends at `end`, at most `limit` bytes back.
    func runStart(to end: Int, of bytes: ByteClass, limit: Int) -> Int {
        guard end <= self.bytes.count else { return end }
        let stop = max(end - limit, 0)
        var start = end
        while start > stop, bytes.contains(self.bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Whether the text at `offset` reads as given.
    @_lifetime(self: copy self)
    mutating func reads(_ text: String, at offset: Int) -> Bool {
        var offset = offset
        for byte in text.utf8 {
            guard self.byte(offset) == byte else { return false }
            offset += 1
        }
        return true
    }

    /// Whether a word may begin at `offset`: no letter or digit stands directly before it, or it is the tail of an
    /// escape such as `\n` or `%20`.
    func wordMayBegin(at offset: Int) -> Bool {
        let previous = self.before(offset - 1)
        guard ByteClass.alphanumerics.contains(previous) else { return true }
        if self.before(offset - 2) == UInt8(ascii: "\\") { return previous.isOne(of: "nrt") }
        return self.before(offset - 3) == UInt8(ascii: "%") && ByteClass.hexadecimal.contains(previous)
            && ByteClass.hexadecimal.contains(self.before(offset - 2))
    }
}
