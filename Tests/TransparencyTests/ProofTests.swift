import TestSupport
import Testing
import Transparency

/// A log in memory, with what it reads counted.
final class MemoryLog: TileReader {
    private(set) var edge = RightEdge()
    private var tiles: [TileID: Tile] = [:]
    private(set) var leaves: [Hash] = []
    var reads: [TileID] = []

    init(_ count: Int) { for leaf in numberedLeaves(count) { self.append(leaf) } }

    func append(_ leaf: Hash) {
        self.leaves.append(leaf)
        for tile in self.edge.append(leaf) { self.tiles[tile.id] = tile }
    }

    func tile(_ id: TileID) throws -> Tile {
        self.reads.append(id)
        return try #require(self.edge.tile(id) ?? self.tiles[id.full]?.prefix(id.width))
    }
}

@Suite("Proofs")
struct ProofTests {
    /// Everything that is near a proof and is none: each hash with one bit of each byte flipped, one missing, one too many,
    /// two swapped, one twice.
    static func spoiled(_ hashes: [Hash], using random: inout SplitMix) -> [[Hash]] {
        var all: [[Hash]] = []
        for position in hashes.indices {
            for byte in 0..<32 {
                var bytes = hashes[position].bytes
                bytes[byte] ^= 1 << UInt8(random.below(8))
                var changed = hashes
                changed[position] = Hash(bytes) ?? .empty
                all.append(changed)
            }
            var missing = hashes
            missing.remove(at: position)
            var twice = hashes
            twice.insert(hashes[position], at: position)
            all += [missing, twice]
            for other in hashes.indices where other > position && hashes[other] != hashes[position] {
                var swapped = hashes
                swapped.swapAt(position, other)
                all.append(swapped)
            }
        }
        for position in 0...hashes.count {
            var more = hashes
            more.insert(.leaf(bytes("garbage")), at: position)
            all.append(more)
        }
        return all
    }

