import Foundation
import TestSupport
import Testing
import Transparency

/// The test vectors of others, where they are at hand.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
    static let vectors = Self.root.appending(path: "merkle/testdata")
    static let log = Self.root.appending(path: "tlog/testdata/log")
    static var hasVectors: Bool { FileManager.default.fileExists(atPath: Self.vectors.path) }
    static var hasLog: Bool { FileManager.default.fileExists(atPath: Self.log.path) }

    /// A vector: numbers and texts by name.
    struct Vector {
        let name: String
        let members: [String: JSONDocument]

        func number(_ name: String) throws -> UInt64 {
            guard case .number(let text) = self.members[name] else { throw TransparencyError(.malformed, name) }
            return try #require(UInt64(text))
        }

        func hash(_ name: String) throws -> Hash { try Self.hash(self.members[name]) }

        func hashes() throws -> [Hash] {
            guard case .array(let elements) = self.members["proof"] else { return [] }
            return try elements.map(Self.hash)
        }

        func subtree() throws -> Subtree {
            guard let subtree = Subtree(start: try self.number("start"), end: try self.number("end")) else {
                throw TransparencyError(.outOfRange, "no subtree")
            }
            return subtree
        }

        var isWrong: Bool { self.members["wantErr"] == .boolean(true) }

        /// A hash is 32 bytes: one of another length cannot be said, which refuses it.
        private static func hash(_ value: JSONDocument?) throws -> Hash {
            guard case .string(let text) = value, let hash = Hash(base64: text) else {
                throw TransparencyError(.malformed, "no hash")
            }
            return hash
        }
    }

    static func vectors(_ folder: String) throws -> [Vector] {
        let folder = Self.vectors.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var vectors: [Vector] = []
        for case let file as URL in files where file.pathExtension == "json" {
            guard case .object(let members) = try JSONDocument(Array(Data(contentsOf: file))) else { continue }
            vectors.append(
                Vector(
                    name: String(file.path.dropFirst(folder.path.count + 1)),
                    members: Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })))
        }
        return vectors.sorted { $0.name < $1.name }
    }

    /// The vectors with which `check` disagrees.
    static func disagreements(_ vectors: [Vector], _ check: (Vector) throws -> Void) -> [String] {
        vectors.filter { vector in
            do {
                try check(vector)
                return vector.isWrong
            } catch {
                return !vector.isWrong
            }
        }.map(\.name)
    }
}

/// The vectors of transparency-dev/merkle, all of them. Where we decide otherwise than they do, it is listed here, and why.
@Suite("Vectors of other implementations", .enabled(if: Fixtures.hasVectors))
struct FixtureTests {
    /// A hash has 32 bytes. The vectors have two "roots" of 12 bytes that are equal and take that for consistent; to us
    /// neither is the root of anything, so it is refused where it is read.
    static let equalButNoHashes = "additional/sizes-are-equal-one-and-proof-is-empty.json"

    @Test("inclusion: all 98, with zero-length hashes refused as the vectors do")
    func inclusion() throws {
        let vectors = try Fixtures.vectors("inclusion")
        #expect(vectors.count == 98)
        let wrong = Fixtures.disagreements(vectors) { vector in
            let proof = InclusionProof(
                index: try vector.number("leafIdx"), size: try vector.number("treeSize"), hashes: try vector.hashes())
            try proof.verify(leaf: vector.hash("leafHash"), root: vector.hash("root"))
        }
        #expect(wrong == [])
    }

    /// As the vectors, we refuse every proof from size 0; the witness protocol's `old 0` is taken without a proof.
    @Test("consistency: all 98 but one, which compares what are no hashes")
    func consistency() throws {
        let vectors = try Fixtures.vectors("consistency")
        #expect(vectors.count == 98)
        let wrong = Fixtures.disagreements(vectors) { vector in
            let proof = ConsistencyProof(
                from: try vector.number("size1"), to: try vector.number("size2"), hashes: try vector.hashes())
            try proof.verify(first: vector.hash("root1"), second: vector.hash("root2"))
        }
        #expect(wrong == [Self.equalButNoHashes])
    }

    @Test("inclusion in subtrees: all 204")
    func subtreeInclusion() throws {
        let vectors = try Fixtures.vectors("subtreeinclusion")
        #expect(vectors.count == 204)
        let wrong = Fixtures.disagreements(vectors) { vector in
            let subtree = try vector.subtree()
            try InclusionProof.verify(
                vector.hashes(), leaf: vector.hash("leafHash"), index: vector.number("leafIdx"), in: subtree,
                root: vector.hash("root"))
        }
        #expect(wrong == [])
    }

