import Kernel
import Settings

/// A decimal number as JSON writes it, such as `1.5e-07`: exact, never floating point.
struct DecimalNumber: Hashable, Sendable {
    /// The number is `digits` times ten to the `exponent`.
    private let digits: Int128
    private let exponent: Int

    /// Reads a number; nil where it is none, is negative, or has more than 30 digits behind the zeros before them.
    init?(_ text: some StringProtocol) {
        var digits: Int128 = 0
        var exponent = 0
        var count = 0
        var significant = 0
        var isFraction = false
        var bytes = Substring(text).utf8
        while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            bytes.removeFirst()
            if byte == UInt8(ascii: "."), !isFraction, count > 0 {
                isFraction = true
                continue
            }
            guard (0x30...0x39).contains(byte), significant < 30 else { return nil }
            digits = digits * 10 + Int128(byte - 0x30)
            count += 1
            if digits > 0 { significant += 1 }
            if isFraction { exponent -= 1 }
        }
        guard count > 0 else { return nil }
        if !bytes.isEmpty {
            guard let shift = Int(String(Substring(bytes.dropFirst()))), (-1000...1000).contains(shift) else {
                return nil
            }
            exponent += shift
        }
        self.digits = digits
        self.exponent = exponent
    }

    var isZero: Bool { self.digits == 0 }

    /// The number times `factor` times ten to the `power`, rounded up; nil where it is beyond a billion dollars.
    func microdollars(times factor: Int128 = 1, tenTo power: Int) -> Microdollars? {
        guard !self.isZero else { return 0 }
        var value = self.digits * factor
        var shift = self.exponent + power
        while shift > 0 {
            guard value <= 1_000_000_000_000_000 else { return nil }
            value *= 10
            shift -= 1
        }
        var hasRest = false
        while shift < 0, value > 0 {
            hasRest = hasRest || value % 10 != 0
            value /= 10
            shift += 1
        }
        value += hasRest ? 1 : 0
        return value <= 1_000_000_000_000_000 ? Microdollars(Int64(value)) : nil
    }

    /// Whether two pairs have the same ratio, and what it is in millionths; nil where it has more digits.
    static func share(of part: Self, in whole: Self) -> Int64? {
        guard !whole.isZero else { return nil }
        let low = min(part.exponent, whole.exponent)
        guard part.exponent - low <= 12, whole.exponent - low <= 12 else { return nil }
        let numerator = part.digits * Self.power(part.exponent - low) * 1_000_000
        let denominator = whole.digits * Self.power(whole.exponent - low)
        guard numerator % denominator == 0 else { return nil }
        return Int64(exactly: numerator / denominator)
    }

    private static func power(_ exponent: Int) -> Int128 {
        (0..<max(0, exponent)).reduce(1) { value, _ in value * 10 }
    }
}
