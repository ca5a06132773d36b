/// A number of bytes, written plainly or with a binary unit: `4096`, `32KiB`, `32MiB`, `1GiB`.
package struct ByteCount: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package static func kibibytes(_ count: Int) -> Self { Self(bytes: count << 10) }
    package static func mebibytes(_ count: Int) -> Self { Self(bytes: count << 20) }

    init(_ text: String) throws(Refusal) {
        guard let (count, unit) = text.splitAfterDigits() else { throw Refusal() }
        switch unit {
        case "": self.bytes = count
        case "KiB": self.bytes = try Self.scaled(count, 10)
        case "MiB": self.bytes = try Self.scaled(count, 20)
        case "GiB": self.bytes = try Self.scaled(count, 30)
        default:
            guard let letter = unit.uppercased().first, "KMG".contains(letter) else { throw Refusal() }
            throw Refusal(hint: "write \(count)\(letter)iB; 1 KiB is 1024 bytes")
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// With the largest unit that leaves a whole number.
    package var description: String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where self.bytes > 0 {
            if self.bytes % (1 << shift) == 0 { return "\(self.bytes >> shift)\(unit)" }
        }
        return String(self.bytes)
    }

    private static func scaled(_ count: Int, _ shift: Int) throws(Refusal) -> Int {
        guard count <= Int.max >> shift else { throw Refusal() }
        return count << shift
    }
}

extension String {
    /// The whole number that the text begins with, and what follows; nil where it begins with none or it is too large.
    func splitAfterDigits() -> (number: Int, rest: Substring)? {
        let digits = self.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(self[..<digits.endIndex]) else { return nil }
        return (number, self[digits.endIndex...])
    }
}
