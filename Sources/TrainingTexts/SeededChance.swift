/// Chance that a seed decides: the same seed gives the same numbers everywhere (SplitMix64).
package struct SeededChance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a source of numbers.
    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 up to, but not including, a bound.
    package mutating func below(_ bound: Int) -> Int {
        // The high half of a product: not exactly even, but the same on every machine.
        Int(truncatingIfNeeded: self.next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
    }

    /// True once in so many times.
    package mutating func once(in times: Int) -> Bool { self.below(times) == 0 }
}
