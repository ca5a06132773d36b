/// Random numbers for the names of exchanges: seeded by the system, then SplitMix64 (Steele, Lea and Flood 2014).
///
/// A name must be unique, not secret, and the system's generator costs a call into the kernel each time.
struct NameGenerator: RandomNumberGenerator {
    private var state: UInt64

    init() {
        var system = SystemRandomNumberGenerator()
        self.state = system.next()
    }

    /// A number that nobody can guess, from the system: what this generator says next follows from what it said before.
    static func secret() -> UInt64 {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
