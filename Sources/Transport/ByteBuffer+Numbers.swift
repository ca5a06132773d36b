import NIOCore

extension ByteBuffer {
    /// Writes a number that is not negative in decimal digits.
    mutating func writeDecimal(_ number: Int) { self.writeDigits(UInt(number), radix: 10) }

    /// Writes a number that is not negative in hexadecimal digits, as the size of a chunk is written.
    mutating func writeHexadecimal(_ number: Int) { self.writeDigits(UInt(number), radix: 16) }

    private mutating func writeDigits(_ number: UInt, radix: UInt) {
        var power: UInt = 1
        while number / power >= radix { power *= radix }
        while power > 0 {
            let digit = UInt8(truncatingIfNeeded: number / power % radix)
            self.writeInteger(digit < 10 ? digit + 0x30 : digit - 10 + 0x61)
            power /= radix
        }
    }
}
