/// The check digit of ISO/IEC 7812-1, annex B.
package enum Luhn {
    /// Whether the last of the first `count` digits checks the others.
    package static func isValid(_ digits: InlineArray<19, UInt8>, count: Int) -> Bool {
        var sum = 0
        for index in 0..<count {
            let digit = Int(digits[count - 1 - index])
            sum += index % 2 == 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)
        }
        return sum % 10 == 0
    }
}
