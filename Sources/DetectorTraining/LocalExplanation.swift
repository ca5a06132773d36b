import TrainingTexts

/// LIME: explains any detector, whatever is inside, by how its score changes when words are left out.
///
/// Texts without some of the words are scored, and a weighted ridge regression says what each word adds. Nothing of the
/// detector is known, so it takes many scores and is only true nearby.
package struct LocalExplanation: Sendable {
    /// A word and what it adds to the score.
    package struct Part: Sendable {
        package let span: Range<Int>
        package let weight: Double
    }

    /// What each word adds, in the order of the text.
    package let parts: [Part]
    /// How much of the changes the words explain, from 0 to 1.
    package let fit: Double

    /// Explains a score of a text: at most so many words are told apart (longer texts are cut into as many runs of words),
    /// and the detector is asked for so many samples.
    package init(
        _ text: String, most: Int = 40, samples: Int = 500, seed: UInt64 = 5, score: (String) -> Double
    ) {
        let bytes = Array(text.utf8)
        let spans = Self.runs(of: bytes, most: most)
        var chance = SeededChance(seed: seed)
        let count = spans.count
        // Normal equations of a ridge regression with an intercept, filled in as samples come.
        var matrix = [[Double]](repeating: .init(repeating: 0, count: count + 1), count: count + 1)
        var right = [Double](repeating: 0, count: count + 1)
        var seen: [(row: [Double], score: Double, weight: Double)] = []
        for sample in 0..<max(1, samples) {
            var row = [Double](repeating: 1, count: count + 1)
            if sample > 0 {
                let left = 1 + chance.below(max(1, count))
                for _ in 0..<left { row[chance.below(count)] = 0 }
                row[count] = 1
            }
            let kept = row.prefix(count).reduce(0, +) / Double(max(1, count))
            let distance = 1 - kept.squareRoot()
            // The kernel of a quarter's width, as a rational function: no exponential is needed for a weight.
            let weight = 1 / (1 + 16 * distance * distance)
            let value = score(Self.text(bytes, spans, row))
            seen.append((row, value, weight))
            for first in 0...count where row[first] != 0 {
                right[first] += weight * value
                for second in 0...count where row[second] != 0 { matrix[first][second] += weight }
            }
        }
        for index in 0..<count { matrix[index][index] += 1 }
        let solution = Self.solve(matrix, right)
        self.parts = zip(spans, solution).map { Part(span: $0, weight: $1) }
        let total = seen.reduce(0) { $0 + $1.weight }
        let mean = seen.reduce(0) { $0 + $1.weight * $1.score } / total
        let spread = seen.reduce(0) { $0 + $1.weight * ($1.score - mean) * ($1.score - mean) }
        let rest = seen.reduce(0.0) { sum, one in
            let said = zip(one.row, solution).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + one.weight * (one.score - said) * (one.score - said)
        }
        self.fit = spread > 0 ? max(0, 1 - rest / spread) : 0
    }

    private static func runs(of bytes: [UInt8], most: Int) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for index in 0...bytes.count {
            if index < bytes.count, bytes[index] > 0x20 {
                if start == nil { start = index }
            } else if let from = start {
                words.append(from..<index)
                start = nil
            }
        }
        let size = max(1, (words.count + most - 1) / most)
        return stride(from: 0, to: words.count, by: size).map { first in
            words[first].lowerBound..<words[min(first + size, words.count) - 1].upperBound
        }
    }

    private static func text(_ bytes: [UInt8], _ spans: [Range<Int>], _ row: [Double]) -> String {
        var kept: [UInt8] = []
        for (index, span) in spans.enumerated() where row[index] != 0 {
            if !kept.isEmpty { kept.append(0x20) }
            kept += bytes[span]
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Gauss with pivots.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var rows = zip(matrix, right).map { $0 + [$1] }
        let count = rows.count
        for column in 0..<count {
            let pivot = (column..<count).max { rows[$0][column].magnitude < rows[$1][column].magnitude } ?? column
            rows.swapAt(column, pivot)
            let head = rows[column][column]
            guard head.magnitude > 1e-12 else { continue }
            for row in 0..<count where row != column {
                let factor = rows[row][column] / head
                guard factor != 0 else { continue }
                for index in column...count { rows[row][index] -= factor * rows[column][index] }
            }
        }
        return rows.indices.map { rows[$0][$0].magnitude > 1e-12 ? rows[$0][count] / rows[$0][$0] : 0 }
    }
}
