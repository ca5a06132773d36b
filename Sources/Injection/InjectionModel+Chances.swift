extension InjectionModel.Judgement {
    /// What the best of several texts' scores is worth, if there had been one text: as many clean texts reach it by
    /// themselves as of so many texts the best one reaches this.
    ///
    /// The share of clean texts that score as high counts once for each chance (Bonferroni's correction).
    package func score(_ score: Float, asBestOf chances: Int) -> Float {
        guard chances > 1 else { return score }
        let table = self.benign[3]
        let rarity = Rarity.depth(of: score, in: table) - Rarity.depth(ofOneIn: chances)
        return min(score, Rarity.score(at: rarity, in: table))
    }
}

extension Rarity {
    /// log10 of a number; between powers of two on a straight line.
    static func depth(ofOneIn count: Int) -> Float {
        let whole = Int.bitWidth - 1 - max(1, count).leadingZeroBitCount
        return 0.301_03 * (Float(whole) + Float(count) / Float(1 << whole) - 1)
    }

    /// The score that is as rare as this; the least of the table for what is not rare at all.
    static func score(at depth: Float, in table: [Float]) -> Float {
        guard depth > self.depths[0] else { return table[0] }
        var upper = 1
        while upper < table.count - 1, self.depths[upper] < depth { upper += 1 }
        let rise = max(table[upper] - table[upper - 1], 1e-3)
        let slope = (self.depths[upper] - self.depths[upper - 1]) / rise
        return table[upper - 1] + (depth - self.depths[upper - 1]) / slope
    }
}
