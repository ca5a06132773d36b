// TestSupport: what several test targets share. Never part of a product.

/// A small deterministic generator (SplitMix64): the same seed gives the same test on every machine.
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to just below `limit`.
    package mutating func below(_ limit: Int) -> Int { Int(self.next() % UInt64(limit)) }

    package mutating func chance(_ percent: Int) -> Bool { self.below(100) < percent }

    /// One of the choices; `choices` holds at least one.
    package mutating func pick<Element>(_ choices: [Element]) -> Element { choices[self.below(choices.count)] }

    /// Cuts bytes into pieces of at most `longest`; together they are the bytes again.
    package mutating func pieces(of bytes: [UInt8], longest: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + self.below(longest))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
