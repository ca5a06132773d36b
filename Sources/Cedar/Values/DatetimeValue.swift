/// A moment, in milliseconds since 1970-01-01 UTC: `datetime("2024-10-15T11:35:00Z")`.
package struct DatetimeValue: Hashable, Sendable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    static let day: Int64 = 86_400_000

    /// Reads `YYYY-MM-DD`, alone or with `Thh:mm:ss`, optional `.mmm`, and `Z` or an offset such as `+0130`; nil for
    /// anything else and for moments that no calendar has.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let year = Self.number(bytes, 0..<4), bytes[4] == UInt8(ascii: "-"),
            let month = Self.number(bytes, 5..<7), bytes[7] == UInt8(ascii: "-"),
            let day = Self.number(bytes, 8..<10), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        var milliseconds = Self.days(beforeYear: year, month: month, day: day) * Self.day
        if bytes.count > 10 {
            guard let time = Self.time(bytes) else { return nil }
            milliseconds += time
        }
        self.milliseconds = milliseconds
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    // MARK: Methods of the language

    func offset(by duration: DurationValue) -> DatetimeValue? {
        let (sum, isTooLarge) = self.milliseconds.addingReportingOverflow(duration.milliseconds)
        return isTooLarge ? nil : DatetimeValue(milliseconds: sum)
    }

    func duration(since other: DatetimeValue) -> DurationValue? {
        let (difference, isTooLarge) = self.milliseconds.subtractingReportingOverflow(other.milliseconds)
        return isTooLarge ? nil : DurationValue(milliseconds: difference)
    }

    /// The time of day.
    var time: DurationValue {
        let remainder = self.milliseconds % Self.day
        return DurationValue(milliseconds: remainder < 0 ? remainder + Self.day : remainder)
    }

    /// The moment at which the day begins; nil where that is too far in the past.
    var date: DatetimeValue? {
        let (start, isTooLarge) = self.milliseconds.subtractingReportingOverflow(self.time.milliseconds)
        return isTooLarge ? nil : DatetimeValue(milliseconds: start)
    }

    // MARK: Reading

    private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
        guard range.upperBound <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[range] {
            guard let next = value.appending(digit: byte) else { return nil }
            value = next
        }
        return value
    }

    /// Milliseconds from the day's begin, in UTC, of what stands behind the date.
    private static func time(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), let hour = self.number(bytes, 11..<13),
            bytes[13] == UInt8(ascii: ":"), let minute = self.number(bytes, 14..<16),
            bytes[16] == UInt8(ascii: ":"), let second = self.number(bytes, 17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var offset = 19
        var milliseconds = ((hour * 60 + minute) * 60 + second) * 1_000
        if bytes[offset] == UInt8(ascii: ".") {
            guard let fraction = self.number(bytes, 20..<23), bytes.count > 23 else { return nil }
            milliseconds += fraction
            offset = 23
        }
        switch bytes[offset] {
        case UInt8(ascii: "Z"): return bytes.count == offset + 1 ? milliseconds : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard bytes.count == offset + 5, let hours = self.number(bytes, (offset + 1)..<(offset + 3)),
                let minutes = self.number(bytes, (offset + 3)..<(offset + 5)), hours < 24, minutes < 60
            else { return nil }
            let shift = (hours * 60 + minutes) * 60_000
            return bytes[offset] == UInt8(ascii: "+") ? milliseconds - shift : milliseconds + shift
        default: return nil
        }
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar: years begin in March here, so that a leap day is the
    /// last of its year.
    private static func days(beforeYear year: Int64, month: Int64, day: Int64) -> Int64 {
        // One cycle of 400 years is added so that all is positive from the year 0 on.
        let marchYear = (month > 2 ? year : year - 1) + 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
        return days - 719_468 - 146_097
    }
}
