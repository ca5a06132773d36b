/// A small deterministic generator (SplitMix64): the same seed gives the same test on every machine.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(self.next() % UInt64(limit)) }

    mutating func chance(_ percent: Int) -> Bool { self.below(100) < percent }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[self.below(choices.count)] }

    /// Cuts `bytes` into fragments, most of them short.
    mutating func fragments(of bytes: [UInt8]) -> [[UInt8]] {
        let longest = self.pick([1, 2, 3, 7, 20, 100])
        var fragments: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + self.below(longest))
            fragments.append(Array(bytes[start..<end]))
            start = end
        }
        return fragments
    }
}
