import Kernel

extension JSONWriter {
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.beginObject()
        body(&self)
        self.endObject()
    }

    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        self.object(body)
    }

    mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        self.beginArray()
        body(&self)
        self.endArray()
    }

    /// The member with these strings; nothing where there are none.
    mutating func member(_ name: StaticString, ifAny values: [String]) {
        guard !values.isEmpty else { return }
        self.array(name) { writer in
            for value in values { writer.string(value) }
        }
    }

    mutating func member(_ name: StaticString, ifPresent value: Int64?) {
        if let value { self.member(name, value) }
    }
}
