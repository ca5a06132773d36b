package import Entities
import TrainingTexts

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

extension SeededChance {
    mutating func percent(_ percent: Int) -> Bool { self.below(100) < percent }

    mutating func pick(_ choices: [String]) -> String { choices.isEmpty ? "" : choices[self.below(choices.count)] }
}
