/// E-mail addresses: a mailbox name, `@`, a domain of at least two labels whose last is made of letters.
enum EmailMatcher {
    static let trigger = "[A-Za-z0-9_+\\-]@[A-Za-z0-9]"
    private static let longestMailbox = 64
    private static let longestDomain = 128
    private static let userParts = ByteClass.mailboxes.union("~%!$*=:@")
    private static let internationalTop = "xn--"

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let at = hit - 2
        guard let start = Self.mailboxStart(reader, at: at) else { return nil }
        reader.candidate = start
        guard let end = Self.domainEnd(&reader, from: at + 1) else { return nil }
        return Match(start..<end)
    }

    private static func mailboxStart(_ reader: borrowing Reader, at: Int) -> Int? {
        var start = reader.runStart(to: at, of: .mailboxes, limit: Self.longestMailbox + 1)
        guard at - start <= Self.longestMailbox else { return nil }
        start += Self.escapeTail(reader, before: start)
        for offset in start..<at
        where reader.before(offset) == UInt8(ascii: ".") && reader.before(offset + 1) == UInt8(ascii: ".") {
            start = offset + 2
        }
        while start < at, !ByteClass.words.contains(reader.before(start)) { start += 1 }
        guard start < at else { return nil }
        // The user of `ssh://user@host`, and of `git@host:path`, is nobody's mailbox.
        let user = reader.runStart(to: start, of: Self.userParts, limit: 50)
        if reader.before(user - 1) == UInt8(ascii: "/"), reader.before(user - 2) == UInt8(ascii: "/"),
            reader.before(user - 3) == UInt8(ascii: ":")
        {
            return nil
        }
        let isGit =
            at - start == 3 && reader.before(start) == UInt8(ascii: "g")
            && reader.before(start + 1) == UInt8(ascii: "i")
            && reader.before(start + 2) == UInt8(ascii: "t")
        return isGit ? nil : start
    }

    /// How many bytes at the start belong to an escape before the address: the `n` of `\n`, the `3C` of `%3C`.
    private static func escapeTail(_ reader: borrowing Reader, before start: Int) -> Int {
        switch reader.before(start - 1) {
        case UInt8(ascii: "\\"): reader.before(start).isOne(of: "nrt") ? 1 : 0
        case UInt8(ascii: "%"):
            ByteClass.hexadecimal.contains(reader.before(start))
                && ByteClass.hexadecimal.contains(reader.before(start + 1))
                ? 2 : 0
        default: 0
        }
    }

    @_lifetime(reader: copy reader)
    private static func domainEnd(_ reader: inout Reader, from start: Int) -> Int? {
        var end = reader.runEnd(from: start, of: .domains, limit: Self.longestDomain)
        var labelStart = start
        var labels = 0
        var isNumeric = true
        var accepted: Int?
        // Accepts the longest run of labels that ends in one that may be a top-level domain.
        while labelStart < end {
            var labelEnd = labelStart
            while labelEnd < end, reader.before(labelEnd) != UInt8(ascii: ".") { labelEnd += 1 }
            while labelEnd > labelStart, reader.before(labelEnd - 1) == UInt8(ascii: "-") {
                labelEnd -= 1
                end = labelEnd
            }
            guard labelEnd > labelStart, labelEnd - labelStart <= 63, reader.before(labelStart) != UInt8(ascii: "-")
            else { break }
            labels += 1
            if labels <= 2 { isNumeric = isNumeric && Self.isNumber(reader, labelStart..<labelEnd) }
            // `icon@2x.png` is a picture, `package@1.2.3-beta.js` a version.
            if labels == 1, Self.isScale(reader, labelStart..<labelEnd) { return nil }
            if labels == 2, isNumeric { return nil }
            if labels >= 2, Self.isTop(&reader, labelStart..<labelEnd) { accepted = labelEnd }
            labelStart = labelEnd + 1
        }
        return accepted
    }

    @_lifetime(reader: copy reader)
    private static func isTop(_ reader: inout Reader, _ label: Range<Int>) -> Bool {
        guard (2...24).contains(label.count) else { return false }
        if label.count > 4, reader.reads(Self.internationalTop, at: label.lowerBound) { return true }
        return label.allSatisfy { ByteClass.letters.contains(reader.before($0)) }
    }

    private static func isNumber(_ reader: borrowing Reader, _ label: Range<Int>) -> Bool {
        for offset in label where !ByteClass.digits.contains(reader.before(offset)) { return false }
        return true
    }

    private static func isScale(_ reader: borrowing Reader, _ label: Range<Int>) -> Bool {
        reader.before(label.upperBound - 1) == UInt8(ascii: "x") && label.count > 1
            && Self.isNumber(reader, label.lowerBound..<label.upperBound - 1)
    }
}
