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

    // Two concrete ones: a generic one would be called through a table from other modules, at ten times the cost.
    package mutating func integer(_ value: Int) { self.integer(Int64(value)) }

    package mutating func integer(_ value: Int64) {
        self.separate()
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        var power: UInt64 = 1
        let magnitude = value.magnitude
        while magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            self.bytes.append(UInt8(truncatingIfNeeded: magnitude / power % 10) + 0x30)
            power /= 10
        }
        self.needsComma = true
    }

    package mutating func boolean(_ value: Bool) { self.raw(value ? "true" : "false") }
    package mutating func null() { self.raw("null") }

    /// A value that is JSON already.
    package mutating func raw(_ json: [UInt8]) {
        self.separate()
        self.bytes.append(contentsOf: json)
        self.needsComma = true
    }

    private mutating func raw(_ json: StaticString) {
        self.separate()
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
        self.needsComma = true
    }

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

    package mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        self.integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int64) {
        self.name(name)
        self.integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.boolean(value)
    }
}
