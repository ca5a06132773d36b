/// Tokens that a provider marks by a prefix: the prefix, then a body of known length over a known alphabet.
struct TokenMatcher: Hashable, Sendable {
    /// The prefixes in use, any of which begins a token.
    let prefixes: [String]
    /// How many bytes of the body stand before the prefix, if it is rather a mark inside the token.
    var head = 0
    /// What the body is made of.
    let body: ByteClass
    /// How long the body is; `Int.max` for no upper bound.
    let count: ClosedRange<Int>
    /// Whether the prefix only says what follows, and stays when the token is removed.
    var keepsPrefix = false
    /// What the body begins with in tokens of somebody else.
    var foreign = ""
    /// What the body ends in, if that is known.
    var ending = ""
    /// How long a stretch of mixed letters and digits the body must have, if the prefix alone says little. Tells keys
    /// from names with dashes; such a token may not be the tail of one either.
    var densest = 0

    /// The vectorscan expression: a prefix and the first bytes of the body.
    var trigger: String {
        let prefixes = self.prefixes.map(Self.escaped).joined(separator: "|")
        let head = self.head > 0 ? "\(self.body.expression){\(self.head)}" : ""
        return "\(head)(?:\(prefixes))\(self.body.expression){\(self.lead)}"
    }

    var tail: Tail { self.count.upperBound == .max ? .run(self.body) : .none }

    /// How many bytes of the body are part of the trigger. Few, for a small automaton.
    private var lead: Int { min(self.count.lowerBound, 8) }

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - self.lead
        guard let prefix = self.prefixes.first(where: { reader.reads($0, at: start - $0.utf8.count) }) else {
            return nil
        }
        let tokenStart = start - prefix.utf8.count - self.head
        let spanStart = self.keepsPrefix ? start : tokenStart
        reader.candidate = spanStart
        if !self.foreign.isEmpty, reader.reads(self.foreign, at: start) { return nil }
        guard reader.wordMayBegin(at: tokenStart), self.densest == 0 || !Self.isJoined(reader, at: tokenStart) else {
            return nil
        }

        let isBounded = self.count.upperBound < .max
        let limit = isBounded ? self.count.upperBound + 1 : spanStart + Tail.decided - start
        var end = reader.runEnd(from: start, of: self.body, limit: limit)
        if isBounded, ByteClass.alphanumerics.contains(reader.byte(end)) { return nil }
        while end > start, reader.before(end - 1) == UInt8(ascii: ".") { end -= 1 }
        guard self.count.contains(end - start), reader.reads(self.ending, at: end - self.ending.utf8.count) else {
            return nil
        }

        let shape = TokenShape(reader.bytes, start..<end)
        guard !shape.isFiller, shape.hasDigits || shape.count < 36,
            self.densest == 0 || SecretValue(reader.bytes, start..<end).densest >= self.densest,
            !Placeholder.isNamed(in: reader.bytes, start..<end)
        else { return nil }
        if !isBounded { end = self.tail.end(&reader, from: end, start: spanStart) }
        return Match(spanStart..<end)
    }

    /// Whether a word with a dash or an underscore leads up to `offset`.
    private static func isJoined(_ reader: borrowing Reader, at offset: Int) -> Bool {
        let joint = reader.before(offset - 1)
        return (joint == UInt8(ascii: "-") || joint == UInt8(ascii: "_"))
            && ByteClass.alphanumerics.contains(reader.before(offset - 2))
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { ".-+/:?".contains($0) ? ["\\", $0] : [$0] })
    }
}
