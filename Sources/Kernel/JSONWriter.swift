/// Writes compact JSON: the caller gives names and values in order, commas follow by themselves.
///
/// Nesting is the caller's: each `begin…` needs its `end…`. Strings are escaped, numbers are integers; where a value
/// is JSON already, `raw` takes it as it is.
package struct JSONWriter: Sendable {
    /// What is written, and room for more behind it: an event is a hundred small pieces, and each would otherwise ask the
    /// array for its own.
    private var storage: [UInt8]
    /// How many bytes were written.
    package private(set) var count = 0
    private var needsComma = false

    package init(reserving capacity: Int = 256) { self.storage = [UInt8](repeating: 0, count: max(64, capacity)) }

    /// What was written.
    package var bytes: [UInt8] { Array(self.storage[..<self.count]) }

    /// What was written, where it lies.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { self.storage.span.extracting(first: self.count) }
    }

    /// Begins anew, in the same room.
    package mutating func clear() {
        self.count = 0
        self.needsComma = false
    }

    package mutating func beginObject() { self.open(UInt8(ascii: "{")) }
    package mutating func endObject() { self.close(UInt8(ascii: "}")) }
    package mutating func beginArray() { self.open(UInt8(ascii: "[")) }
    package mutating func endArray() { self.close(UInt8(ascii: "]")) }

    /// The name of the member whose value comes next. Names are ours and need no escapes.
    package mutating func name(_ name: StaticString) {
        self.write(name.utf8CodeUnitCount + 4) { $0.put(name: name) }
        self.needsComma = false
    }

    /// A name that is data.
    package mutating func name(_ name: String) {
        self.string(name)
        self.needsComma = false
        self.write(1) { $0.put(UInt8(ascii: ":")) }
    }

    package mutating func string(_ value: String) { self.string(value.utf8Span.span) }

    package mutating func string(_ value: Span<UInt8>) {
        guard JSONString.firstSpecial(in: value, from: 0) == value.count else {
            self.escaped(value)
            return
        }
        self.write(value.count + 3) { $0.put(string: value) }
        self.needsComma = true
    }

    private mutating func escaped(_ value: Span<UInt8>) {
        var content: [UInt8] = []
        JSONString.appendEscaped(value, to: &content)
        self.write(content.count + 3) { $0.put(string: content.span) }
        self.needsComma = true
    }

    // Two concrete ones: a generic one would be called through a table from other modules, at ten times the cost.
    package mutating func integer(_ value: Int) { self.integer(Int64(value)) }

    package mutating func integer(_ value: Int64) {
        // The longest has 19 digits, a sign and a comma.
        self.write(21) { $0.put(integer: value) }
        self.needsComma = true
    }

    package mutating func boolean(_ value: Bool) { self.raw(value ? "true" : "false") }
    package mutating func null() { self.raw("null") }

    /// A value that is JSON already.
    package mutating func raw(_ json: [UInt8]) { self.raw(json.span) }

    package mutating func raw(_ json: Span<UInt8>) {
        self.write(json.count + 1) { $0.put(json) }
        self.needsComma = true
    }

    private mutating func raw(_ json: StaticString) {
        self.write(json.utf8CodeUnitCount + 1) { $0.put(json) }
        self.needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        self.write(2) { $0.put(bracket) }
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.needsComma = false
        self.write(1) { $0.put(bracket) }
        self.needsComma = true
    }

    /// Puts the comma that is due, then what `body` puts, which is no more than `room` bytes with it.
    @inline(__always)
    private mutating func write(_ room: Int, _ body: (inout Cursor) -> Void) {
        if self.storage.count - self.count < room { self.grow(by: room) }
        let (start, needsComma) = (self.count, self.needsComma)
        // SAFE: the cursor does not outlive the closure.
        self.count = unsafe self.storage.withUnsafeMutableBytes { bytes in
            var cursor = unsafe Cursor(bytes, at: start)
            if needsComma { cursor.put(UInt8(ascii: ",")) }
            body(&cursor)
            return cursor.position
        }
    }

    private mutating func grow(by room: Int) {
        self.storage.append(contentsOf: repeatElement(0, count: max(room, self.storage.count)))
    }
}

/// Where the next byte goes.
@safe private struct Cursor {
    // SAFE: the buffer is the writer's storage while its closure runs, and each write checks that it ends inside.
    private let bytes: UnsafeMutableRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeMutableRawBufferPointer, at position: Int) {
        unsafe self.bytes = bytes
        self.position = position
    }

    mutating func put(_ byte: UInt8) {
        unsafe precondition(self.position < self.bytes.count)
        unsafe self.bytes[self.position] = byte
        self.position += 1
    }

    mutating func put(_ text: StaticString) {
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ text: Span<UInt8>) {
        // SAFE: the pointer does not outlive the closure.
        unsafe text.withUnsafeBytes { unsafe self.put($0) }
    }

    private mutating func put(_ source: UnsafeRawBufferPointer) {
        let end = self.position + source.count
        unsafe precondition(end <= self.bytes.count)
        unsafe UnsafeMutableRawBufferPointer(rebasing: self.bytes[self.position..<end]).copyMemory(from: source)
        self.position = end
    }

    mutating func put(name: StaticString) {
        self.put(UInt8(ascii: "\""))
        self.put(name)
        self.put(UInt8(ascii: "\""))
        self.put(UInt8(ascii: ":"))
    }

    mutating func put(string: Span<UInt8>) {
        self.put(UInt8(ascii: "\""))
        self.put(string)
        self.put(UInt8(ascii: "\""))
    }

    mutating func put(integer value: Int64) {
        if value < 0 { self.put(UInt8(ascii: "-")) }
        // Divided by ten and not by a variable, which costs a processor ten times as much.
        var rest = value.magnitude
        var end = self.position + 1
        while rest >= 10 {
            rest /= 10
            end += 1
        }
        unsafe precondition(end <= self.bytes.count)
        rest = value.magnitude
        for position in stride(from: end - 1, through: self.position, by: -1) {
            unsafe self.bytes[position] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        }
        self.position = end
    }
}

extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: String) {
        let value = value.utf8Span.span
        guard JSONString.firstSpecial(in: value, from: 0) == value.count else {
            self.name(name)
            self.escaped(value)
            return
        }
        self.write(name.utf8CodeUnitCount + value.count + 6) {
            $0.put(name: name)
            $0.put(string: value)
        }
        self.needsComma = true
    }

    /// Writes the member where there is a value and nothing where there is none.
    package mutating func member(_ name: StaticString, ifPresent value: String?) {
        if let value { self.member(name, value) }
    }

    package mutating func member(_ name: StaticString, _ value: Int) { self.member(name, Int64(value)) }

    package mutating func member(_ name: StaticString, _ value: Int64) {
        self.write(name.utf8CodeUnitCount + 25) {
            $0.put(name: name)
            $0.put(integer: value)
        }
        self.needsComma = true
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.boolean(value)
    }
}
