import Glibc
import Injection

/// What a model that has not seen a text says about it.
struct FusionSample: Sendable {
    var evidence: InjectionDetector.Evidence
    var signals = InjectionSignals()
    var isAttack: Bool
    var weight: Float
}

/// Learns how evidence becomes a probability: tables of clean texts, the logistic stack, and the isotonic calibration.
///
/// It learns from samples whose families the heads have not seen, or it would trust them too much.
struct FusionTrainer {
    /// What hidden text and disguises add to the score. Set by hand: training texts hide nothing. What a phrase adds is
    /// learnt, since texts of both kinds have them.
    static let hiddenWeights: [Float] = [1.5, 1]

    let samples: [FusionSample]

    func run() -> InjectionModel.Judgement {
        let clean = self.samples.filter { !$0.isAttack }
        var benign = (0..<3).map { head in
            Self.table(clean.map { ($0.evidence.highest[head], $0.weight) })
        }
        benign.append(Rarity.depths)
        var judgement = InjectionModel.Judgement(
            weights: .init(repeating: 0, count: InjectionModel.evidenceCount + 4), benign: benign,
            calibration: [SIMD2(0, 0), SIMD2(1, 1)], thresholds: SIMD2(0, 0))
        judgement.weights = self.fit(judgement)
        return self.calibrated(judgement)
    }

    /// A judgement whose weights stay, with tables and probabilities of these samples.
    func calibrated(_ judgement: InjectionModel.Judgement) -> InjectionModel.Judgement {
        var judgement = judgement
        let scored = self.samples.map { (judgement.score($0.evidence, $0.signals), $0) }
        judgement.benign[3] = Self.table(scored.filter { !$0.1.isAttack }.map { ($0.0, $0.1.weight) })
        judgement.calibration = Self.isotonic(scored.map { ($0.0, $0.1.isAttack ? 1 : 0, $0.1.weight) })
        return judgement
    }

    /// Logistic regression whose weights may not be negative: more evidence never makes a text look cleaner.
    private func fit(_ judgement: InjectionModel.Judgement) -> [Float] {
        // The evidence, and the phrases.
        let count = InjectionModel.evidenceCount + 1
        let inputs: [[Double]] = self.samples.map { sample in
            let depths = judgement.depths(sample.evidence)
            var row: [Double] = []
            for size in 0..<3 { for head in 0..<3 { row.append(Double(sample.evidence.best[size][head])) } }
            for head in 0..<3 { row.append(Double(depths[head])) }
            for head in 0..<3 { row.append(Double(sample.evidence.contrast[head])) }
            for size in 0..<3 { for head in 0..<3 { row.append(Double(sample.evidence.kinds[size][head])) } }
            for head in 0..<3 { row.append(Double(sample.evidence.kindContrast[head])) }
            row.append(Double(sample.signals.counted))
            return row
        }
        let attacks = self.samples.reduce(0.0) { $0 + ($1.isAttack ? Double($1.weight) : 0) }
        let clean = self.samples.reduce(0.0) { $0 + ($1.isAttack ? 0 : Double($1.weight)) }
        var weights = [Double](repeating: 0.1, count: count + 1)
        var squares = [Double](repeating: 1e-6, count: count + 1)
        for _ in 0..<800 {
            var gradient = [Double](repeating: 0, count: count + 1)
            for (row, sample) in zip(inputs, self.samples) {
                var score = weights[count]
                for index in 0..<count { score += weights[index] * row[index] }
                let share =
                    sample.isAttack ? 0.3 * Double(sample.weight) / attacks : 0.7 * Double(sample.weight) / clean
                let slope = (1 / (1 + exp(-score)) - (sample.isAttack ? 1 : 0)) * share
                for index in 0..<count { gradient[index] += slope * row[index] }
                gradient[count] += slope
            }
            for index in 0...count {
                if index < count { gradient[index] += 1e-3 * weights[index] }
                squares[index] += gradient[index] * gradient[index]
                weights[index] -= 0.1 * gradient[index] / squares[index].squareRoot()
                if index < count { weights[index] = max(0, weights[index]) }
            }
        }
        return weights.prefix(count).map { Float($0) } + Self.hiddenWeights + [Float(weights[count])]
    }

    /// The scores of clean texts at the points of ``Rarity``, strictly rising.
    static func table(_ scores: [(Float, Float)]) -> [Float] {
        var table: [Float] = []
        for point in Rarity.points {
            let score = Self.quantile(scores, above: point)
            table.append(max(score, (table.last ?? -.greatestFiniteMagnitude) + 1e-3))
        }
        return table
    }

    /// The lowest score that no more than a share of the weight lies at or above.
    static func quantile(_ scores: [(Float, Float)], above share: Float) -> Float {
        let sorted = scores.sorted { $0.0 > $1.0 }
        let total = sorted.reduce(0.0) { $0 + Double($1.1) }
        var above = 0.0
        var last = sorted.first.map { $0.0 + 0.5 } ?? 0
        for (score, weight) in sorted {
            above += Double(weight)
            if above > total * Double(share) { return last }
            last = score
        }
        return last
    }

    /// Pool-adjacent-violators, then at most 32 points.
    static func isotonic(_ samples: [(score: Float, wanted: Float, weight: Float)]) -> [SIMD2<Float>] {
        struct Pool {
            var score: Double
            var wanted: Double
            var weight: Double
        }
        let attacks = samples.reduce(1e-9) { $0 + $1.wanted * $1.weight }
        let clean = samples.reduce(1e-9) { $0 + (1 - $1.wanted) * $1.weight }
        var pools: [Pool] = []
        for sample in samples.sorted(by: { $0.score < $1.score }) {
            // One attack to three clean texts, whatever the samples have.
            let weight = Double(sample.wanted > 0 ? sample.weight / attacks : 3 * sample.weight / clean)
            pools.append(Pool(score: Double(sample.score), wanted: Double(sample.wanted), weight: weight))
            while pools.count > 1, pools[pools.count - 2].wanted >= pools[pools.count - 1].wanted {
                let last = pools.removeLast()
                let sum = pools[pools.count - 1].weight + last.weight
                let share = last.weight / sum
                pools[pools.count - 1].score += (last.score - pools[pools.count - 1].score) * share
                pools[pools.count - 1].wanted += (last.wanted - pools[pools.count - 1].wanted) * share
                pools[pools.count - 1].weight = sum
            }
        }
        // A pool of little weight is chance: only pools that hold a thousandth are points.
        let total = pools.reduce(0) { $0 + $1.weight }
        var points: [SIMD2<Float>] = []
        var held = Pool(score: 0, wanted: 0, weight: 0)
        for pool in pools {
            let sum = held.weight + pool.weight
            held.score += (pool.score - held.score) * pool.weight / sum
            held.wanted += (pool.wanted - held.wanted) * pool.weight / sum
            held.weight = sum
            guard held.weight >= total / 40 else { continue }
            points.append(SIMD2(Float(held.score), Float(min(0.995, max(0.002, held.wanted)))))
            held = Pool(score: 0, wanted: 0, weight: 0)
        }
        if held.weight > 0 { points.append(SIMD2(Float(held.score), Float(min(0.995, max(0.002, held.wanted))))) }
        if points.count < 2 { points = [SIMD2(-1, 0.01), SIMD2(1, 0.99)] }
        return points
    }
}
