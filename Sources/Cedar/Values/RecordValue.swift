/// Values by name: a record, an entity's attributes or tags, a context.
package struct RecordValue: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One name and its value.
    package struct Field: Hashable, Sendable {
        package let key: Text
        package let value: Value

        package init(_ key: Text, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    private final class Storage: Sendable {
        /// Sorted by key, keys unique.
        let fields: [Field]
        /// Of the keys; empty where there are so many that halving finds them faster.
        let fingerprints: [UInt64]

        init(_ fields: [Field]) {
            self.fields = fields
            self.fingerprints = fields.count > RecordValue.scannedCount ? [] : fields.map(\.key.fingerprint)
        }
    }

    private static let scannedCount = 48

    private let storage: Storage

    package static let empty = RecordValue(sorted: [])

    private init(sorted fields: [Field]) { self.storage = Storage(fields) }

    /// Of fields with the same key the last one counts.
    package init(_ fields: [Field]) {
        // Whoever makes the same record for each request has its fields in order.
        guard fields.indices.dropFirst().contains(where: { fields[$0].key <= fields[$0 - 1].key }) else {
            self.init(sorted: fields)
            return
        }
        var sorted: [Field] = []
        sorted.reserveCapacity(fields.count)
        // Stable by position: equal keys keep their order, so that the last one wins.
        let order = fields.indices.sorted {
            let (first, second) = (fields[$0].key, fields[$1].key)
            return first == second ? $0 < $1 : first < second
        }
        for index in order {
            if sorted.last?.key == fields[index].key { sorted.removeLast() }
            sorted.append(fields[index])
        }
        self.init(sorted: sorted)
    }

    package init(dictionaryLiteral elements: (Text, Value)...) {
        self.init(elements.map { Field($0.0, $0.1) })
    }

    /// Sorted by key, keys unique.
    package var fields: [Field] { self.storage.fields }
    package var isEmpty: Bool { self.storage.fields.isEmpty }

    package subscript(key: Text) -> Value? {
        let fields = self.storage.fields
        guard fields.count > Self.scannedCount else {
            let fingerprints = self.storage.fingerprints
            let fingerprint = key.fingerprint
            for index in fingerprints.indices where fingerprints[index] == fingerprint && fields[index].key == key {
                return fields[index].value
            }
            return nil
        }
        var low = 0
        var high = fields.count
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].key < key { low = middle + 1 } else { high = middle }
        }
        guard low < fields.count, fields[low].key == key else { return nil }
        return fields[low].value
    }

    /// This record with other fields added; theirs win.
    package func merging(_ other: RecordValue) -> RecordValue { RecordValue(self.fields + other.fields) }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.storage.fields) }
}
