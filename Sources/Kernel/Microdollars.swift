/// An amount of money in millionths of a US dollar: exact, never floating point.
///
/// As a price it is an amount for a million tokens, so that the cheapest unit that can be told apart is a millionth of
/// a millionth of a dollar a token.
package struct Microdollars: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
    package let value: Int64

    package init(_ value: Int64) { self.value = value }
    package init(integerLiteral value: Int64) { self.value = value }

    /// Reads dollars as people write them, such as `2.50`: digits, and at most six behind a point.
    ///
    /// nil where the text is anything else, or more than a billion dollars.
    package init?(dollars text: some StringProtocol) {
        var whole: Int64 = 0
        var fraction: Int64 = 0
        var fractionDigits: Int?
        var wholeDigits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: ".") where fractionDigits == nil && wholeDigits > 0: fractionDigits = 0
            case 0x30...0x39:
                let digit = Int64(byte - 0x30)
                if let count = fractionDigits {
                    guard count < 6 else { return nil }
                    fraction = fraction * 10 + digit
                    fractionDigits = count + 1
                } else {
                    whole = whole * 10 + digit
                    wholeDigits += 1
                    guard whole <= 1_000_000_000 else { return nil }
                }
            default: return nil
            }
        }
        guard wholeDigits > 0, fractionDigits != 0 else { return nil }
        for _ in (fractionDigits ?? 0)..<6 { fraction *= 10 }
        self.value = whole * 1_000_000 + fraction
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// The sum; at the ends of the range it stays there, so that no amount wraps around to a small one.
    package static func + (left: Self, right: Self) -> Self {
        let (sum, overflow) = left.value.addingReportingOverflow(right.value)
        return overflow ? Self(left.value > 0 ? .max : .min) : Self(sum)
    }

    /// The difference; at the ends of the range it stays there.
    package static func - (left: Self, right: Self) -> Self {
        let (difference, overflow) = left.value.subtractingReportingOverflow(right.value)
        return overflow ? Self(left.value > 0 ? .max : .min) : Self(difference)
    }
}

extension Microdollars: CustomStringConvertible {
    /// In dollars with as many digits as it takes: `2.5`, `0.000001`, `15`.
    package var description: String {
        let (whole, rest) = self.value.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = self.value < 0 ? "-" : ""
        text += String(whole)
        guard rest > 0 else { return text }
        text += "."
        // Every answer tells its cost, so that no string is made only to be thrown away.
        var unit: UInt64 = 100_000
        var left = rest
        while left > 0 {
            text.unicodeScalars.append(Unicode.Scalar(UInt8(0x30 + left / unit)))
            left %= unit
            unit /= 10
        }
        return text
    }
}
