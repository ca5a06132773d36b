import Kernel
import Testing
import Transparency

@Suite("Trust policies and proofs to take along")
struct TrustPolicyTests {
    struct Cast {
        let log: SigningKey
        let witnesses: [SigningKey]
        let signed: SignedCheckpoint

        init(witnesses: Int, cosignedBy: [Int], origin: String = "log.example/a") throws {
            self.log = try testKey("log.example/a", seed: "log")
            self.witnesses = try (0..<witnesses).map { try testKey("witness.example/\($0)", seed: "witness \($0)") }
            var signed = try Checkpoint(origin: origin, size: 1, root: .leaf(bytes("e"))).signed(by: self.log)
            for index in cosignedBy {
                let time = Timestamp(microseconds: Int64(1_000_000 * (100 + index)))
                signed.add(try self.witnesses[index].cosign(signed.note.text, at: time))
            }
            self.signed = signed
        }

        func lines(_ rest: String) -> [UInt8] {
            let witnesses = self.witnesses.enumerated().map { "witness w\($0) \($1.verifier(.cosignature))\n" }
            return bytes("log \(self.log.verifier(.ed25519))\n\(witnesses.joined())\(rest)\n")
        }
    }

    static let quorums: [(String, [Int], Bool)] = [
        ("quorum none", [], true), ("quorum w0", [0], true), ("quorum w0", [1], false),
        ("group g any w0 w1\nquorum g", [1], true), ("group g any w0 w1\nquorum g", [2], false),
        ("group g all w0 w1\nquorum g", [1], false), ("group g all w0 w1\nquorum g", [0, 1], true),
        ("group g 2 w0 w1 w2\nquorum g", [0, 2], true), ("group g 2 w0 w1 w2\nquorum g", [2], false),
        ("group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup b all x y\nquorum b", [0, 1, 4], true),
        ("group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup b all x y\nquorum b", [0, 1, 2], false),
        ("group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup b all x y\nquorum b", [0, 3, 4], false),
        ("  # a comment\n\t\nquorum \t w0  ", [0], true),
    ]

    @Test("a quorum is met as its groups say", arguments: TrustPolicyTests.quorums)
    func evaluates(text: String, cosignedBy: [Int], isMet: Bool) throws {
        let cast = try Cast(witnesses: 5, cosignedBy: cosignedBy)
        let policy = try TrustPolicy(parsing: cast.lines(text))
        let verdict = try policy.evaluate(cast.signed)
        #expect(verdict.isMet == isMet)
        #expect(verdict.log == cast.log.verifier(.ed25519))
        #expect(verdict.cosignatures.map(\.time) == cosignedBy.map { UInt64(100 + $0) })
        if !isMet { #expect(throws: TransparencyError(.unmet, "")) { try policy.require(cast.signed) } }
        #expect(try TrustPolicy(parsing: policy.encoded) == policy)
    }

    static let refused: [String] = [
        "", "quorum", "quorum a b", "quorum w9", "quorum none\nquorum none", "group g any\nquorum none",
        "group g 0 w0\nquorum none", "group g 3 w0 w1\nquorum none", "group g 01 w0\nquorum none",
        "group g any w0 w0\nquorum none", "group g any w0\ngroup h any w0\nquorum none", "group g any g\nquorum none",
        "group w0 any w1\nquorum none", "group none any w1\nquorum none", "group g any none\nquorum none",
        "group g some w1\nquorum none", "quorum g\ngroup g any w0", "logs x\nquorum none", "log\nquorum none",
        "log a b c\nquorum none", "witness w\nquorum none", "quorum none\u{0D}", "quorum none\u{7F}",
    ]

    @Test("what is no policy is refused", arguments: TrustPolicyTests.refused)
    func refuses(text: String) throws {
        let cast = try Cast(witnesses: 3, cosignedBy: [])
        #expect(throws: TransparencyError(.malformed, "")) { try TrustPolicy(parsing: cast.lines(text)) }
    }

    @Test("a key may be there once, and only as what it is")
    func keys() throws {
        let cast = try Cast(witnesses: 1, cosignedBy: [])
        let log = cast.log.verifier(.ed25519)
        let witness = cast.witnesses[0].verifier(.cosignature)
        let renamed = try testKey("other.example", seed: "log").verifier(.ed25519)
        for line in ["log \(log)", "log \(renamed)", "witness v \(witness)", "log \(witness)", "witness v \(log)"] {
            #expect(throws: TransparencyError(.malformed, "")) {
                try TrustPolicy(parsing: cast.lines("\(line)\nquorum none"))
            }
        }
    }

