import Kernel
import Testing

@Suite("Amounts of money")
struct MicrodollarsTests {
    static let amounts: [(String, Int64)] = [
        ("0", 0), ("1", 1_000_000), ("2.5", 2_500_000), ("2.50", 2_500_000), ("0.000001", 1), ("15.000000", 15_000_000),
        ("007", 7_000_000), ("1000000000.999999", 1_000_000_000_999_999),
    ]

    @Test("are read as people write dollars", arguments: Self.amounts)
    func read(_ text: String, _ value: Int64) {
        #expect(Microdollars(dollars: text)?.value == value)
    }

    static let refused = [
        "", ".", ".5", "5.", "1.0000001", "1000000001", "99999999999999999999999", "-1", "+1", "1e3", "1,5", "$1", " 1",
        "1 ", "１", "1.2.3", "NaN",
    ]

    @Test("are read from nothing else", arguments: Self.refused)
    func refuse(_ text: String) { #expect(Microdollars(dollars: text) == nil) }

    @Test("are written with as many digits as it takes, and read again as the same")
    func written() {
        for (value, text) in [
            (0, "0"), (1, "0.000001"), (2_500_000, "2.5"), (1_000_000, "1"), (-1_500_000, "-1.5"),
            (Int64.min, "-9223372036854.775808"),
        ] as [(Int64, String)] {
            #expect("\(Microdollars(value))" == text)
            if value >= 0 { #expect(Microdollars(dollars: text)?.value == value) }
        }
    }

    @Test("stay at the ends of their range rather than wrap around")
    func saturate() {
        let most = Microdollars(.max)
        let least = Microdollars(.min)
        #expect(most + 1 == most && least - 1 == least)
        #expect(most - Microdollars(-1) == most && least + Microdollars(-1) == least)
        #expect(most + least == Microdollars(-1) && Microdollars(3) - 5 == Microdollars(-2))
        #expect(least < most)
    }
}
