import Crypto

/// The learned part of the injection detector: weights and the tables that make them probabilities.
///
/// A model is a value read from a file (``init(bytes:name:)``) that says by a hash whether it is whole.
package struct InjectionModel: Sendable {
    /// How many words the wider windows have that a text is read through, besides its ``Sentences``.
    package static let windows = [24, 96]
    /// How many numbers the fusion weighs: each head through each window, each head's p-value, and each head's contrast.
    package static let evidenceCount = 15

    /// What turns the evidence of one group of channels into a probability.
    package struct Judgement: Hashable, Sendable {
        /// Weights of the evidence, the signals (phrases, hidden, disguised) and, last, the intercept.
        package var weights: [Float]
        /// Scores of clean text at the rarities of ``Rarity/points``: one table a head, and one of the fused score.
        package var benign: [[Float]]
        /// Points of the isotonic calibration: score and probability, both rising.
        package var calibration: [SIMD2<Float>]
        /// The scores that one in a hundred, and one in a thousand, clean texts reach.
        package var thresholds: SIMD2<Float>

        /// Creates a judgement.
        package init(
            weights: [Float], benign: [[Float]], calibration: [SIMD2<Float>], thresholds: SIMD2<Float>
        ) {
            self.weights = weights
            self.benign = benign
            self.calibration = calibration
            self.thresholds = thresholds
        }
    }

    /// How many slots the table has, as a power of two.
    package var slotBits: Int
    /// One n-gram a slot: three signed weights, and in the highest byte a part of the n-gram's hash.
    package var slots: [UInt32]
    /// How often clean text has the slot's n-gram, as ``meanValue(_:)`` reads it; only explanations need it.
    package var means: [UInt8]
    /// What a weight of one is worth, by head.
    package var scales: SIMD4<Float>
    /// The heads' intercepts.
    package var biases: SIMD4<Float>
    /// By group of channels.
    package var judgements: [Judgement]
    /// The first eight bytes of the file's hash: which model found something.
    package private(set) var contentHash: UInt64 = 0

    /// Creates a model from its parts.
    package init(
        slotBits: Int, slots: [UInt32], means: [UInt8], scales: SIMD4<Float>, biases: SIMD4<Float>,
        judgements: [Judgement]
    ) {
        self.slotBits = slotBits
        self.slots = slots
        self.means = means
        self.scales = scales
        self.biases = biases
        self.judgements = judgements
    }

    /// The detector's name with the hash in 16 digits, as findings show it.
    package var name: String {
        let digits = String(self.contentHash, radix: 16)
        return "injection@" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The slot that an n-gram would be in.
    @inline(__always)
    package static func slot(of hash: UInt32, bits: Int) -> Int { Int(hash >> UInt32(32 - bits)) }

    /// The weights of an n-gram, or zero where the slot belongs to another.
    @inline(__always)
    func weights(of hash: UInt32, _ slots: Span<UInt32>, shift: UInt32) -> SIMD4<Int32> {
        let slot = slots[Int(hash >> shift)]
        guard slot >> 24 == hash & 0xFF else { return SIMD4(0, 0, 0, 1) }
        return SIMD4(
            Int32(Int8(truncatingIfNeeded: slot)), Int32(Int8(truncatingIfNeeded: slot >> 8)),
            Int32(Int8(truncatingIfNeeded: slot >> 16)), 1)
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

extension InjectionModel {
    private static let magic = Array("GHINJECT".utf8)
    /// The version of the file's format that this code reads.
    package static let formatVersion: UInt32 = 2

    /// Reads a model from a file's bytes; the error calls the file by the name.
    package init(bytes: Span<UInt8>, name: String) throws(ModelError) {
        var reader = ModelReader(bytes, name: name)
        guard try reader.bytes(8) == Self.magic else {
            throw ModelError(.notAModel, "`\(name)` is not an injection model")
        }
        let version = try reader.word()
        guard version == Self.formatVersion else {
            throw ModelError(
                .wrongVersion, "`\(name)` has version \(version) of the format, expected \(Self.formatVersion)")
        }
        let length = Int(try reader.word())
        let hash = try reader.bytes(32)
        guard bytes.count - reader.position == length else {
            throw ModelError(
                .truncated, "`\(name)` has \(bytes.count - reader.position) bytes after its header, expected \(length)")
        }
        var digest = SHA256()
        // SAFE: the bytes are only read, and only while the call lasts.
        unsafe bytes.extracting(reader.position..<bytes.count).withUnsafeBytes { raw in
            unsafe digest.update(bufferPointer: raw)
        }
        guard Array(digest.finalize()) == hash else {
            throw ModelError(.wrongHash, "`\(name)` does not match its hash")
        }
        let bits = Int(try reader.word())
        guard (8...22).contains(bits) else { throw ModelError(.malformed, "`\(name)` has 2^\(bits) slots") }
        let scales = SIMD4<Float>(try reader.float(), try reader.float(), try reader.float(), 0)
        let biases = SIMD4<Float>(try reader.float(), try reader.float(), try reader.float(), 0)
        var judgements: [Judgement] = []
        for _ in TextChannel.Group.allCases { judgements.append(try Self.readJudgement(&reader)) }
        var slots: [UInt32] = []
        slots.reserveCapacity(1 << bits)
        for _ in 0..<1 << bits { slots.append(try reader.word()) }
        let means = try reader.bytes(1 << bits)
        guard reader.position == bytes.count else {
            throw ModelError(.malformed, "`\(name)` has bytes after its end")
        }
        self.init(
            slotBits: bits, slots: slots, means: means, scales: scales, biases: biases, judgements: judgements)
        self.contentHash = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func readJudgement(_ reader: inout ModelReader) throws(ModelError) -> Judgement {
        let weights = try reader.floats(Self.evidenceCount + 4)
        var benign: [[Float]] = []
        for _ in 0...InjectionHead.allCases.count { benign.append(try reader.floats(Rarity.points.count)) }
        let count = Int(try reader.word())
        guard (2...256).contains(count) else {
            throw ModelError(.malformed, "`\(reader.name)` has a calibration of \(count) points")
        }
        var calibration: [SIMD2<Float>] = []
        for _ in 0..<count { calibration.append(SIMD2(try reader.float(), try reader.float())) }
        return Judgement(
            weights: weights, benign: benign, calibration: calibration,
            thresholds: SIMD2(try reader.float(), try reader.float()))
    }

    /// The model as a file; the same model gives the same bytes.
    package var fileBytes: [UInt8] {
        var body: [UInt8] = []
        func put(_ word: UInt32) {
            for shift in [0, 8, 16, 24] { body.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        func put(_ float: Float) { put(float.bitPattern) }
        put(UInt32(self.slotBits))
        for head in 0..<3 { put(self.scales[head]) }
        for head in 0..<3 { put(self.biases[head]) }
        for judgement in self.judgements {
            judgement.weights.forEach(put)
            judgement.benign.joined().forEach(put)
            put(UInt32(judgement.calibration.count))
            for point in judgement.calibration { put(point.x); put(point.y) }
            put(judgement.thresholds.x)
            put(judgement.thresholds.y)
        }
        self.slots.forEach(put)
        body += self.means
        let length = UInt32(body.count)
        let hash = Array(SHA256.hash(data: body))
        var file = Self.magic
        for word in [Self.formatVersion, length] {
            for shift in [0, 8, 16, 24] { file.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return file + hash + body
    }
}
