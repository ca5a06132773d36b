/// What n-grams weigh: a table of slots, each of which belongs to one n-gram.
package struct WeightTable: Sendable, Hashable {
    /// How many slots there are, as a power of two.
    package var slotBits: Int
    /// One n-gram a slot: three signed weights, and in the highest byte a part of the n-gram's hash.
    package var slots: [UInt32]
    /// How often clean text has the slot's n-gram, as ``meanValue(_:)`` reads it; only explanations need it.
    package var means: [UInt8]
    /// What a weight of one is worth, by head.
    package var scales: SIMD4<Float>
    /// The heads' intercepts.
    package var biases: SIMD4<Float>

    /// Creates a table from its parts.
    package init(slotBits: Int, slots: [UInt32], means: [UInt8], scales: SIMD4<Float>, biases: SIMD4<Float>) {
        self.slotBits = slotBits
        self.slots = slots
        self.means = means
        self.scales = scales
        self.biases = biases
    }

    /// The slot that an n-gram would be in.
    @inline(__always)
    package static func slot(of hash: UInt32, bits: Int) -> Int { Int(hash >> UInt32(32 - bits)) }

    /// The weights of an n-gram and a one, by which n-grams are counted; only the one where the slot belongs to another.
    @inline(__always)
    static func weights(of hash: UInt32, _ slots: Span<UInt32>, shift: UInt32) -> SIMD4<Int32> {
        let slot = slots[Int(hash >> shift)]
        guard slot >> 24 == hash & 0xFF else { return SIMD4(0, 0, 0, 1) }
        return SIMD4(
            Int32(Int8(truncatingIfNeeded: slot)), Int32(Int8(truncatingIfNeeded: slot >> 8)),
            Int32(Int8(truncatingIfNeeded: slot >> 16)), 1)
    }

    /// What a head's weight of a slot is worth.
    package func weight(_ slot: Int, _ head: InjectionHead) -> Double {
        let byte = Int8(truncatingIfNeeded: self.slots[slot] >> UInt32(8 * head.rawValue))
        return Double(byte) * Double(self.scales[head.rawValue])
    }

    /// The mean that a byte of ``means`` stands for.
    package static func meanValue(_ byte: UInt8) -> Double {
        guard byte > 0 else { return 0 }
        var value = 1.0
        // Eighths of a power of two, exactly the same on every machine.
        for _ in 0..<(Int(byte) - 1) / 8 { value /= 2 }
        for _ in 0..<(Int(byte) - 1) % 8 { value *= 0.917_004_043_204_671_2 }
        return value
    }
}

extension WeightTable {
    init(_ reader: inout ModelReader) throws(ModelError) {
        let bits = Int(try reader.word())
        guard (8...22).contains(bits) else { throw ModelError(.malformed, "`\(reader.name)` has 2^\(bits) slots") }
        self.slotBits = bits
        self.scales = SIMD4<Float>(try reader.float(), try reader.float(), try reader.float(), 0)
        self.biases = SIMD4<Float>(try reader.float(), try reader.float(), try reader.float(), 0)
        var slots: [UInt32] = []
        slots.reserveCapacity(1 << bits)
        for _ in 0..<1 << bits { slots.append(try reader.word()) }
        self.slots = slots
        self.means = try reader.bytes(1 << bits)
    }

    /// Writes what ``init(_:)`` reads.
    func write(to body: inout [UInt8]) {
        func put(_ word: UInt32) {
            for shift in [0, 8, 16, 24] { body.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        put(UInt32(self.slotBits))
        for head in 0..<3 { put(self.scales[head].bitPattern) }
        for head in 0..<3 { put(self.biases[head].bitPattern) }
        self.slots.forEach(put)
        body += self.means
    }
}
