/// A span of time in milliseconds: `duration("1d2h")`.
package struct DurationValue: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    private static let units: [(name: [UInt8], milliseconds: Int64)] = [
        (Array("d".utf8), 86_400_000), (Array("h".utf8), 3_600_000), (Array("m".utf8), 60_000),
        (Array("s".utf8), 1_000), (Array("ms".utf8), 1),
    ]

    /// Reads numbers with the units `d`, `h`, `m`, `s`, `ms`, each at most once and in this order, with an optional
    /// minus sign before all; nil for anything else and for what does not fit.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        var offset = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { offset = 1 }
        guard offset < bytes.count else { return nil }
        var units = Self.units[...]
        var total: Int64 = 0
        while offset < bytes.count {
            let start = offset
            var number: Int64 = 0
            while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) {
                guard let next = number.appending(digit: bytes[offset], isNegative: isNegative) else { return nil }
                number = next
                offset += 1
            }
            let unitStart = offset
            while offset < bytes.count, !(0x30...0x39).contains(bytes[offset]) { offset += 1 }
            let name = bytes[unitStart..<offset]
            guard unitStart > start, let unit = units.firstIndex(where: { $0.name[...] == name }) else { return nil }
            let (part, isTooLarge) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, isBeyond) = total.addingReportingOverflow(part)
            guard !isTooLarge, !isBeyond else { return nil }
            total = sum
            units = units[(unit + 1)...]
        }
        self.milliseconds = total
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package var description: String { "\(self.milliseconds)ms" }
}
