import TestSupport
import Testing
import Transparency

/// Texts that others send, spoiled at random: they are refused with our error, or are read as what is written again.
@Suite("Spoiled texts")
struct MutationTests {
    /// A text and what reading it and writing it again makes of it.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let again: @Sendable ([UInt8]) throws -> [UInt8]
    }

    static let proof = """
        c2sp.org/tlog-proof@v1
        extra AQID
        index 1
        47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=


        """ + NoteTests.note

    static let policy = """
        log \(NoteTests.logKey) https://log.example
        witness w \(NoteTests.witnessKey)
        group g 1 w
        quorum g

        """

    static let subjects: [Subject] = [
        Subject(testDescription: "note", text: NoteTests.note) { Array(try Note(parsing: $0).encoded.utf8) },
        Subject(testDescription: "checkpoint", text: NoteTests.note) {
            let signed = try SignedCheckpoint(parsing: $0)
            #expect(signed.checkpoint.text.utf8.elementsEqual(signed.note.text.utf8))
            return Array(signed.encoded.utf8)
        },
        Subject(testDescription: "proof", text: Self.proof.replacing("=\n\n\n", with: "=\n\n")) {
            Array(try LogProof(parsing: $0).encoded.utf8)
        },
        Subject(testDescription: "key", text: NoteTests.witnessKey) {
            guard let text = String(validating: $0, as: UTF8.self) else { throw TransparencyError(.malformed, "") }
            return Array("\(try VerifierKey(text))".utf8)
        },
        Subject(testDescription: "path", text: "tile/entries/x001/234.p/17") {
            guard let text = String(validating: $0, as: UTF8.self), let resource = TileID.resource(path: text) else {
                throw TransparencyError(.malformed, "")
            }
            switch resource {
            case .hashes(let id): return Array(id.path.utf8)
            case .entries(let id): return Array(id.entriesPath.utf8)
            }
        },
    ]

    /// One to three changes: a bit, a byte, a piece taken out, doubled or moved.
    static func mutate(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = original
        for _ in 0...random.below(3) where !bytes.isEmpty {
            let start = random.below(bytes.count)
            let end = min(bytes.count, start + 1 + random.below(12))
            switch random.below(6) {
            case 0: bytes[start] ^= 1 << UInt8(random.below(8))
            case 1: bytes[start] = random.pick(Array("\n =+/0A9\u{7F}".utf8))
            case 2: bytes.removeSubrange(start..<end)
            case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 4: bytes.insert(contentsOf: bytes[start..<end], at: random.below(bytes.count))
            default: bytes.insert(UInt8(random.below(256)), at: start)
            }
        }
        return bytes
    }

    @Test("what is read is written again byte for byte, and all else is our error", arguments: MutationTests.subjects)
    func roundTrips(_ subject: Subject) throws {
        let original = bytes(subject.text)
        #expect(try subject.again(original) == original)
        var random = SplitMix(seed: 11)
        var taken = 0
        for _ in 0..<4000 {
            let changed = Self.mutate(original, &random)
            do {
                let again = try subject.again(changed)
                taken += 1
                if again != changed { Issue.record("read otherwise: \(String(decoding: changed, as: UTF8.self))") }
            } catch {
                #expect(error is TransparencyError)
            }
        }
        #expect(taken < 4000)
    }

    @Test("a spoiled policy is refused, or means what it means when it is written and read again")
    func policies() throws {
        var random = SplitMix(seed: 12)
        for _ in 0..<4000 {
            let changed = Self.mutate(bytes(Self.policy), &random)
            do throws(TransparencyError) {
                let policy = try TrustPolicy(parsing: changed)
                if policy.logs.allSatisfy({ $0.url?.utf8.contains(0xEF) != true }) {
                    #expect(try TrustPolicy(parsing: policy.encoded) == policy)
                }
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
