import Crypto

/// The learned part of the injection detector: weights and the tables that make them probabilities.
///
/// A model is a value read from a file (``init(bytes:name:)``) that says by a hash whether it is whole.
package struct InjectionModel: Sendable {
    /// How many words the wider windows have that a text is read through, besides its ``Sentences``.
    package static let windows = [24, 96]
    /// How many numbers the fusion weighs: by words, each head through each window, each head's p-value, and each head's
    /// contrast; by kinds of words, each head through each window and its contrast.
    package static let evidenceCount = 27

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

    /// What n-grams of letters and words weigh.
    package var words: WeightTable
    /// What n-grams of kinds of words weigh.
    package var kinds: WeightTable
    /// Which word is of which kind.
    package var classes: WordClasses
    /// By group of channels.
    package var judgements: [Judgement]
    /// The first eight bytes of the file's hash: which model found something.
    package private(set) var contentHash: UInt64 = 0

    /// Creates a model from its parts.
    package init(words: WeightTable, kinds: WeightTable, classes: WordClasses, judgements: [Judgement]) {
        self.words = words
        self.kinds = kinds
        self.classes = classes
        self.judgements = judgements
    }

    /// The detector's name with the hash in 16 digits, as findings show it.
    package var name: String {
        let digits = String(self.contentHash, radix: 16)
        return "injection@" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension InjectionModel {
    private static let magic = Array("GHINJECT".utf8)
    /// The version of the file's format that this code reads.
    package static let formatVersion: UInt32 = 3

    /// Reads a model from a file's bytes; the error calls the file by the name.
    package init(bytes: Span<UInt8>, name: String) throws(ModelError) {
        var reader = ModelReader(bytes, name: name)
        guard try reader.bytes(8) == Self.magic else {
            throw ModelError(.notAModel, "`\(name)` is not an injection model")
        }
        let version = try reader.word()
        guard version == Self.formatVersion else {
            throw ModelError(
                .wrongVersion,
                "`\(name)` has version \(version) of the format, expected \(Self.formatVersion): train it again with "
                    + "`gatehouse detector train`")
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
        let words = try WeightTable(&reader)
        let kinds = try WeightTable(&reader)
        let entries = Int(try reader.word())
        guard entries <= 1 << 16 else { throw ModelError(.malformed, "`\(name)` has \(entries) words of known kinds") }
        var classes: [WordClasses.Entry] = []
        for _ in 0..<entries { classes.append(WordClasses.Entry(key: try reader.word(), kind: try reader.bytes(1)[0])) }
        guard classes.allSatisfy({ (1..<UInt8(WordClasses.mostKinds)).contains($0.kind) }) else {
            throw ModelError(.malformed, "`\(name)` has a word of a kind that is none")
        }
        var judgements: [Judgement] = []
        for _ in TextChannel.Group.allCases { judgements.append(try Self.readJudgement(&reader)) }
        guard reader.position == bytes.count else {
            throw ModelError(.malformed, "`\(name)` has bytes after its end")
        }
        self.init(words: words, kinds: kinds, classes: WordClasses(classes), judgements: judgements)
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
        self.words.write(to: &body)
        self.kinds.write(to: &body)
        put(UInt32(self.classes.entries.count))
        for entry in self.classes.entries {
            put(entry.key)
            body.append(entry.kind)
        }
        for judgement in self.judgements {
            judgement.weights.forEach(put)
            judgement.benign.joined().forEach(put)
            put(UInt32(judgement.calibration.count))
            for point in judgement.calibration { put(point.x); put(point.y) }
            put(judgement.thresholds.x)
            put(judgement.thresholds.y)
        }
        let length = UInt32(body.count)
        let hash = Array(SHA256.hash(data: body))
        var file = Self.magic
        for word in [Self.formatVersion, length] {
            for shift in [0, 8, 16, 24] { file.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return file + hash + body
    }
}
