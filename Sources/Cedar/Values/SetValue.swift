/// A set of values: no order, no duplicates.
///
/// Small sets are searched one by one, large ones through a hash table, so that a hundred thousand elements cost no more
/// than they must. The hash of a large set is computed once; it does not depend on the order.
package struct SetValue: Hashable, Sendable {
    private final class Storage: Sendable {
        let elements: [Value]
        /// The same elements; empty where there are few.
        let table: Set<Value>
        /// Of all elements, whatever their order; nil where there are few, whose hash costs little.
        let hash: Int?

        init(elements: [Value], table: Set<Value>) {
            self.elements = elements
            self.table = table
            self.hash = table.isEmpty ? nil : SetValue.hash(elements)
        }
    }

    private static let smallCount = 8

    private let storage: Storage

    package init(_ values: [Value]) {
        var elements: [Value] = []
        elements.reserveCapacity(values.count)
        var table: Set<Value> = []
        if values.count > Self.smallCount {
            table.reserveCapacity(values.count)
            for value in values where table.insert(value).inserted { elements.append(value) }
        } else {
            for value in values where !elements.contains(value) { elements.append(value) }
        }
        self.storage = Storage(elements: elements, table: elements.count > Self.smallCount ? table : [])
    }

    private static func hash(_ elements: [Value]) -> Int {
        elements.reduce(elements.count) { $0 &+ $1.hashValue }
    }

    /// In the order in which they were given first.
    package var elements: [Value] { self.storage.elements }
    package var count: Int { self.storage.elements.count }
    package var isEmpty: Bool { self.storage.elements.isEmpty }

    package func contains(_ value: Value) -> Bool {
        guard self.storage.table.isEmpty else { return self.storage.table.contains(value) }
        // Labels and names are most of what is looked for, and a string differs from most others in its fingerprint.
        guard case .string(let text) = value else { return self.storage.elements.contains(value) }
        for element in self.storage.elements {
            if case .string(let other) = element, other.fingerprint == text.fingerprint, other == text { return true }
        }
        return false
    }

    package func isSuperset(of other: SetValue) -> Bool {
        self.count >= other.count && other.elements.allSatisfy(self.contains)
    }

    package func intersects(_ other: SetValue) -> Bool {
        let (small, large) = self.count < other.count ? (self, other) : (other, self)
        return small.elements.contains(where: large.contains)
    }

    package static func == (left: Self, right: Self) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.count == right.count && left.isSuperset(of: right)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.storage.hash ?? Self.hash(self.storage.elements))
    }
}