    /// The vectors take an empty subtree, with the hash of nothing and no proof, for part of any tree, whatever that
    /// tree's root, even where it has 12 bytes. An empty range is no subtree to us: it says nothing, so it proves nothing,
    /// as size 0 does for whole trees.
    static let emptySubtrees = [
        "subtree-is-empty-sizes-are-equal-one-subtree-root-valid-proof-is-empty.json",
        "subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json",
        "subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-proof-is-empty.json",
        "subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
        "subtree-is-empty-subtree-root-valid-proof-is-empty.json",
        "subtree-is-empty-subtree-root-valid-tree-root-random-proof-is-empty.json",
    ].map { "additional/" + $0 }

    @Test("consistency of subtrees: all 118 but seven: one of no hashes, six of empty subtrees")
    func subtreeConsistency() throws {
        let vectors = try Fixtures.vectors("subtreeconsistency")
        #expect(vectors.count == 118)
        let wrong = Fixtures.disagreements(vectors) { vector in
            let subtree = try vector.subtree()
            try ConsistencyProof.verify(
                vector.hashes(), of: subtree, root: vector.hash("root1"), in: vector.number("size"),
                root: vector.hash("root2"))
        }
        #expect(wrong == [Self.equalButNoHashes] + Self.emptySubtrees)
    }
}

@Suite("A log of another implementation, from its bytes", .enabled(if: Fixtures.hasLog))
struct FrozenLogTests {
    static let key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

    /// The tiles as the folder has them.
    struct Folder: TileReader {
        func tile(_ id: TileID) throws -> Tile {
            try Tile(id, bytes: Array(Data(contentsOf: Fixtures.log.appending(path: id.path))).span)
        }
    }

    private func checkpoint(_ size: Int) throws -> SignedCheckpoint {
        let file = Fixtures.log.appending(path: "checkpoint.\(size)")
        return try SignedCheckpoint(parsing: Array(Data(contentsOf: file)))
    }

    private func entries(_ width: Int) throws -> [[UInt8]] {
        let path = TileID(level: 0, index: 0, width: width).entriesPath
        return try EntryBundle.decode(Array(Data(contentsOf: Fixtures.log.appending(path: path))), count: width)
    }

    @Test("its checkpoints of sizes 0 to 15 are signed, have the roots of its entries, and follow from one another")
    func checkpoints() throws {
        let policy = TrustPolicy(logs: [try VerifierKey(Self.key)])
        let leaves = try self.entries(15).map { Hash.leaf($0) }
        var range = CompactRange()
        var checkpoints: [Checkpoint] = []
        for size in 0...15 {
            let signed = try self.checkpoint(size)
            try policy.require(signed)
            #expect(signed.checkpoint.size == UInt64(size))
            #expect(signed.checkpoint.root == range.root)
            if size < 15 { range.append(leaves[size]) }
            checkpoints.append(signed.checkpoint)
        }
        for later in checkpoints.dropFirst() {
            #expect(try ProofPlan(rootOf: later.size).hashes(from: Folder()) == [later.root])
            for earlier in checkpoints[1..<Int(later.size)] {
                let proof = try ConsistencyProof(from: earlier.size, to: later.size, from: Folder())
                try proof.verify(first: earlier.root, second: later.root)
            }
        }
    }

    @Test("each of its entries has a proof that verifies, made from its tiles", arguments: 1...15)
    func proofs(_ size: Int) throws {
        let signed = try self.checkpoint(size)
        let policy = TrustPolicy(logs: [try VerifierKey(Self.key)])
        for (index, entry) in try self.entries(size).enumerated() {
            let proof = try InclusionProof(of: UInt64(index), in: UInt64(size), from: Folder())
            let text = LogProof(index: proof.index, hashes: proof.hashes, checkpoint: signed).encoded
            try LogProof(parsing: bytes(text)).verify(leaf: .leaf(entry), policy: policy)
        }
    }

    @Test("the partial bundles are those of the full one, and are written again byte for byte")
    func bundles() throws {
        let all = try self.entries(15)
        for width in 1...15 {
            #expect(try self.entries(width) == Array(all.prefix(width)))
            let path = TileID(level: 0, index: 0, width: width).entriesPath
            let stored = Array(try Data(contentsOf: Fixtures.log.appending(path: path)))
            #expect(EntryBundle.encode(Array(all.prefix(width))) == stored)
        }
    }
}
