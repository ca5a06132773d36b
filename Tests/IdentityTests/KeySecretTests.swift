import Identity
import Kernel
import TestSupport
import Testing

@Suite("Key secrets")
struct KeySecretTests {
    @Test("A key is the prefix and 52 characters that can be read aloud", arguments: 0..<50 as Range<UInt64>)
    func shape(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let written = KeySecret(using: &random).reveal()
        #expect(written.hasPrefix("gatehouse_"))
        let body = written.utf8.dropFirst(KeySecret.prefix.utf8.count)
        #expect(body.count == 52)
        #expect(body.allSatisfy { CrockfordBase32.value(of: $0) != nil })
    }

    @Test("All 256 bits of the generator are in the key, in order")
    func bits() {
        /// Gives 1, 2, 3 and so on.
        struct Counting: RandomNumberGenerator {
            var last: UInt64 = 0
            mutating func next() -> UInt64 {
                self.last += 1
                return self.last
            }
        }
        var random = Counting()
        let expected = CrockfordBase32.encode([1, 2, 3, 4].flatMap { [0, 0, 0, 0, 0, 0, 0, $0] as [UInt8] })
        #expect(KeySecret(using: &random).reveal() == "gatehouse_\(expected)")
    }

    @Test("No two keys are the same")
    func unique() {
        var random = SplitMix(seed: 7)
        let keys = Set((0..<1000).map { _ in KeySecret(using: &random).reveal() })
        #expect(keys.count == 1000)
    }

    @Test("A key shows itself only when it is revealed")
    func hidden() {
        var random = SplitMix(seed: 1)
        let secret = KeySecret(using: &random)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)"] {
            #expect(!text.contains(secret.reveal()))
            #expect(!text.contains(secret.reveal().suffix(20)))
        }
    }

    @Test("Its digest is that of the whole written key, prefix included")
    func digest() {
        var random = SplitMix(seed: 3)
        let secret = KeySecret(using: &random)
        #expect(secret.digest == KeyDigest(of: Array(secret.reveal().utf8).span))
        #expect(secret.digest != KeyDigest(of: Array(secret.reveal().utf8.dropFirst(10)).span))
    }
}

@Suite("Key digests")
struct KeyDigestTests {
    @Test("A digest is SHA-256")
    func sha256() {
        // FIPS 180-2, appendix B.1.
        let expected: [UInt8] = [
            0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
            0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD,
        ]
        #expect(KeyDigest(of: Array("abc".utf8).span).bytes == expected)
    }

    @Test("A digest is read back as itself", arguments: ["", "a", "gatehouse_0123456789"])
    func roundTrip(_ text: String) {
        let digest = KeyDigest(of: Array(text.utf8).span)
        #expect(KeyDigest(bytes: digest.bytes.span) == digest)
    }

    @Test("Only 32 bytes are a digest", arguments: [0, 31, 33, 64])
    func wrongLength(_ count: Int) {
        #expect(KeyDigest(bytes: [UInt8](repeating: 7, count: count).span) == nil)
    }
}
