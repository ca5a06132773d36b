/// Adds up what turns look like: each counts less the longer ago it was, and after ten turns not at all.
package struct EscalationMeter: Hashable, Sendable {
    /// How many turns count.
    package static let window = 10
    /// What is left of a turn's weight one turn later.
    package static let decay: Float = 0.8

    private var turns: [Float] = []

    /// Creates a meter that has seen nothing.
    package init() {}

    /// Takes a turn's probability of being an attack.
    package mutating func add(_ probability: Float) {
        self.turns.append(max(0, min(1, probability)))
        if self.turns.count > Self.window { self.turns.removeFirst() }
    }

    /// The chance that at least one of the turns that count was an attack, each taken for as sure as its age leaves it.
    ///
    /// What is as likely as in any clean text counts nothing, so that a long harmless talk stays at zero.
    package var level: Float {
        var none: Float = 1
        var weight: Float = 1
        for turn in self.turns.reversed() {
            none *= 1 - weight * max(0, (turn - 0.1) / 0.9)
            weight *= Self.decay
        }
        return 1 - none
    }
}
