/// A number as ASCII digits, on the stack: for Content-Length and chunk sizes.
package struct Digits: Sendable {
    private var storage = InlineArray<20, UInt8>(repeating: 0)
    private var start = 20

    /// Decimal digits, without leading zeros.
    package init(decimal value: Int) {
        self.init(value, base: 10)
    }

    /// Lower-case hexadecimal digits, without leading zeros.
    package init(hexadecimal value: Int) {
        self.init(value, base: 16)
    }

    /// The digits.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { self.storage.span.extracting(self.start..<20) }
    }

    private init(_ value: Int, base: Int) {
        precondition(value >= 0, "lengths are not negative")
        var rest = value
        repeat {
            let digit = UInt8(rest % base)
            rest /= base
            self.start -= 1
            self.storage[self.start] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        } while rest > 0
    }
}
