/// Writes compact JSON into a byte array: the caller gives names and values in order, commas follow by themselves.
///
/// Nesting is the caller's: each `begin…` needs its `end…`. Strings are escaped, numbers are integers; where a value
/// is JSON already, `raw` takes it as it is.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(reserving capacity: Int = 256) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
    }

    package mutating func beginObject() { self.open(UInt8(ascii: "{")) }
    package mutating func endObject() { self.close(UInt8(ascii: "}")) }
    package mutating func beginArray() { self.open(UInt8(ascii: "[")) }
    package mutating func endArray() { self.close(UInt8(ascii: "]")) }

    /// The name of the member whose value comes next. Names are ours and need no escapes.
    package mutating func name(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// A name that is data.
    package mutating func name(_ name: String) {
        self.string(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ value: String) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        JSONString.appendEscaped(value.utf8Span.span, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    package mutating func string(_ value: Span<UInt8>) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        JSONString.appendEscaped(value, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    package mutating func integer(_ value: some BinaryInteger) {
        self.separate()
        if value == 0 { self.bytes.append(0x30) } else {
            if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
            let first = self.bytes.count
            var rest = value.magnitude
            while rest > 0 {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                self.bytes.append(UInt8(truncatingIfNeeded: digit) + 0x30)
                rest = quotient
            }
            self.bytes[first...].reverse()
        }
        self.needsComma = true
    }

    package mutating func boolean(_ value: Bool) { self.raw(value ? "true" : "false") }
    package mutating func null() { self.raw("null") }

    /// A value that is JSON already.
    package mutating func raw(_ json: some Sequence<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: json)
        self.needsComma = true
    }

    private mutating func raw(_ json: String) { self.raw(json.utf8) }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.bytes.append(bracket)
        self.needsComma = true
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
    }
}

extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        self.string(value)
    }

    /// Writes the member where there is a value and nothing where there is none.
    package mutating func member(_ name: StaticString, ifPresent value: String?) {
        if let value { self.member(name, value) }
    }

    package mutating func member(_ name: StaticString, _ value: some BinaryInteger) {
        self.name(name)
        self.integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.boolean(value)
    }
}
