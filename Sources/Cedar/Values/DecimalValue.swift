/// A number with four decimal places: `decimal("12.3400")`.
package struct DecimalValue: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The value in ten-thousandths.
    package let tenThousandths: Int64

    package init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// Reads digits, a point and one to four digits, with an optional minus sign; nil for anything else and for what
    /// does not fit.
    package init?(_ text: Text) {
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes = bytes.dropFirst() }
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let whole = bytes[..<point]
        let fraction = bytes[(point + 1)...]
        guard !whole.isEmpty, (1...4).contains(fraction.count) else { return nil }
        var value: Int64 = 0
        for byte in whole + fraction {
            guard let next = value.appending(digit: byte, isNegative: isNegative) else { return nil }
            value = next
        }
        for _ in fraction.count..<4 {
            guard let next = value.appending(digit: UInt8(ascii: "0"), isNegative: isNegative) else { return nil }
            value = next
        }
        self.tenThousandths = value
    }

    package static func < (left: Self, right: Self) -> Bool { left.tenThousandths < right.tenThousandths }

    /// With as many decimal places as are needed, at least one.
    package var description: String {
        let magnitude = self.tenThousandths.magnitude
        var fraction = String(magnitude % 10_000)
        fraction = String(repeating: "0", count: 4 - fraction.utf8.count) + fraction
        while fraction.utf8.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(self.tenThousandths < 0 ? "-" : "")\(magnitude / 10_000).\(fraction)"
    }
}

extension Int64 {
    /// The number with one more decimal digit; nil where that is no digit or does not fit.
    func appending(digit: UInt8, isNegative: Bool = false) -> Int64? {
        guard (0x30...0x39).contains(digit) else { return nil }
        let (product, isTooLarge) = self.multipliedReportingOverflow(by: 10)
        let value = Int64(digit - 0x30)
        let (sum, isBeyond) =
            isNegative ? product.subtractingReportingOverflow(value) : product.addingReportingOverflow(value)
        return isTooLarge || isBeyond ? nil : sum
    }
}
