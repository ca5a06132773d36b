/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
package struct Timestamp: Hashable, Sendable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// The time that lies `duration` later, to the microsecond.
    package func advanced(by duration: Duration) -> Timestamp {
        Timestamp(microseconds: self.microseconds + duration.microseconds)
    }

    /// The time from `earlier` to this one; negative where this one is earlier.
    package func duration(since earlier: Timestamp) -> Duration {
        .microseconds(self.microseconds - earlier.microseconds)
    }

    /// Whole seconds since the epoch, as the wire formats of model providers want it.
    package var unixSeconds: Int64 { self.microseconds / 1_000_000 }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-11-21T08:15:30.123Z`.
    package var description: String {
        let milliseconds = self.microseconds.floorDivided(by: 1000)
        let seconds = milliseconds.floorDivided(by: 1000)
        let days = seconds.floorDivided(by: 86400)
        let second = seconds - days * 86400
        let (year, month, day) = Self.civil(fromDays: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return """
            \(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\
            \(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\
            \(padded(milliseconds - seconds * 1000, 3))Z
            """
    }

    /// Reads RFC 3339 in UTC (`2026-11-21T08:15:30Z`, fractions allowed) or a date alone; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        func has(_ character: Character, at index: Int) -> Bool {
            index < bytes.count && bytes[index] == character.asciiValue
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), (1...12).contains(month),
            has("-", at: 7), let day = number(8..<10), (1...31).contains(day)
        else { return nil }
        let midnight = Self.days(fromCivil: (year, month, day))
        guard Self.civil(fromDays: midnight) == (year, month, day) else { return nil }
        if bytes.count == 10 {
            self.init(microseconds: midnight * 86_400_000_000)
            return
        }
        guard has("T", at: 10), let hour = number(11..<13), hour < 24, has(":", at: 13), let minute = number(14..<16),
            minute < 60, has(":", at: 16), let second = number(17..<19), second < 60
        else { return nil }
        var fraction: Int64 = 0
        var end = 19
        if has(".", at: 19) {
            var scale: Int64 = 100_000
            end = 20
            while let digit = number(end..<(end + 1)) {
                fraction += digit * scale
                scale /= 10
                end += 1
            }
            guard end > 20 else { return nil }
        }
        guard has("Z", at: end), bytes.count == end + 1 else { return nil }
        self.init(
            microseconds: ((midnight * 24 + hour) * 3600 + minute * 60 + second) * 1_000_000 + fraction)
    }

    // The two conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func days(fromCivil date: (year: Int64, month: Int64, day: Int64)) -> Int64 {
        let year = date.month <= 2 ? date.year - 1 : date.year
        let era = year.floorDivided(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// What tells the time. The Server has the one that asks the system; tests move theirs by hand.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}

extension Duration {
    /// Whole microseconds, towards zero.
    package var microseconds: Int64 {
        self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
