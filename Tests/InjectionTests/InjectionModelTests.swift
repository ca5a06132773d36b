import Injection
import Testing

/// A model's file: what is read back, and what is refused.
@Suite("The injection model's file")
struct InjectionModelTests {
    /// A model of 256 slots, with other numbers in each.
    static let small: InjectionModel = {
        let judgement = InjectionModel.Judgement(
            weights: (0..<InjectionModel.evidenceCount + 4).map { Float($0) / 8 },
            benign: (0..<4).map { row in (0..<12).map { Float(row + $0) } },
            calibration: [SIMD2(-1, 0.1), SIMD2(0, 0.5), SIMD2(2, 0.9)], thresholds: SIMD2(1, 2))
        func table(_ factor: UInt32) -> WeightTable {
            WeightTable(
                slotBits: 8, slots: (0..<256).map { UInt32($0) &* factor }, means: (0..<256).map { UInt8($0) },
                scales: SIMD4(0.1, 0.2, 0.3, 0), biases: SIMD4(-1, -2, -3, 0))
        }
        return InjectionModel(
            words: table(0x0101_0305), kinds: table(0x0203_0507),
            classes: WordClasses((1..<9).map { WordClasses.Entry(key: UInt32($0) &* 0x0123_4567, kind: UInt8($0)) }),
            judgements: [judgement, judgement, judgement])
    }()

    @Test("What is written is read back, and the same model gives the same bytes")
    func modelsComeBack() throws {
        let bytes = Self.small.fileBytes
        let read = try InjectionModel(bytes: bytes.span, name: "m")
        #expect(read.words == Self.small.words)
        #expect(read.kinds == Self.small.kinds)
        #expect(read.classes == Self.small.classes)
        #expect(read.judgements == Self.small.judgements)
        #expect(read.contentHash != 0)
        #expect(read.fileBytes == bytes)
    }

    /// A way to damage a file, and what is said of it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: ModelError.Code
        let change: @Sendable ([UInt8]) -> [UInt8]
    }

    static let damages = [
        Damage(testDescription: "nothing", code: .truncated) { _ in [] },
        Damage(testDescription: "another file", code: .notAModel) { [1] + $0.dropFirst() },
        Damage(testDescription: "a later version", code: .wrongVersion) { bytes in
            var bytes = bytes
            bytes[8] = 9
            return bytes
        },
        Damage(testDescription: "an earlier version", code: .wrongVersion) { bytes in
            var bytes = bytes
            bytes[8] = 2
            return bytes
        },
        Damage(testDescription: "half of it", code: .truncated) { Array($0.prefix($0.count / 2)) },
        Damage(testDescription: "a byte more", code: .truncated) { $0 + [0] },
        Damage(testDescription: "only the header", code: .truncated) { Array($0.prefix(40)) },
        Damage(testDescription: "one bit turned", code: .wrongHash) { bytes in
            var bytes = bytes
            bytes[bytes.count - 1] ^= 1
            return bytes
        },
        Damage(testDescription: "another hash", code: .wrongHash) { bytes in
            var bytes = bytes
            bytes[20] ^= 0x80
            return bytes
        },
    ]

    @Test("A damaged file is refused, and the error names it", arguments: damages)
    func damagedFilesAreRefused(damage: Damage) {
        let bytes = damage.change(Self.small.fileBytes)
        let error = #expect(throws: ModelError.self) { try InjectionModel(bytes: bytes.span, name: "new.model") }
        #expect(error?.code == damage.code)
        #expect(error?.message.contains("`new.model`") == true)
    }

    @Test("No beginning of a file is a model, nor does it crash")
    func noBeginningIsAModel() {
        let bytes = Self.small.fileBytes
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: ModelError.self) { try InjectionModel(bytes: bytes.span.extracting(0..<length), name: "m") }
        }
    }

    @Test("The model of the program is whole")
    func embeddedModelIsWhole() throws {
        let model = try InjectionDetector.embedded().model
        for table in [model.words, model.kinds] {
            #expect(table.slots.count == 1 << table.slotBits && table.means.count == table.slots.count)
        }
        #expect(model.classes.entries.count > 1000)
        #expect(model.name.hasPrefix("injection@") && model.name.utf8.count == 26)
        for judgement in model.judgements {
            #expect(judgement.thresholds.y >= judgement.thresholds.x)
            for table in judgement.benign { #expect(zip(table, table.dropFirst()).allSatisfy { $0 < $1 }) }
            let points = judgement.calibration
            #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y <= $1.y })
            #expect(judgement.weights.prefix(InjectionModel.evidenceCount).allSatisfy { $0 >= 0 })
        }
    }
}
