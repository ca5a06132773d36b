package import Kernel

extension JSONWriter {
    /// Writes a value so that reading it back yields the same, with or without a schema.
    package mutating func value(_ value: Value) {
        switch value {
        case .boolean(let value): self.boolean(value)
        case .long(let value): self.integer(value)
        case .string(let value): self.string(value.string)
        case .entity(let uid):
            self.beginObject()
            self.name("__entity")
            self.uid(uid)
            self.endObject()
        case .set(let set):
            self.beginArray()
            for element in set.elements { self.value(element) }
            self.endArray()
        case .record(let record): self.record(record)
        case .decimal(let value): self.call("decimal", value.description)
        case .address(let value): self.call("ip", value.description)
        case .duration(let value): self.call("duration", value.description)
        case .datetime(let value):
            self.beginObject()
            self.name("__extn")
            self.beginObject()
            self.member("fn", "offset")
            self.name("args")
            self.beginArray()
            self.call("datetime", "1970-01-01")
            self.call("duration", "\(value.milliseconds)ms")
            self.endArray()
            self.endObject()
            self.endObject()
        }
    }

    package mutating func uid(_ uid: EntityUID) {
        self.beginObject()
        self.member("type", uid.type.description)
        self.member("id", uid.id.string)
        self.endObject()
    }

    package mutating func record(_ record: RecordValue) {
        self.beginObject()
        for field in record.fields {
            self.name(field.key.string)
            self.value(field.value)
        }
        self.endObject()
    }

    package mutating func entity(_ entity: Entity) {
        self.beginObject()
        self.name("uid")
        self.uid(entity.uid)
        self.name("attrs")
        self.record(entity.attributes)
        if !entity.tags.isEmpty {
            self.name("tags")
            self.record(entity.tags)
        }
        self.name("parents")
        self.beginArray()
        for parent in entity.parents { self.uid(parent) }
        self.endArray()
        self.endObject()
    }

    private mutating func call(_ function: String, _ argument: String) {
        self.beginObject()
        self.name("__extn")
        self.beginObject()
        self.member("fn", function)
        self.member("arg", argument)
        self.endObject()
        self.endObject()
    }
}
