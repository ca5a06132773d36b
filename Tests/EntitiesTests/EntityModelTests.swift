import CDetectorModels
import Entities
import TestSupport
import Testing

@Suite("The model of names")
struct EntityModelTests {
    private static var file: [UInt8] {
        // SAFE: the bytes are part of the program's read-only data, as many as the size says.
        unsafe Array(UnsafeBufferPointer(start: gatehouse_entity_model(), count: gatehouse_entity_model_size()))
    }

    private static func failure(_ bytes: [UInt8]) -> String? {
        do throws(EntityModel.Failure) {
            _ = try EntityModel(bytes, file: "names.model")
            return nil
        } catch { return error.description }
    }

    @Test("The built-in model is whole")
    func builtInModelIsWhole() {
        #expect(Self.failure(Self.file) == nil)
        #expect(Self.file.count < 3_000_000)
    }

    @Test("A file that is cut, changed, of another version or of another kind is refused by name")
    func badFilesAreRefused() {
        let file = Self.file
        for length in [0, 7, 47, 48, 1000, file.count - 1] {
            #expect(Self.failure(Array(file.prefix(length)))?.contains("`names.model`") == true, "\(length)")
        }
        var changed = file
        changed[file.count / 2] ^= 1
        #expect(Self.failure(changed)?.contains("its hash") == true)
        var old = file
        old[8] = 99
        #expect(Self.failure(old)?.contains("version 99") == true)
        #expect(Self.failure(Array("GHINJECT".utf8) + file.dropFirst(8))?.contains("GHENTITY") == true)
        #expect(Self.failure(file + [0])?.contains("not whole") == true)
    }
}

@Suite("A chain of labels")
struct LabelChainTests {
    /// Every sequence of labels that is possible, with its weight.
    private static func paths(_ scores: [LabelChain.Vector], _ steps: [Float]) -> [(path: [Int], weight: Double)] {
        var paths: [(path: [Int], weight: Double)] = [([], 0)]
        for score in scores {
            paths = paths.flatMap { before in
                (0..<LabelChain.labels).compactMap { label in
                    let last = before.path.last ?? 0
                    guard LabelChain.isPossible(last, label) else { return nil }
                    let step = steps[last * LabelChain.labels + label]
                    return (before.path + [label], before.weight + Double(step + score[label]))
                }
            }
        }
        return paths
    }

    @Test("Probabilities and the best path are those of adding up all paths")
    func sumsAreRight() {
        var random = SplitMix(seed: 11)
        for _ in 0..<20 {
            func number() -> Float { Float(random.below(4000)) / 1000 - 2 }
            let steps = (0..<81).map { _ in number() }
            var sums = LabelChain.Sums()
            for _ in 0..<4 {
                var labels = SIMD8<Float>()
                for lane in 0..<8 { labels[lane] = number() }
                sums.scores.append(LabelChain.scores(labels))
            }
            let chain = LabelChain(steps: steps)
            chain.sum(&sums)
            chain.decode(&sums, reluctance: 0)
            let paths = Self.paths(sums.scores, steps)
            let highest = paths.map(\.weight).max() ?? 0
            var total = 0.0
            for path in paths { total += Self.power(path.weight - highest) }
            #expect(paths.first { $0.weight == highest }?.path == sums.path.map(Int.init))
            for kind in 0..<4 {
                for range in [0..<1, 0..<2, 1..<3, 1..<4, 3..<4] {
                    let share = paths.reduce(0.0) { sum, path in
                        let isEntity =
                            range.allSatisfy { path.path[$0] == ($0 == range.lowerBound ? 1 : 2) + 2 * kind }
                            && (range.upperBound == 4 || path.path[range.upperBound] != 2 + 2 * kind)
                        return isEntity ? sum + Self.power(path.weight - highest) : sum
                    }
                    let found = Double(chain.probability(of: range, kind: kind, sums))
                    #expect(abs(found - share / total) < 1e-4, "\(kind) \(range)")
                }
            }
        }
    }

    /// e to a power, by its series.
    private static func power(_ x: Double) -> Double {
        guard x > -60 else { return 0 }
        let part = x / 64
        var (sum, term) = (1.0, 1.0)
        for index in 1..<20 {
            term *= part / Double(index)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }

    @Test("The exponential is right to five digits")
    func exponentialIsRight() {
        for step in -600...600 {
            let x = Double(step) / 20
            let expected = Self.power(x)
            #expect(abs(Double(Exponential.of(Float(x))) - expected) <= 2e-5 * expected)
        }
        #expect(Exponential.of(-1000) == 0)
    }
}
