package import Detection

/// What was found, by kind: how often, and how sure the surest detector is.
package struct Findings: Hashable, Sendable {
    /// One kind.
    package struct Entry: Hashable, Sendable {
        /// Such as `secret.github_token`; kinds that this version does not know are kept.
        package let kind: String
        package let count: Int
        /// From 0, a guess, to 100, certain.
        package let score: Int

        package init(kind: String, count: Int, score: Int) {
            self.kind = kind
            self.count = count
            self.score = score
        }

        /// What stands before the dot.
        package var family: Substring { self.kind.prefix { $0 != "." } }
        /// What stands behind the dot; nil where there is none.
        package var label: Substring? {
            self.kind.firstIndex(of: ".").map { self.kind[self.kind.index(after: $0)...] }
        }
    }

    /// Sorted by kind.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Counts what detectors report; what only continues an earlier finding is not counted again.
    package init(_ findings: some Sequence<Finding>) {
        for finding in findings where !finding.isContinuation {
            self.add(finding.kind.rawValue, score: Int(finding.confidence.percent))
        }
    }

    package var isEmpty: Bool { self.entries.isEmpty }

    /// The kinds that this version's detectors know.
    package var kinds: Set<Finding.Kind> { Set(self.entries.compactMap { Finding.Kind(rawValue: $0.kind) }) }

    /// Adds a number of findings of one kind.
    package mutating func add(_ kind: String, count: Int = 1, score: Int) {
        let position = self.entries.firstIndex { $0.kind >= kind } ?? self.entries.count
        guard position < self.entries.count, self.entries[position].kind == kind else {
            self.entries.insert(Entry(kind: kind, count: count, score: score), at: position)
            return
        }
        let known = self.entries[position]
        self.entries[position] = Entry(kind: kind, count: known.count + count, score: max(known.score, score))
    }

    /// Takes out what a remedy has dealt with.
    package mutating func remove(_ kinds: Set<Finding.Kind>) {
        self.entries.removeAll { entry in Finding.Kind(rawValue: entry.kind).map(kinds.contains) ?? false }
    }
}
