import Crypto
import Kernel
import Testing
import Transparency

/// Keys of tests: the seed is the SHA-256 of a word.
func testKey(_ name: String, seed word: String) throws -> SigningKey {
    let seed = Hash.plain(Array(word.utf8).span).bytes
    let keyName = try #require(KeyName(name))
    return try #require(SigningKey(name: keyName, seed: Secret(seed)))
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("Signed notes and checkpoints")
struct NoteTests {
    static let origin = "acme.example/audit"
    static let logKey = "acme.example/audit+d272e1b0+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj"
    static let witnessKey = "witness.acme.example/w1+894f5f7a+BHRNwe0EA3BDZzENPH7IGMVgzy+XSlHfkCuQeChUFLC+"
    static let note = """
        acme.example/audit
        3
        ZLJJxOBgbj2XQsSb/VfNHj6xcPXM76JuoEXKGT1kp18=

        \u{2014} acme.example/audit 0nLhsC3Yc0Yd7qTSlyBh52pYNdvsHaoJLuv4XxGaT+xA9vPQwL5abp4bBlenUOiEWb3jiEVYNlbFQujYjcJLVjbWpQQ=
        \u{2014} witness.acme.example/w1 iU9fegAAAABpaLqgp5d1DibZxK1pW8VcE5geoAiOCt9uqU90TvtNJdrjQ5lacLxS8xOmJUeZkCOU1A1DauhVchMPDa4SFZdVcOkCCg==

        """

    @Test("the worked vector is made again, byte for byte")
    func workedVector() throws {
        let log = try testKey(Self.origin, seed: "gatehouse-test-log")
        let witness = try testKey("witness.acme.example/w1", seed: "gatehouse-test-witness")
        #expect("\(log.verifier(.ed25519))" == Self.logKey)
        #expect("\(witness.verifier(.cosignature))" == Self.witnessKey)

        var tree = CompactRange()
        for leaf in ["e0", "e1", "e2"] { tree.append(.leaf(bytes(leaf))) }
        let checkpoint = Checkpoint(origin: Self.origin, size: tree.size, root: tree.root)
        var signed = try checkpoint.signed(by: log)
        signed.add(try witness.cosign(checkpoint.text, at: Timestamp(microseconds: 0x6968_BAA0 * 1_000_000)))
        #expect(signed.encoded == Self.note)
    }

    @Test("a note that is read says who signed it and when")
    func reading() throws {
        let signed = try SignedCheckpoint(parsing: bytes(Self.note))
        #expect(signed.checkpoint.origin == Self.origin)
        #expect(signed.checkpoint.size == 3)
        let keys = [try VerifierKey(Self.logKey), try VerifierKey(Self.witnessKey)]
        let signatures = try signed.note.verified(by: keys)
        #expect(signatures.map(\.name) == keys.map(\.name))
        #expect(Cosignature.time(of: signatures[1].bytes) == 0x6968_BAA0)
        #expect(signed.encoded == Self.note)
    }

    @Test("signatures of keys that nobody knows are ignored, but one known key must have signed")
    func unknownKeys() throws {
        let note = try Note(parsing: bytes(Self.note))
        #expect(try note.verified(by: [VerifierKey(Self.witnessKey)]).count == 1)
        let stranger = try testKey(Self.origin, seed: "somebody else").verifier(.ed25519)
        #expect(throws: TransparencyError(.untrusted, "")) { try note.verified(by: [stranger]) }
        // The same key as another kind is another key.
        let other = try testKey(Self.origin, seed: "gatehouse-test-log").verifier(.cosignature)
        #expect(throws: TransparencyError(.untrusted, "")) { try note.verified(by: [other]) }
    }

    @Test("a flipped bit anywhere in a note is never taken")
    func flippedBits() throws {
        let original = bytes(Self.note)
        let keys = [try VerifierKey(Self.logKey), try VerifierKey(Self.witnessKey)]
        for position in original.indices {
            for bit in 0..<8 {
                var changed = original
                changed[position] ^= 1 << bit
                guard let note = try? Note(parsing: changed) else { continue }
                // A flip within a name or an id makes a stranger's signature of one of the two; the other must still hold,
                // and the text must be as it was.
                guard let signatures = try? note.verified(by: keys) else { continue }
                #expect(signatures.count == 1 && note.text.utf8.elementsEqual(original.prefix(note.text.utf8.count)))
            }
        }
    }

    static let malformed: [String] = [
        "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n\n", "\n\u{2014} a AAAAAAA=\n",
        "text\n\n- a AAAAAAA=\n", "text\n\n\u{2014} a\n", "text\n\n\u{2014} a AAAAAA==\n",
        "text\n\n\u{2014} a AAAAAAA\n",
        "text\n\n\u{2014}  AAAAAAA=\n", "text\n\n\u{2014} a+b AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAA= \n",
        "text\n\n\u{2014} a AAAAAAA=", "te\rxt\n\n\u{2014} a AAAAAAA=\n", "te\u{0}xt\n\n\u{2014} a AAAAAAA=\n",
        "text\n\u{2014} a AAAAAAA=\n", "text\n\n\u{2014} a\u{A0}b AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAB=\n",
    ]

    @Test("what is no note is refused", arguments: NoteTests.malformed)
    func refusesMalformed(_ text: String) {
        #expect(throws: TransparencyError(.malformed, "")) { try Note(parsing: bytes(text)) }
    }

    @Test("a note that is too long, and one with too many signatures, is refused")
    func tooLarge() {
        let long = bytes("\(String(repeating: "a", count: Note.sizeLimit))\n\n\u{2014} a AAAAAAA=\n")
        #expect(throws: TransparencyError(.tooLarge, "")) { try Note(parsing: long) }
        let line = "\u{2014} a AAAAAAA=\n"
        #expect(throws: TransparencyError(.tooLarge, "")) {
            try Note(parsing: bytes("text\n\n" + String(repeating: line, count: Note.signatureLimit + 1)))
        }
        #expect(throws: Never.self) {
            try Note(parsing: bytes("text\n\n" + String(repeating: line, count: Note.signatureLimit)))
        }
    }

    @Test("bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(throws: TransparencyError(.malformed, "")) {
            try Note(parsing: [0xFF] + bytes("text\n\n\u{2014} a AAAAAAA=\n"))
        }
    }

    static let noCheckpoints: [String] = [
        "origin\n", "origin\n1\n", "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n+1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n", "origin\n1\nAAAA\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ]

    @Test("what is no checkpoint is refused", arguments: NoteTests.noCheckpoints)
    func noCheckpoint(_ text: String) {
        #expect(throws: TransparencyError(.malformed, "")) { try Checkpoint(parsing: text) }
    }

    @Test("lines that a checkpoint has beyond the three are kept")
    func extensions() throws {
        let text = "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n"
        let checkpoint = try Checkpoint(parsing: text)
        #expect(checkpoint.extensions == ["more"])
        #expect(checkpoint.text == text)
    }

    static let noKeys: [String] = [
        "", "a", "a+b", "a+00000000+AA==", "+d272e1b0+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj",
        "acme.example/audit+d272e1b1+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj",
        "acme.example/audit+D272E1B0+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj",
        "acme.example/other+d272e1b0+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj",
        "acme.example/audit+d272e1b0+Aciki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQ=",
        "acme.example/audit+d272e1b0+Asiki9Jrnduj/dITJnvpATzBQzrCCH4EtKf6dh55PVQj",
    ]

    @Test("what is no key is refused", arguments: NoteTests.noKeys)
    func noKey(_ text: String) {
        #expect(throws: TransparencyError(.malformed, "")) { try VerifierKey(text) }
    }

    @Test("a seed is never printed")
    func secrecy() throws {
        let key = try testKey("a", seed: "b")
        #expect("\(key)".contains("<secret>"))
    }
}
