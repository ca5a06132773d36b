/// How rare a score is among clean texts: -log10 of the share that reaches it.
package enum Rarity {
    /// The shares that tables hold scores of.
    package static let points: [Float] = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001]
    /// -log10 of ``points``.
    package static let depths: [Float] = [
        0.301_03, 0.522_88, 0.698_97, 1, 1.301_03, 1.522_88, 1.698_97, 2, 2.301_03, 2.522_88, 2.698_97, 3,
    ]
    /// Nothing is rarer than one in a million: that much clean text nobody has looked at.
    package static let most: Float = 6

    /// Where a score stands in a table; beyond its end the last slope goes on.
    package static func depth(of score: Float, in table: [Float]) -> Float {
        guard score > table[0] else { return 0 }
        var upper = 1
        while upper < table.count - 1, table[upper] < score { upper += 1 }
        let rise = max(table[upper] - table[upper - 1], 1e-3)
        let slope = (Self.depths[upper] - Self.depths[upper - 1]) / rise
        return min(Self.depths[upper - 1] + (score - table[upper - 1]) * slope, Self.most)
    }
}
