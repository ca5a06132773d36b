/// Shapes that carry data away when an answer is shown: an image or a link whose address holds it, a page as data.
enum ExfiltrationMatcher: Hashable, Sendable {
    case image, link, dataURL, tag

    var trigger: String {
        switch self {
        case .image: "!\\[[^\\]\\n]{0,64}\\]\\( ?<?https?://"
        case .link: "(?:^|[^!])\\[[^\\]\\n]{1,64}\\]\\( ?<?https?://"
        case .dataURL: "(?i)data:(?:text/html|text/javascript|application/javascript|image/svg\\+xml)[;,]"
        case .tag:
            "(?i)<(?:img|iframe|script|link|object|embed|video|audio|source)[ /][^>\\n]{0,64}?(?:src|href|data) ?= ?[\"']?https?://"
        }
    }

    private static let addresses = ByteClass("!"..."~").subtracting(")\"'<>`")
    /// A link is followed by a person, who may look at it; so it must carry more to be told.
    private static let longestPlain = 40

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        if self == .dataURL {
            var start = hit - 5
            while start > 0, hit - start < 64,
                reader.before(start) | 0x20 != UInt8(ascii: "d") || reader.before(start + 4) != UInt8(ascii: ":")
            {
                start -= 1
            }
            reader.candidate = start
            let end = reader.runEnd(from: hit, of: Self.addresses, limit: Tail.decided)
            return end > hit ? Match(start..<end) : nil
        }
        let opener: UInt8 = self == .tag ? UInt8(ascii: "<") : UInt8(ascii: "[")
        var start = hit - 1
        while start > 0, hit - start < 110, reader.before(start) != opener { start -= 1 }
        if self == .image { start = max(0, start - 1) }
        reader.candidate = start
        let end = reader.runEnd(from: hit, of: Self.addresses, limit: Tail.decided)
        guard let question = (hit..<end).first(where: { reader.before($0) == UInt8(ascii: "?") }) else {
            // Or the data is the path: one long part that nobody would name a file.
            return Self.hidesData(reader, hit..<end) ? Match(start..<end, percent: 60) : nil
        }
        let carried = end - question - 1
        guard carried >= (self == .link ? Self.longestPlain : 4),
            (question..<end).contains(where: { reader.before($0) == UInt8(ascii: "=") })
        else { return nil }
        return Match(start..<end, percent: carried >= 24 ? nil : 60)
    }

    /// Whether a part of a path is long and as mixed as an encoding is.
    private static func hidesData(_ reader: borrowing Reader, _ range: Range<Int>) -> Bool {
        var run = 0
        for offset in range {
            let byte = reader.before(offset)
            if ByteClass.alphanumerics.contains(byte) || "_%=+".utf8.contains(byte) { run += 1 } else { run = 0 }
            if run >= 64 {
                let value = SecretValue(reader.bytes, offset - 63..<offset + 1)
                if value.uppers > 4, value.lowers > 4, value.digits > 4, value.entropy >= 4 { return true }
            }
        }
        return false
    }
}
