import Kernel
import TestSupport
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    enum Owl: Identified { static let identifierPrefix = "owl" }
    enum Nameless: Identified { static let identifierPrefix = "" }

    /// Gives the same number for ever.
    struct Constant: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { self.value }
    }

    private func identifier(_ milliseconds: Int64, _ random: UInt64) -> Identifier<Owl> {
        var generator = Constant(value: random)
        return Identifier(at: Timestamp(microseconds: milliseconds * 1000), using: &generator)
    }

    @Test("An identifier is read back as itself", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let time = Timestamp(microseconds: Int64(random.next() >> 10))
        let identifier = Identifier<Owl>(at: time, using: &random)
        #expect(Identifier<Owl>(identifier.description) == identifier)
        #expect(shown(identifier.utf8) == identifier.description)
        #expect(identifier.description.utf8.count == 30)
    }

    @Test("The written form is that of a ULID in lower case, behind the prefix")
    func writtenForm() {
        #expect("\(self.identifier(0, 0))" == "owl_00000000000000000000000000")
        #expect("\(self.identifier(0xFFFF_FFFF_FFFF, .max))" == "owl_7zzzzzzzzzzzzzzzzzzzzzzzzz")
        // The example of the ULID specification: 1469918176385 is 01ARYZ6S41.
        #expect("\(self.identifier(1_469_918_176_385, 0))" == "owl_01aryz6s410000000000000000")
        // 16 bits of chance stand before the 64: the first 1 is the lowest bit of the upper half.
        #expect("\(self.identifier(0, 1))" == "owl_0000000000000g000000000001")
    }

    @Test("Identifiers are ordered by time, then by chance, and their written form is ordered likewise")
    func order() {
        var random = SplitMix(seed: 3)
        let identifiers = (0..<300).map { _ in
            Identifier<Owl>(at: Timestamp(microseconds: Int64(random.below(50)) * 1_000_000_000), using: &random)
        }
        #expect(identifiers.sorted().map(\.description) == identifiers.map(\.description).sorted())
        #expect(self.identifier(1, .max) < self.identifier(2, 0))
        #expect(self.identifier(5, 1) < self.identifier(5, 2))
        #expect(!(self.identifier(5, 1) < self.identifier(5, 1)))
    }

    @Test("A time before 1970 counts as 1970")
    func early() {
        #expect(self.identifier(-5, 7) == self.identifier(0, 7))
    }

    static let refused = [
        "", "owl", "owl_", "owl_0000000000000000000000000", "owl_000000000000000000000000000",
        "owl_80000000000000000000000000", "owl_0000000000000000000000000i", "owl_0000000000000000000000000l",
        "owl_0000000000000000000000000o", "owl_0000000000000000000000000u", "owl_0000000000000000000000000A",
        "owl_0000000000000000000000000 ", "owl_0000000000000000000000000-", "OWL_00000000000000000000000000",
        "key_00000000000000000000000000", "owl-00000000000000000000000000", "00000000000000000000000000",
        "owl_0000000000000000000000000é", " owl_00000000000000000000000000", "owl_0000000000000000000000000\u{0}",
    ]

    @Test("Another prefix, length or alphabet is refused", arguments: Self.refused)
    func refuses(_ text: String) {
        #expect(Identifier<Owl>(text) == nil)
    }

    @Test("The kinds are told apart, an empty prefix included")
    func prefixes() {
        #expect(Identifier<Nameless>("_00000000000000000000000000") != nil)
        #expect(Identifier<Nameless>("owl_00000000000000000000000000") == nil)
        #expect(Identifier<Owl>("_00000000000000000000000000") == nil)
    }

    static let encoded: [([UInt8], String)] = [
        ([], ""), ([0], "00"), ([0xFF], "zw"), ([0, 0, 0, 0, 0], "00000000"),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "zzzzzzzz"),
        ([0x08, 0x42, 0x10, 0x84, 0x21], "11111111"), ([1, 2, 3], "04106"),
    ]

    @Test("Base 32 is written most significant bit first", arguments: Self.encoded)
    func base32(_ bytes: [UInt8], _ expected: String) {
        #expect(CrockfordBase32.encode(bytes) == expected)
    }

    @Test("Each character of the alphabet has its own value, and no other has one")
    func alphabet() {
        for value in 0..<32 as Range<UInt8> {
            #expect(CrockfordBase32.value(of: CrockfordBase32.digit(value)) == value)
        }
        let known = (0...255 as ClosedRange<UInt8>).filter { CrockfordBase32.value(of: $0) != nil }
        #expect(shown(known) == "0123456789abcdefghjkmnpqrstvwxyz")
    }
}
