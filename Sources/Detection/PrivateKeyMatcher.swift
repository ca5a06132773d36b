/// Private keys in PEM (RFC 7468), OpenSSH and OpenPGP armour: the whole block, from its first dash to its last.
enum PrivateKeyMatcher {
    static let trigger = "-----BEGIN "
    private static let fence = "-----"
    private static let endMark = "-----END "
    private static let label = "PRIVATE KEY"
    private static let labels = ByteClass("A"..."Z", "0"..."9", also: " ")
    private static let separators = ByteClass(also: " \t\r\n\"'>,+")
    private static let visible = ByteClass(" "..."~", also: "\t")
    /// A run of base64 this long is a line of a key, a shorter one may be a word.
    private static let lineMinimum = 16

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 11
        reader.candidate = start
        let labelEnd = reader.runEnd(from: hit, of: Self.labels, limit: 40)
        guard reader.reads(Self.fence, at: labelEnd) else { return nil }
        let keyWord = (hit...labelEnd).contains { reader.reads(Self.label, at: $0) && $0 + 11 <= labelEnd }
        guard keyWord else { return nil }

        var body = Self.skipSeparators(&reader, from: labelEnd + 5)
        body = Self.skipHeaders(&reader, from: body)
        let line = reader.runEnd(from: body, of: .base64, limit: Self.lineMinimum)
        guard line - body == Self.lineMinimum, !SecretValue(reader.bytes, body..<line).isFiller else { return nil }
        return Match(start..<Self.bodyEnd(&reader, from: line, limit: start + Tail.longest))
    }

    /// The end of the block whose lines go on at `start`: after its END line, or after its last line if there is none.
    ///
    /// A run of base64 too short for a line counts only as the last before an END line, or before the text's end.
    @_lifetime(reader: copy reader)
    static func bodyEnd(_ reader: inout Reader, from start: Int, limit: Int) -> Int {
        var certain = start
        var next = start
        while next < limit {
            // The run that `start` cuts is measured from its own start, which the text before still holds.
            let runStart = next == start ? reader.runStart(to: start, of: .base64, limit: Self.lineMinimum) : next
            let runEnd = reader.runEnd(from: next, of: .base64, limit: limit - next)
            let isLine = runEnd - runStart >= Self.lineMinimum
            if isLine { certain = runEnd }
            let mark = Self.skipSeparators(&reader, from: runEnd)
            if reader.byte(mark) == UInt8(ascii: "-") { return Self.endLine(&reader, at: mark) ?? certain }
            if mark >= reader.count { return reader.isFinal ? runEnd : certain }
            guard isLine, mark > runEnd else { return certain }
            next = mark
        }
        return certain
    }

    @_lifetime(reader: copy reader)
    private static func endLine(_ reader: inout Reader, at offset: Int) -> Int? {
        guard reader.reads(Self.endMark, at: offset) else { return nil }
        let labelEnd = reader.runEnd(from: offset + 9, of: Self.labels, limit: 40)
        return reader.reads(Self.fence, at: labelEnd) ? labelEnd + 5 : nil
    }

    /// Skips white space, quotes and escaped line ends, as they stand between the lines of a key in code or YAML.
    @_lifetime(reader: copy reader)
    private static func skipSeparators(_ reader: inout Reader, from start: Int) -> Int {
        var end = start
        while end - start < 40 {
            if Self.separators.contains(reader.byte(end)) {
                end += 1
            } else if reader.byte(end) == UInt8(ascii: "\\"), reader.byte(end + 1).isOne(of: "nr") {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Skips `Name: value` lines, of which encrypted and OpenPGP keys have some.
    @_lifetime(reader: copy reader)
    private static func skipHeaders(_ reader: inout Reader, from start: Int) -> Int {
        var line = start
        for _ in 0..<3 {
            let name = reader.runEnd(from: line, of: .wordsAndDashes, limit: 20)
            guard name > line, reader.byte(name) == UInt8(ascii: ":") else { return line }
            let end = reader.runEnd(from: name, of: Self.visible.subtracting("\\"), limit: 60)
            line = Self.skipSeparators(&reader, from: end)
        }
        return line
    }
}
