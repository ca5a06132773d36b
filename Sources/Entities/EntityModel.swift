internal import Crypto

/// What the training of the recogniser leaves behind: weights, steps and a lexicon, read from one file.
///
/// The file: eight bytes of name, the version, the length of the rest, the rest's SHA-256, then scale, reluctance and the
/// 81 steps as 32-bit floating point, the rows of eight signed bytes, the count of the lexicon's cells and the cells; all
/// little-endian.
package struct EntityModel: Sendable {
    /// The version of the features and of the format that this code reads.
    package static let version: UInt32 = 2
    static let name: [UInt8] = Array("GHENTITY".utf8)
    static let headerLength = 48

    /// One row of eight weights for each hashed feature; label 0 weighs nothing.
    package let rows: [SIMD8<Int8>]
    /// What one unit of a weight is worth.
    package let scale: Float
    /// How much less likely than the model says label 0 is taken to be.
    package let reluctance: Float
    /// The weights from label to label.
    package let steps: [Float]
    /// What is known of words.
    package let lexicon: Lexicon
    /// The first eight bytes of the hash of the file's content.
    package let contentHash: UInt64

    /// Why a file is no model that can be used.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong with it, and with which file.
        package let description: String
    }

    /// Reads a model, and checks that it is whole. `file` is its name in messages.
    package init(_ bytes: [UInt8], file: String) throws(Failure) {
        guard bytes.count >= Self.headerLength, bytes[..<8].elementsEqual(Self.name) else {
            throw Failure(description: "`\(file)` is no model for the recognition of names: expected the mark GHENTITY")
        }
        var reader = ModelReader(bytes: bytes, offset: 8)
        let version = reader.number()
        guard version == Self.version else {
            throw Failure(
                description: "the model `\(file)` has version \(version), expected \(Self.version): train it again")
        }
        let length = Int(reader.number())
        guard bytes.count == Self.headerLength + length else {
            throw Failure(
                description:
                    "the model `\(file)` is not whole: it has \(bytes.count) bytes, expected \(Self.headerLength + length)"
            )
        }
        let hash = Array(SHA256.hash(data: bytes[Self.headerLength...]))
        guard bytes[16..<48].elementsEqual(hash) else {
            throw Failure(description: "the model `\(file)` was changed: its hash is not the one that it states")
        }
        let fixed = 4 * (2 + LabelChain.labels * LabelChain.labels) + WordFeatures.rows * 8 + 4
        guard length >= fixed else {
            throw Failure(description: "the model `\(file)` is too short for its tables: \(length) bytes")
        }
        reader.offset = Self.headerLength
        self.scale = Float(bitPattern: reader.number())
        self.reluctance = Float(bitPattern: reader.number())
        var steps: [Float] = []
        for _ in 0..<LabelChain.labels * LabelChain.labels { steps.append(Float(bitPattern: reader.number())) }
        self.steps = steps
        self.rows = reader.rows(WordFeatures.rows)
        let count = Int(reader.number())
        guard count % 3 == 0, length == fixed + 2 * count, self.scale.isFinite, self.reluctance.isFinite,
            steps.allSatisfy(\.isFinite)
        else {
            throw Failure(description: "the model `\(file)` has numbers that cannot be: its lexicon or its weights")
        }
        self.lexicon = Lexicon(cells: reader.cells(count))
        self.contentHash = hash[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The bytes of a model's file.
    package static func file(
        rows: [SIMD8<Int8>], scale: Float, reluctance: Float, steps: [Float], lexicon: Lexicon
    ) -> [UInt8] {
        var content: [UInt8] = []
        Self.append(scale.bitPattern, to: &content)
        Self.append(reluctance.bitPattern, to: &content)
        for step in steps { Self.append(step.bitPattern, to: &content) }
        for row in rows { for lane in 0..<8 { content.append(UInt8(bitPattern: row[lane])) } }
        Self.append(UInt32(lexicon.cells.count), to: &content)
        for cell in lexicon.cells {
            content.append(UInt8(truncatingIfNeeded: cell))
            content.append(UInt8(truncatingIfNeeded: cell >> 8))
        }
        var file = Self.name
        Self.append(Self.version, to: &file)
        Self.append(UInt32(content.count), to: &file)
        file += Array(SHA256.hash(data: content))
        return file + content
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }
}

/// Reads numbers from bytes whose length was checked.
private struct ModelReader {
    let bytes: [UInt8]
    var offset: Int

    mutating func number() -> UInt32 {
        var number: UInt32 = 0
        for index in 0..<4 { number |= UInt32(self.bytes[self.offset + index]) << UInt32(8 * index) }
        self.offset += 4
        return number
    }

    mutating func rows(_ count: Int) -> [SIMD8<Int8>] {
        var rows: [SIMD8<Int8>] = []
        rows.reserveCapacity(count)
        for _ in 0..<count {
            var row = SIMD8<Int8>()
            for lane in 0..<8 { row[lane] = Int8(bitPattern: self.bytes[self.offset + lane]) }
            self.offset += 8
            rows.append(row)
        }
        return rows
    }

    mutating func cells(_ count: Int) -> [UInt16] {
        var cells: [UInt16] = []
        cells.reserveCapacity(count)
        for _ in 0..<count {
            cells.append(UInt16(self.bytes[self.offset]) | UInt16(self.bytes[self.offset + 1]) << 8)
            self.offset += 2
        }
        return cells
    }
}
