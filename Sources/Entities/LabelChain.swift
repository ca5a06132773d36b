/// Which labels the words of a stretch have, seen together: a linear-chain conditional random field over nine labels.
///
/// Label 0 is none; 1 + 2k begins an entity of kind k, 2 + 2k goes on with it. A vector has a lane for each label; the
/// lanes from nine on are always impossible.
package struct LabelChain: Sendable {
    /// One number for each label.
    package typealias Vector = SIMD16<Float>

    /// How many labels there are.
    package static let labels = 9
    private static let impossible: Float = -1e9

    /// The weights of the steps from a label, one vector for each.
    private let steps: [Vector]
    /// Their exponentials, zero for an impossible step.
    private let factors: [Vector]

    /// Per word the scores, their exponentials, the forward and the backward sums; used again from stretch to stretch.
    package struct Sums: Sendable {
        package var scores: [Vector] = []
        package var factors: [Vector] = []
        package var forward: [Vector] = []
        package var backward: [Vector] = []
        var scale: [Float] = []
        var best: [Vector] = []
        var origins: [SIMD16<Int32>] = []
        package var path: [UInt8] = []
        /// Creates empty room.
        package init() {}
    }

    /// A chain with these weights, nine for each of nine labels. Impossible steps get none.
    package init(steps: [Float]) {
        var rows: [Vector] = []
        var factors: [Vector] = []
        for from in 0..<Self.labels {
            var row = Vector(repeating: Self.impossible)
            var factor = Vector()
            for to in 0..<Self.labels where Self.isPossible(from, to) {
                row[to] = steps[from * Self.labels + to]
                factor[to] = Exponential.of(row[to])
            }
            rows.append(row)
            factors.append(factor)
        }
        self.steps = rows
        self.factors = factors
    }

    /// Whether a label may follow another: an entity goes on only after itself.
    package static func isPossible(_ from: Int, _ to: Int) -> Bool {
        to == 0 || to % 2 == 1 || from == to || from == to - 1
    }

    /// The scores of a word: of labels 1 to 8 as given, of label 0 nothing.
    package static func scores(_ labels: SIMD8<Float>) -> Vector {
        var scores = Vector(repeating: Self.impossible)
        scores[0] = 0
        for lane in 0..<8 { scores[lane + 1] = labels[lane] }
        return scores
    }

    /// The exponential of the step between two labels.
    package func factor(_ from: Int) -> Vector { self.factors[from] }

    /// Computes the sums for the scores. Before the first word stands label 0.
    package func sum(_ sums: inout Sums) {
        let count = sums.scores.count
        sums.factors.removeAll(keepingCapacity: true)
        sums.forward.removeAll(keepingCapacity: true)
        sums.scale.removeAll(keepingCapacity: true)
        sums.backward.removeAll(keepingCapacity: true)
        var before = Vector()
        for position in 0..<count {
            let score = sums.scores[position]
            let highest = score.max()
            var factor = Vector()
            for label in 0..<Self.labels { factor[label] = Exponential.of(score[label] - highest) }
            sums.factors.append(factor)
            var value = Vector()
            if position == 0 {
                value = self.factors[0]
            } else {
                for from in 0..<Self.labels { value += before[from] * self.factors[from] }
            }
            value *= factor
            let scale = 1 / max(value.sum(), .leastNormalMagnitude)
            before = value * scale
            sums.scale.append(scale)
            sums.forward.append(before)
            sums.backward.append(Vector(repeating: 1))
        }
        guard count > 1 else { return }
        for position in stride(from: count - 2, through: 0, by: -1) {
            let next = sums.factors[position + 1] * sums.backward[position + 1] * sums.scale[position + 1]
            var value = Vector()
            for from in 0..<Self.labels { value[from] = (self.factors[from] * next).sum() }
            sums.backward[position] = value
        }
    }

    /// The probability that exactly the words of a range are one entity; ``sum(_:)`` was called before.
    package func probability(of range: Range<Int>, kind: Int, _ sums: Sums) -> Float {
        let (begin, inside) = (1 + 2 * kind, 2 + 2 * kind)
        var value = sums.forward[range.lowerBound][begin]
        var last = begin
        for position in range.dropFirst() {
            value *= self.factors[last][inside] * sums.factors[position][inside] * sums.scale[position]
            last = inside
        }
        guard range.upperBound < sums.scores.count else { return min(1, value) }
        var rest = self.factors[last] * sums.factors[range.upperBound] * sums.backward[range.upperBound]
        rest[inside] = 0
        return min(1, value * rest.sum() * sums.scale[range.upperBound])
    }

    /// The best labels for the scores, into ``Sums/path``; label 0 is made less likely by `reluctance`.
    package func decode(_ sums: inout Sums, reluctance: Float) {
        sums.origins.removeAll(keepingCapacity: true)
        sums.path.removeAll(keepingCapacity: true)
        var cost = Vector()
        cost[0] = reluctance
        var before = Vector()
        for (position, score) in sums.scores.enumerated() {
            var best = self.steps[0] + before[0]
            var origin = SIMD16<Int32>()
            if position > 0 {
                for from in 1..<Self.labels {
                    let value = self.steps[from] + before[from]
                    let isBetter = value .> best
                    best.replace(with: value, where: isBetter)
                    origin.replace(with: Int32(from), where: isBetter)
                }
            }
            before = best + score - cost
            sums.origins.append(origin)
            sums.path.append(0)
        }
        var label = 0
        for other in 1..<Self.labels where before[other] > before[label] { label = other }
        for position in sums.origins.indices.reversed() {
            sums.path[position] = UInt8(truncatingIfNeeded: label)
            label = Int(sums.origins[position][label])
        }
    }
}

/// The exponential function to about six digits, the same on every machine.
package enum Exponential {
    /// e to the power of `x`; 0 below -80, and no more than e to the power of 80.
    @inline(__always)
    package static func of(_ x: Float) -> Float {
        guard x > -80 else { return 0 }
        let power = min(x, 80) * 1.442_695_04
        let whole = power.rounded(.down)
        let part = power - whole
        // The polynomial of degree five that is nearest to 2^x between 0 and 1.
        var fraction = 0.008_989_34 + part * 0.001_877_577
        fraction = 0.055_826_318 + part * fraction
        fraction = 0.240_153_61 + part * fraction
        fraction = 0.693_153_07 + part * fraction
        fraction = 0.999_999_9 + part * fraction
        let exponent = Float(bitPattern: UInt32(bitPattern: Int32(whole) + 127) << 23)
        return exponent * fraction
    }
}
