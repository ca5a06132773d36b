package import Entities

/// How well names are found: spans of the same kind that overlap by at least seven tenths count as found.
package struct EntityEvaluation: Sendable {
    /// What was found, what was missed, what was made up.
    package struct Count: Sendable {
        package var found = 0
        package var missed = 0
        package var wrong = 0

        /// The share of what was reported that is right.
        package var precision: Double { Self.ratio(self.found, self.wrong) }
        /// The share of what is there that was reported.
        package var recall: Double { Self.ratio(self.found, self.missed) }
        /// Both, with recall counting more (F2).
        package var f2: Double {
            let (precision, recall) = (self.precision, self.recall)
            return precision + recall > 0 ? 5 * precision * recall / (4 * precision + recall) : 0
        }

        private static func ratio(_ part: Int, _ other: Int) -> Double {
            part + other > 0 ? Double(part) / Double(part + other) : 1
        }

        mutating func add(_ other: Self) {
            self.found += other.found
            self.missed += other.missed
            self.wrong += other.wrong
        }
    }

    /// By language, and in it by kind.
    package private(set) var counts: [String: [EntityKind: Count]] = [:]

    /// All together.
    package var overall: Count {
        self.counts.values.reduce(into: Count()) { total, kinds in kinds.values.forEach { total.add($0) } }
    }

    /// One kind in all languages.
    package func kind(_ kind: EntityKind) -> Count {
        self.counts.values.reduce(into: Count()) { $0.add($1[kind] ?? Count()) }
    }

    /// One language with all kinds.
    package func language(_ code: String) -> Count {
        (self.counts[code] ?? [:]).values.reduce(into: Count()) { $0.add($1) }
    }

    /// Looks for the names of these texts.
    package init(_ recogniser: EntityRecogniser, _ examples: [EntityExample]) {
        var scratch = EntityRecogniser.Scratch()
        for example in examples {
            var spans: [EntitySpan] = []
            recogniser.find(in: example.text.span, scratch: &scratch, into: &spans)
            self.compare(spans, example)
        }
    }

    private mutating func compare(_ spans: [EntitySpan], _ example: EntityExample) {
        var isTaken = [Bool](repeating: false, count: spans.count)
        for expected in example.spans {
            let match = spans.indices.first { index in
                !isTaken[index] && spans[index].kind == expected.kind
                    && Self.overlap(spans[index].range, expected.range) >= 0.7
            }
            if let match {
                isTaken[match] = true
                self.counts[example.language, default: [:]][expected.kind, default: Count()].found += 1
            } else {
                self.counts[example.language, default: [:]][expected.kind, default: Count()].missed += 1
            }
        }
        for (index, span) in spans.enumerated() where !isTaken[index] {
            self.counts[example.language, default: [:]][span.kind, default: Count()].wrong += 1
        }
    }

    private static func overlap(_ left: Range<Int>, _ right: Range<Int>) -> Double {
        let both = left.clamped(to: right).count
        return Double(both) / Double(left.count + right.count - both)
    }
}
