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
        let needsComma = self.needsComma
        // One look at the array's room for all of it: this runs some fifty times an event.
        self.bytes.append(addingCapacity: name.utf8CodeUnitCount + 4) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            output.append(name)
            output.append(UInt8(ascii: "\""))
            output.append(UInt8(ascii: ":"))
        }
        self.needsComma = false
    }

    /// A name that is data.
    package mutating func name(_ name: String) {
        self.string(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ value: String) { self.string(value.utf8Span.span) }

    package mutating func string(_ value: Span<UInt8>) {
        let needsComma = self.needsComma
        self.needsComma = true
        let plain = JSONString.firstSpecial(in: value, from: 0)
        guard plain == value.count else {
            self.needsComma = needsComma
            self.escapedString(value)
            return
        }
        self.bytes.append(addingCapacity: value.count + 3) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            output.append(value)
            output.append(UInt8(ascii: "\""))
        }
    }

    private mutating func escapedString(_ value: Span<UInt8>) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        JSONString.appendEscaped(value, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    // Two concrete ones: a generic one would be called through a table from other modules, at ten times the cost.
    package mutating func integer(_ value: Int) { self.integer(Int64(value)) }

    package mutating func integer(_ value: Int64) {
        // The longest has 19 digits.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = value.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        let needsComma = self.needsComma
        self.bytes.append(addingCapacity: 22) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            if value < 0 { output.append(UInt8(ascii: "-")) }
            for index in first..<20 { output.append(digits[index]) }
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

extension OutputSpan<UInt8> {
    /// Appends an ASCII literal.
    fileprivate mutating func append(_ text: StaticString) {
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe bytes.withUnsafeBufferPointer { unsafe self.append($0) }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        precondition(bytes.count <= self.freeCapacity)
        // SAFE: there is room for all of them, and what is initialised is counted.
        unsafe self.withUnsafeMutableBufferPointer { target, count in
            guard let start = target.baseAddress else { return }
            unsafe (start + count).initialize(from: source, count: bytes.count)
            count += bytes.count
        }
    }
}
