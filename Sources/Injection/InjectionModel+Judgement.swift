extension InjectionModel.Judgement {
    /// How rare what each head sees is among clean texts of the channels.
    package func depths(_ evidence: InjectionDetector.Evidence) -> SIMD4<Float> {
        let highest = evidence.highest
        return SIMD4(
            Rarity.depth(of: highest[0], in: self.benign[0]), Rarity.depth(of: highest[1], in: self.benign[1]),
            Rarity.depth(of: highest[2], in: self.benign[2]), 0)
    }

    /// What a text of more than 256 words loses for each doubling: the best of many windows is high by chance alone, and
    /// texts to learn that from are short. Set by hand, on training texts with words put around them.
    private static let lengthDiscount: Float = 0.5

    /// The fused score of what the heads and other detectors see.
    package func score(_ evidence: InjectionDetector.Evidence, _ signals: InjectionSignals) -> Float {
        let depths = self.depths(evidence)
        let signal = signals.values
        var score = self.weights[InjectionModel.evidenceCount + 3] - Self.lengthDiscount * evidence.doublings
        for head in 0..<3 {
            score += self.weights[head] * evidence.best[0][head]
            score += self.weights[3 + head] * evidence.best[1][head]
            score += self.weights[6 + head] * evidence.best[2][head]
            score += self.weights[9 + head] * depths[head]
            score += self.weights[12 + head] * evidence.contrast[head]
            score += self.weights[15 + head] * evidence.kinds[0][head]
            score += self.weights[18 + head] * evidence.kinds[1][head]
            score += self.weights[21 + head] * evidence.kinds[2][head]
            score += self.weights[24 + head] * evidence.kindContrast[head]
            score += self.weights[InjectionModel.evidenceCount + head] * signal[head]
        }
        return score
    }

    /// The calibrated probability of a score: between two points of the calibration, on the line that joins them.
    package func probability(of score: Float) -> Float {
        guard let first = self.calibration.first, let last = self.calibration.last else { return 0 }
        if score <= first.x { return first.y }
        for index in 1..<self.calibration.count where score < self.calibration[index].x {
            let (low, high) = (self.calibration[index - 1], self.calibration[index])
            return low.y + (high.y - low.y) * (score - low.x) / max(high.x - low.x, 1e-6)
        }
        return last.y
    }

    /// Which share of clean texts scores as high.
    package func benignShare(of score: Float) -> Float {
        var share: Float = 1
        var rest = Rarity.depth(of: score, in: self.benign[3])
        while rest >= 1 {
            share /= 10
            rest -= 1
        }
        // Tenths of a decade are exact enough for a share that is shown with two digits.
        while rest >= 0.1 {
            share *= 0.794_328_2
            rest -= 0.1
        }
        return share * (1 - rest * 2.056_7)
    }
}
