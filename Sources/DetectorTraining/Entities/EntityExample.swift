package import Entities

/// A text with the names in it.
package struct EntityExample: Sendable {
    /// The text.
    package var text: [UInt8]
    /// The names, in order.
    package var spans: [(kind: EntityKind, range: Range<Int>)]
    /// The language that it is in.
    package let language: String
    /// Whether the names are all that there are; otherwise words outside of them may be names too.
    package let isComplete: Bool

    /// Creates an example.
    package init(
        text: [UInt8], spans: [(kind: EntityKind, range: Range<Int>)], language: String, isComplete: Bool = true
    ) {
        self.text = text
        self.spans = spans
        self.language = language
        self.isComplete = isComplete
    }

    mutating func append(_ text: String) { self.text += Array(text.utf8) }

    mutating func append(_ text: String, _ kind: EntityKind) {
        let start = self.text.count
        self.text += Array(text.utf8)
        self.spans.append((kind, start..<self.text.count))
    }
}

/// The generator of random numbers that training uses: the same seed, the same model.
package struct TrainingChance: Sendable {
    private var state: UInt64

    /// Starts with a seed.
    package init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to just below a limit.
    mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(self.next() % UInt64(limit)) : 0 }

    mutating func percent(_ percent: Int) -> Bool { self.below(100) < percent }

    mutating func pick(_ choices: [String]) -> String { choices.isEmpty ? "" : choices[self.below(choices.count)] }
}
