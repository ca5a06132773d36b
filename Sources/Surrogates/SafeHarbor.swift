/// The parts of the HIPAA Safe Harbor rule (45 CFR 164.514(b)(2)) that do not take a value out but make it coarser:
/// dates to their year, ZIP codes to three digits, ages over 89 to one group.
package enum SafeHarbor {
    /// What one rule makes coarser.
    package struct Change: Hashable, Sendable {
        /// `safe_harbor.date`, `safe_harbor.zip` or `safe_harbor.age`.
        package let rule: String
        package let replacement: Replacement
    }

    /// The first three digits of ZIP codes where 20,000 people or fewer live (census of 2000, as in the guidance of the
    /// Department of Health and Human Services); they become 000.
    static let rareZips: Set<Int> = [
        36, 59, 63, 102, 203, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890, 893,
    ]

    private static let months: Set<String> = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
    private static let states: Set<String> = [
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
        "LA",
        "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK",
        "OR",
        "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "VI", "WA", "WV", "WI", "WY",
    ]

    /// What the rule makes coarser in a text, in order and without overlaps. Linear in the text.
    package static func changes(in text: Span<UInt8>) -> [Change] {
        let words = Self.words(text)
        var changes: [Change] = []
        var index = 0
        while index < words.count {
            if let (count, change) = Self.date(words, index) ?? Self.zip(words, index) ?? Self.age(words, index) {
                changes.append(change)
                index += count
            } else {
                index += 1
            }
        }
        return changes
    }

    /// A run of letters or of digits, or a single other byte.
    private struct Word {
        let range: Range<Int>
        let text: String
        var number: Int? { self.text.utf8.count <= 4 || self.text.utf8.count == 5 ? Int(self.text) : nil }
        var isDigits: Bool { self.text.utf8.first.map { (0x30...0x39).contains($0) } ?? false }
    }

    private static func words(_ text: Span<UInt8>) -> [Word] {
        func kind(_ byte: UInt8) -> Int {
            switch byte {
            case 0x30...0x39: 1
            case 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: 2
            case 0x20, 0x09, 0x0A, 0x0D: 3
            default: 0
            }
        }
        var words: [Word] = []
        var start = 0
        while start < text.count {
            let own = kind(text[start])
            var end = start + 1
            while own != 0, end < text.count, kind(text[end]) == own { end += 1 }
            var bytes: [UInt8] = []
            // A long run is no word of interest.
            if end - start <= 16 { for index in start..<end { bytes.append(text[index]) } }
            words.append(Word(range: start..<end, text: own == 3 ? " " : String(decoding: bytes, as: UTF8.self)))
            start = end
        }
        return words
    }

    private static func change(_ rule: String, _ first: Word, _ last: Word, _ content: String) -> Change {
        Change(
            rule: "safe_harbor.\(rule)",
            replacement: Replacement(first.range.lowerBound..<last.range.upperBound, Array(content.utf8)))
    }

    private static func word(_ words: [Word], _ index: Int) -> Word? {
        words.indices.contains(index) ? words[index] : nil
    }

    private static func isYear(_ word: Word?) -> Bool {
        guard let word, word.text.utf8.count == 4, let number = word.number else { return false }
        return (1850...2150).contains(number)
    }

    private static func isSmall(_ word: Word?, _ limit: Int) -> Bool {
        guard let word, word.isDigits, word.text.utf8.count <= 2, let number = word.number else { return false }
        return (1...limit).contains(number)
    }

    /// The year of a date; two digits of a year are kept as they are.
    private static func date(_ words: [Word], _ index: Int) -> (Int, Change)? {
        let first = words[index]
        // Not within a longer number.
        if let before = Self.word(words, index - 1), ["-", "/", ".", "_"].contains(before.text),
            Self.word(words, index - 2)?.isDigits == true
        {
            return nil
        }
        if first.isDigits {
            if let separator = Self.word(words, index + 1), ["/", "-", "."].contains(separator.text),
                Self.word(words, index + 3)?.text == separator.text, let middle = Self.word(words, index + 2),
                let last = Self.word(words, index + 4), last.isDigits
            {
                let end = Self.word(words, index + 5)
                if end?.text == separator.text, Self.word(words, index + 6)?.isDigits == true { return nil }
                if Self.isYear(first), Self.isSmall(middle, 12), Self.isSmall(last, 31) {
                    return (5, Self.change("date", first, last, first.text))
                }
                if Self.isSmall(first, 31), Self.isSmall(middle, 31), Self.isYear(last) || last.text.utf8.count == 2 {
                    return (5, Self.change("date", first, last, last.text))
                }
            }
            // 4 March 2020, 4th of March
            if Self.isSmall(first, 31) {
                var next = index + 1
                if let suffix = Self.word(words, next), ["st", "nd", "rd", "th"].contains(suffix.text) { next += 1 }
                next = Self.skip(words, next, ["of"])
                if let month = Self.word(words, next), Self.months.contains(month.text.lowercased()), next > index + 1 {
                    return Self.dated(words, index, upTo: next)
                }
            }
            return nil
        }
        // March 4, 2020; March 4th; March 2020
        guard Self.months.contains(first.text.lowercased()) else { return nil }
        var next = Self.skip(words, index + 1, ["."])
        guard next > index + 1 else { return nil }
        if Self.isSmall(Self.word(words, next), 31) {
            var last = next
            if let suffix = Self.word(words, next + 1), ["st", "nd", "rd", "th"].contains(suffix.text) { last += 1 }
            return Self.dated(words, index, upTo: last)
        }
        next = Self.skip(words, index + 1, [".", ","])
        guard let year = Self.word(words, next), Self.isYear(year), first.text.first?.isUppercase == true else {
            return nil
        }
        return (next - index + 1, Self.change("date", first, year, year.text))
    }

    /// Up to a year that follows; without one the whole date is taken out.
    private static func dated(_ words: [Word], _ index: Int, upTo last: Int) -> (Int, Change) {
        let next = Self.skip(words, last + 1, [".", ","])
        if let year = Self.word(words, next), Self.isYear(year), next > last + 1 {
            return (next - index + 1, Self.change("date", words[index], year, year.text))
        }
        return (last - index + 1, Self.change("date", words[index], words[last], "[date]"))
    }

    private static func skip(_ words: [Word], _ index: Int, _ signs: Set<String>) -> Int {
        var next = index
        while let word = Self.word(words, next), word.text == " " || signs.contains(word.text), next < index + 4 {
            next += 1
        }
        return next
    }

    private static func zip(_ words: [Word], _ index: Int) -> (Int, Change)? {
        let first = words[index]
        guard first.isDigits, first.text.utf8.count == 5, let number = first.number else { return nil }
        // Behind a state, or behind the word for it.
        var before = index - 1
        while let word = Self.word(words, before), [" ", ":", ",", ".", "\"", "="].contains(word.text),
            before > index - 4
        {
            before -= 1
        }
        guard let word = Self.word(words, before),
            Self.states.contains(word.text)
                || ["zip", "zipcode", "postal", "postcode"].contains(word.text.lowercased())
                || (word.text.lowercased() == "code" && Self.word(words, before - 2)?.text.lowercased() == "zip")
        else { return nil }
        var count = 1
        var last = first
        if Self.word(words, index + 1)?.text == "-", let more = Self.word(words, index + 2), more.isDigits,
            more.text.utf8.count == 4
        {
            count = 3
            last = more
        }
        let area = number / 100
        let digits = Self.rareZips.contains(area) ? "000" : String(first.text.prefix(3))
        return (count, Self.change("zip", first, last, digits))
    }

    private static func age(_ words: [Word], _ index: Int) -> (Int, Change)? {
        let first = words[index]
        guard first.isDigits, let number = first.number, (90...130).contains(number), first.text.utf8.count <= 3 else {
            return nil
        }
        var next = index + 1
        while let word = Self.word(words, next), word.text == " " || word.text == "-", next < index + 3 { next += 1 }
        let after = Self.word(words, next)?.text.lowercased() ?? ""
        var before = index - 1
        while let word = Self.word(words, before), [" ", ":", "=", "\"", ","].contains(word.text), before > index - 5 {
            before -= 1
        }
        let ahead = Self.word(words, before)?.text.lowercased() ?? ""
        let isYears =
            (after == "year" || after == "years" || after == "yr" || after == "yrs" || after == "yo" || after == "y")
            && next > index
        guard isYears || ahead == "age" || ahead == "aged" else { return nil }
        return (1, Self.change("age", first, first, "90+"))
    }
}