    @Test("every proof that is made verifies, and nothing near it does")
    func small() throws {
        var random = SplitMix(seed: 5)
        let log = MemoryLog(40)
        let roots = (0...40).map { definedRoot(log.leaves[..<$0]) }
        for size in 1...40 {
            let root = roots[size]
            #expect(try ProofPlan(rootOf: UInt64(size)).hashes(from: log) == [root])
            for index in 0..<size {
                let proof = try InclusionProof(of: UInt64(index), in: UInt64(size), from: log)
                try proof.verify(leaf: log.leaves[index], root: root)
                #expect(throws: TransparencyError(.mismatch, "")) {
                    try proof.verify(leaf: log.leaves[(index + 1) % 40], root: root)
                }
                self.refuses(proof, leaf: log.leaves[index], root: root, using: &random, everything: size > 34)
                for other in [size - 1, size + 1] where other > index && other <= 40 {
                    #expect(throws: TransparencyError.self) {
                        try InclusionProof(index: proof.index, size: UInt64(other), hashes: proof.hashes)
                            .verify(leaf: log.leaves[index], root: roots[other])
                    }
                }
            }
            for first in 1...size {
                let proof = try ConsistencyProof(from: UInt64(first), to: UInt64(size), from: log)
                let earlier = roots[first]
                try proof.verify(first: earlier, second: root)
                self.refuses(proof, first: earlier, second: root, using: &random, everything: size > 34)
                for other in [size - 1, size + 1] where other >= first && other <= 40 {
                    #expect(throws: TransparencyError.self) {
                        try ConsistencyProof(from: proof.first, to: UInt64(other), hashes: proof.hashes)
                            .verify(first: earlier, second: roots[other])
                    }
                }
            }
        }
    }

    private func refuses(
        _ proof: InclusionProof, leaf: Hash, root: Hash, using random: inout SplitMix, everything: Bool
    ) {
        var near = [(proof.index + 1, proof.size, proof.hashes)]
        if proof.index > 0 { near.append((proof.index - 1, proof.size, proof.hashes)) }
        if everything {
            near += Self.spoiled(proof.hashes, using: &random).map { (proof.index, proof.size, $0) }
        }
        let taken = near.count { index, size, hashes in
            (try? InclusionProof(index: index, size: size, hashes: hashes).verify(leaf: leaf, root: root)) != nil
        }
        #expect(taken == 0)
        #expect(throws: TransparencyError.self) { try proof.verify(leaf: leaf, root: .leaf(bytes("other"))) }
    }

    private func refuses(
        _ proof: ConsistencyProof, first: Hash, second: Hash, using random: inout SplitMix, everything: Bool
    ) {
        var near: [(UInt64, UInt64, [Hash])] = []
        if proof.first < proof.second {
            near = [
                (proof.first + 1, proof.second, proof.hashes), (proof.first - 1, proof.second, proof.hashes),
            ]
            #expect(throws: TransparencyError.self) { try proof.verify(first: second, second: first) }
        }
        if everything { near += Self.spoiled(proof.hashes, using: &random).map { (proof.first, proof.second, $0) } }
        let taken = near.count { from, to, hashes in
            (try? ConsistencyProof(from: from, to: to, hashes: hashes).verify(first: first, second: second)) != nil
        }
        #expect(taken == 0)
        #expect(throws: TransparencyError.self) { try proof.verify(first: .empty, second: second) }
        #expect(throws: TransparencyError.self) { try proof.verify(first: first, second: .empty) }
    }

    @Test("every subtree has a proof, and its leaves have one in it")
    func provesSubtrees() throws {
        let log = MemoryLog(40)
        for size in [1, 2, 7, 8, 13, 32, 40] {
            let root = definedRoot(log.leaves[..<size])
            for start in 0..<size {
                for end in (start + 1)...size {
                    guard let subtree = Subtree(start: UInt64(start), end: UInt64(end)) else {
                        #expect(start & 1 == 1 || start != 0)
                        continue
                    }
                    let part = definedRoot(log.leaves[start..<end])
                    let hashes = try ProofPlan(consistencyOf: subtree, in: UInt64(size)).hashes(from: log)
                    try ConsistencyProof.verify(hashes, of: subtree, root: part, in: UInt64(size), root: root)
                    #expect(throws: TransparencyError.self) {
                        try ConsistencyProof.verify(hashes, of: subtree, root: .empty, in: UInt64(size), root: root)
                    }
                    for index in start..<end {
                        let plan = try ProofPlan(inclusionOf: UInt64(index), in: subtree, size: UInt64(size))
                        try InclusionProof.verify(
                            plan.hashes(from: log), leaf: log.leaves[index], index: UInt64(index), in: subtree,
                            root: part)
                    }
                }
            }
        }
    }

    static let subtrees: [(UInt64, UInt64, Bool)] = [
        (0, 0, false), (1, 1, false), (2, 1, false), (0, 1, true), (5, 6, true), (4, 6, true), (2, 5, false),
        (2, 6, false), (8, 13, true), (4, 12, false), (0, .max, true), (1, .max, false), (1 << 63, .max, true),
        (1, 9_223_372_036_854_775_810, false),
    ]

    @Test("a subtree begins at a multiple of the power of two that holds it", arguments: ProofTests.subtrees)
    func validSubtrees(start: UInt64, end: UInt64, isValid: Bool) {
        #expect((Subtree(start: start, end: end) != nil) == isValid)
    }

    @Test("proofs from tiles of large trees read at most two or three tiles of each level, also of earlier sizes")
    func large() throws {
        let count = 65536 + 3 * 256 + 17
        let log = MemoryLog(count)
        var random = SplitMix(seed: 6)
        var range = CompactRange()
        var roots: [Hash] = [range.root]
        for leaf in log.leaves {
            range.append(leaf)
            roots.append(range.root)
        }
        let edges = [1, 255, 256, 257, 65535, 65536, 65537, count - 1, count]
        let sizes = edges + (0..<300).map { _ in 1 + random.below(count) }
        for size in sizes {
            let index = random.below(size)
            log.reads = []
            let proof = try InclusionProof(of: UInt64(index), in: UInt64(size), from: log)
            try proof.verify(leaf: log.leaves[index], root: roots[size])
            #expect(log.reads.count <= 6)
            let first = 1 + random.below(size)
            log.reads = []
            let consistency = try ConsistencyProof(from: UInt64(first), to: UInt64(size), from: log)
            try consistency.verify(first: roots[first], second: roots[size])
            #expect(log.reads.count <= 9)
            #expect(Set(log.reads).count == log.reads.count)
        }
    }

    @Test("what cannot be proved is refused")
    func impossible() {
        let log = MemoryLog(5)
        #expect(throws: TransparencyError(.outOfRange, "")) { try InclusionProof(of: 5, in: 5, from: log) }
        #expect(throws: TransparencyError(.outOfRange, "")) { try InclusionProof(of: 0, in: 0, from: log) }
        #expect(throws: TransparencyError(.outOfRange, "")) { try ConsistencyProof(from: 0, to: 5, from: log) }
        #expect(throws: TransparencyError(.outOfRange, "")) { try ConsistencyProof(from: 5, to: 4, from: log) }
        #expect(throws: TransparencyError(.unavailable, "")) { try ProofPlan(rootOf: 5).hashes(in: [:]) }
        #expect(throws: TransparencyError(.outOfRange, "")) {
            try InclusionProof(index: .max, size: 5, hashes: []).verify(leaf: .empty, root: .empty)
        }
    }

    static let sizes: [UInt64] = [.max, .max - 1, 1 << 63, 1 << 63 + 1, 1 << 32, 1 << 62 + 12345]

    @Test("the largest sizes neither overflow nor run for ever", arguments: ProofTests.sizes)
    func staysBounded(_ size: UInt64) throws {
        for index in [0, 1, size / 2, size - 1] {
            let plan = try ProofPlan(inclusionOf: index, in: size)
            #expect(plan.hashCount <= InclusionProof.limit && plan.tiles.count <= 16)
            let hashes = [Hash](repeating: .empty, count: plan.hashCount)
            #expect(throws: TransparencyError(.mismatch, "")) {
                try InclusionProof(index: index, size: size, hashes: hashes).verify(leaf: .empty, root: .empty)
            }
            guard index > 0 else { continue }
            let consistency = try ProofPlan(consistencyFrom: index, to: size)
            #expect(consistency.hashCount <= ConsistencyProof.limit + 1 && consistency.tiles.count <= 24)
            let more = [Hash](repeating: .empty, count: consistency.hashCount)
            #expect(throws: TransparencyError(.mismatch, "")) {
                try ConsistencyProof(from: index, to: size, hashes: more).verify(first: .empty, second: .empty)
            }
        }
    }
}
