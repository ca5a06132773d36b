// Heads and frames are written in one piece: a buffer's room is looked at once, not for each word.
extension OutputRawSpan {
    /// The most digits that a number has, decimal or hexadecimal.
    static let longestNumber = 20

    /// Appends an ASCII literal.
    mutating func append(_ text: StaticString) {
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ bytes: RawSpan) {
        // SAFE: the pointer does not outlive the closure.
        unsafe bytes.withUnsafeBytes { unsafe self.append($0) }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= self.freeCapacity)
        // SAFE: there is room for all of them, and what is initialised is counted.
        unsafe self.withUnsafeMutableBytes { target, count in
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
            count += bytes.count
        }
    }

    /// Appends a number that is not negative in decimal digits.
    mutating func appendDecimal(_ number: Int) { self.appendDigits(UInt(number), radix: 10) }

    /// Appends a number that is not negative in hexadecimal digits, as the size of a chunk is written.
    mutating func appendHexadecimal(_ number: Int) { self.appendDigits(UInt(number), radix: 16) }

    private mutating func appendDigits(_ number: UInt, radix: UInt) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = Self.longestNumber
        var rest = number
        repeat {
            first -= 1
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            digits[first] = digit < 10 ? digit + 0x30 : digit - 10 + 0x61
            rest /= radix
        } while rest > 0
        for index in first..<Self.longestNumber { self.append(digits[index]) }
    }
}
