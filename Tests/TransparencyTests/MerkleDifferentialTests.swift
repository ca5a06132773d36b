import Foundation
import Testing
import Transparency

/// Where the cases are, if somebody made them.
enum MerkleCases {
    static let file = ProcessInfo.processInfo.environment["MERKLE_CASES"]
}

/// Our tree beside pymerkle's: the cases are made by `Tests/Differential/merkle.py`.
@Suite("The tree beside another implementation", .enabled(if: MerkleCases.file != nil))
struct MerkleDifferentialTests {
    private static func decoded(_ text: Substring) throws -> [UInt8] {
        let digits = Array(text.utf8)
        guard digits != [UInt8(ascii: "-")] else { return [] }
        return try stride(from: 0, to: digits.count, by: 2).map { position in
            try #require(UInt8(String(decoding: digits[position..<position + 2], as: UTF8.self), radix: 16))
        }
    }

    @Test("roots and proofs are the same on random trees")
    func sameAnswers() throws {
        let text = try String(contentsOfFile: try #require(MerkleCases.file), encoding: .utf8)
        var log = MemoryLog(0)
        var roots: [UInt64: Hash] = [:]
        var compared = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words[0] {
            case "T":
                log = MemoryLog(0)
                for word in words.dropFirst() { log.append(.leaf(try Self.decoded(word))) }
            case "R":
                let size = try #require(UInt64(words[1]))
                let root = try #require(Hash(try Self.decoded(words[2])))
                #expect(try ProofPlan(rootOf: size).hashes(from: log) == [root])
                roots[size] = root
            default:
                let first = try #require(UInt64(words[1]))
                let size = try #require(UInt64(words[2]))
                let hashes = try words.dropFirst(3).map { try #require(Hash(try Self.decoded($0))) }
                let root = try #require(roots[size])
                if words[0] == "I" {
                    let ours = try InclusionProof(of: first, in: size, from: log)
                    #expect(ours.hashes == hashes)
                    try ours.verify(leaf: log.leaves[Int(first)], root: root)
                } else {
                    let ours = try ConsistencyProof(from: first, to: size, from: log)
                    try ours.verify(first: try #require(hashes.first), second: root)
                }
            }
            compared += 1
        }
        #expect(compared > 1000)
    }
}
