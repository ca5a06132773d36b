package import Conversation
package import Kernel

extension JSONWriter {
    package mutating func json(_ value: JSONText) { self.raw(value.bytes) }

    package mutating func member(_ name: StaticString, _ value: JSONText) {
        self.name(name)
        self.raw(value.bytes)
    }

    /// A finite number.
    package mutating func member(_ name: StaticString, _ value: Double) {
        self.name(name)
        // Whole numbers are written as such: some servers take nothing else for a 1.
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53 {
            self.integer(whole)
        } else {
            self.raw(Array(value.description.utf8))
        }
    }

    package mutating func member(_ name: StaticString, ifPresent value: Double?) {
        if let value { self.member(name, value) }
    }

    package mutating func member(_ name: StaticString, ifPresent value: Int?) {
        if let value { self.member(name, value) }
    }

    package mutating func member(_ name: StaticString, ifPresent value: Bool?) {
        if let value { self.member(name, value) }
    }

    package mutating func member(_ name: StaticString, orNull value: String?) {
        self.name(name)
        if let value { self.string(value) } else { self.null() }
    }

    package mutating func object(_ write: (inout JSONWriter) -> Void) {
        self.beginObject()
        write(&self)
        self.endObject()
    }

    package mutating func object(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        self.name(name)
        self.object(write)
    }

    package mutating func array(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        self.name(name)
        self.beginArray()
        write(&self)
        self.endArray()
    }
}

extension [UInt8] {
    package mutating func append(_ text: StaticString) {
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        unsafe self.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
