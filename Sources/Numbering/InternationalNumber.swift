/// The digits of a telephone number from its country code on, checked against the lengths in use (E.164, E.164.1).
package struct InternationalNumber {
    private var value = 0
    private var count = 0
    private var gap = 0
    /// Its first digits, as soon as there are as many.
    private var first = 0
    private var firstTwo = 0
    private var firstThree = 0
    /// How many groups of digits it is written in.
    package private(set) var groups = 0

    /// A number without digits yet.
    package init() {}

    /// Takes the next digit; false if there are too many.
    package mutating func append(_ digit: UInt8) -> Bool {
        guard self.count < 15 else { return false }
        if self.gap > 0 || self.count == 0 { self.groups += 1 }
        self.gap = 0
        self.count += 1
        self.value = self.value * 10 + Int(digit)
        switch self.count {
        case 1: self.first = self.value
        case 2: self.firstTwo = self.value
        case 3: self.firstThree = self.value
        default: break
        }
        return true
    }

    /// Takes a sign between groups; false if there are too many in a row.
    @discardableResult
    package mutating func endGroup() -> Bool {
        self.gap += 1
        return self.gap <= 3 && self.count > 0
    }

    /// Whether a subscriber of that country may have as many digits.
    package var isPlausible: Bool {
        guard self.count >= 7 else { return false }
        if let lengths = Self.lengths[self.first] {
            return lengths.contains(self.count - 1)
        }
        if let lengths = Self.lengths[self.firstTwo] { return lengths.contains(self.count - 2) }
        guard Self.longCodes.contains(self.firstTwo) else { return false }
        return (Self.longCodeLengths[self.firstThree] ?? Self.usualLengths).contains(self.count - 3)
    }

    /// The first two digits of the country codes of three.
    private static let longCodes = [
        21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99,
    ]
    private static let usualLengths = 7...10
    /// Countries with codes of three digits whose numbers are shorter or longer than usual.
    private static let longCodeLengths: [Int: ClosedRange<Int>] = [
        298: 6...6, 299: 6...6, 350: 8...8, 352: 6...11, 358: 6...12, 359: 7...9, 376: 6...9, 381: 7...10, 421: 9...9,
        500: 5...5, 508: 6...9, 597: 6...7, 598: 7...8, 672: 6...6, 676: 5...7, 677: 5...7, 678: 5...7, 681: 6...9,
        682: 5...5, 685: 5...7, 686: 5...8, 687: 6...6, 688: 5...7, 689: 6...9, 886: 8...10, 962: 8...9, 977: 8...10,
        996: 9...9,
    ]
    /// How many digits follow the country codes of one and two digits, by the code.
    private static let lengths: [ClosedRange<Int>?] = (0..<100).map { Self.known[$0] }
    private static let known: [Int: ClosedRange<Int>] = [
        1: 10...10, 7: 10...10, 20: 8...10, 27: 9...9, 30: 10...10, 31: 9...9, 32: 8...9, 33: 9...9, 34: 9...9,
        36: 8...9, 39: 6...12, 40: 9...9, 41: 9...9, 43: 7...13, 44: 9...10, 45: 8...8, 46: 7...10, 47: 8...8,
        48: 9...9, 49: 6...13, 51: 8...9, 52: 10...11, 53: 8...8, 54: 10...11, 55: 10...11, 56: 9...9, 57: 8...10,
        58: 10...10, 60: 8...10, 61: 9...9, 62: 7...12, 63: 8...10, 64: 8...10, 65: 8...8, 66: 8...9, 81: 9...10,
        82: 8...11, 84: 9...10, 86: 10...11, 90: 10...10, 91: 10...10, 92: 9...10, 93: 9...9, 94: 9...9, 95: 6...10,
        98: 10...10,
    ]
}