    @Test("a log is believed under its own name only")
    func foreignOrigin() throws {
        let cast = try Cast(witnesses: 0, cosignedBy: [], origin: "log.example/b")
        let policy = try TrustPolicy(parsing: cast.lines("quorum none"))
        #expect(throws: TransparencyError(.untrusted, "")) { try policy.evaluate(cast.signed) }
    }

    @Test("a policy that is too long is refused, and one with many witnesses too")
    func limits() throws {
        let long = [UInt8](repeating: 0x20, count: TrustPolicy.sizeLimit + 1)
        #expect(throws: TransparencyError(.tooLarge, "")) { try TrustPolicy(parsing: long) }
        let cast = try Cast(witnesses: TrustPolicy.countLimit + 1, cosignedBy: [])
        #expect(throws: TransparencyError(.tooLarge, "")) { try TrustPolicy(parsing: cast.lines("quorum none")) }
    }

    private func proof() throws -> (LogProof, TrustPolicy) {
        let log = MemoryLog(9)
        let key = try testKey("log.example/a", seed: "log")
        let signed = try Checkpoint(origin: "log.example/a", size: 9, root: log.edge.root).signed(by: key)
        let inclusion = try InclusionProof(of: 4, in: 9, from: log)
        return (
            LogProof(index: 4, hashes: inclusion.hashes, checkpoint: signed, unauthenticatedExtra: [1, 2, 3]),
            TrustPolicy(logs: [key.verifier(.ed25519)])
        )
    }

    @Test("a proof is written and read back, and verifies without asking anybody")
    func logProof() throws {
        let (proof, policy) = try self.proof()
        #expect(proof.encoded.hasPrefix("c2sp.org/tlog-proof@v1\nextra AQID\nindex 4\n"))
        let read = try LogProof(parsing: bytes(proof.encoded))
        #expect(read == proof)
        try read.verify(leaf: numberedLeaves(5)[4], policy: policy)
        #expect(throws: TransparencyError(.mismatch, "")) {
            try read.verify(leaf: numberedLeaves(4)[3], policy: policy)
        }
    }

    @Test("a flipped bit anywhere in a proof is refused, but in what nothing authenticates")
    func spoiledProof() throws {
        let (proof, policy) = try self.proof()
        let original = bytes(LogProof(index: proof.index, hashes: proof.hashes, checkpoint: proof.checkpoint).encoded)
        let leaf = numberedLeaves(5)[4]
        for position in original.indices {
            for bit in 0..<8 {
                var changed = original
                changed[position] ^= 1 << bit
                #expect(throws: TransparencyError.self) {
                    try LogProof(parsing: changed).verify(leaf: leaf, policy: policy)
                }
            }
        }
    }

    @Test("a proof that is cut off anywhere is refused")
    func cutProof() throws {
        let (proof, _) = try self.proof()
        let original = bytes(proof.encoded)
        for count in original.indices {
            #expect(throws: TransparencyError.self) { try LogProof(parsing: Array(original.prefix(count))) }
        }
    }

    @Test("a proof with too many hashes, or of too many bytes, is refused")
    func largeProof() throws {
        let (proof, _) = try self.proof()
        let many = LogProof(
            index: 4, hashes: [Hash](repeating: .empty, count: InclusionProof.limit + 1), checkpoint: proof.checkpoint)
        #expect(throws: TransparencyError(.tooLarge, "")) { try LogProof(parsing: bytes(many.encoded)) }
        let long = [UInt8](repeating: 0x20, count: LogProof.sizeLimit + 1)
        #expect(throws: TransparencyError(.tooLarge, "")) { try LogProof(parsing: long) }
    }

    static let bundles: [([UInt8], Int)] = [
        ([], 1), ([0], 1), ([0, 1], 1), ([0, 0], 0), ([0, 0], 2), ([0, 1, 7, 0], 1), ([0, 1, 7, 0, 2, 9], 2),
    ]

    @Test("bytes that are no bundle of so many entries are refused", arguments: TrustPolicyTests.bundles)
    func refusesBundle(_ bytes: [UInt8], count: Int) {
        #expect(throws: TransparencyError(.malformed, "")) { try EntryBundle.decode(bytes, count: count) }
    }

    @Test("a bundle holds entries of every length up to 65,535")
    func bundleLengths() throws {
        let leaves = [0, 1, 255, 256, 65_535].map { [UInt8](repeating: 7, count: $0) }
        let encoded = try #require(EntryBundle.encode(leaves))
        #expect(try EntryBundle.decode(encoded, count: 5) == leaves)
        #expect(EntryBundle.encode([[UInt8](repeating: 7, count: 65_536)]) == nil)
    }
}
