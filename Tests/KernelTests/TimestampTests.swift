import Kernel
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
    static let known: [(String, Int64)] = [
        ("1970-01-01T00:00:00.000Z", 0), ("1970-01-01T00:00:00.001Z", 1_000), ("1969-12-31T23:59:59.999Z", -1_000),
        ("2000-02-29T12:00:00.000Z", 951_825_600_000_000), ("2001-09-09T01:46:40.000Z", 1_000_000_000_000_000),
        ("2024-02-29T23:59:59.999Z", 1_709_251_199_999_000), ("2026-11-21T08:15:30.123Z", 1_795_248_930_123_000),
        ("2038-01-19T03:14:08.000Z", 2_147_483_648_000_000), ("2100-02-28T00:00:00.000Z", 4_107_456_000_000_000),
        ("2100-03-01T00:00:00.000Z", 4_107_542_400_000_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999_000),
        ("0001-01-01T00:00:00.000Z", -62_135_596_800_000_000), ("1600-02-29T00:00:00.000Z", -11_670_998_400_000_000),
    ]

    @Test("Times are written and read as RFC 3339", arguments: Self.known)
    func knownTimes(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test("Any time is read back to the millisecond", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let milliseconds = Int64(random.next() % 315_537_897_600_000) - 62_135_596_800_000
        let time = Timestamp(microseconds: milliseconds * 1000)
        #expect(Timestamp(time.description) == time)
        // What is finer than the written form is cut off towards the past.
        let finer = Timestamp(microseconds: milliseconds * 1000 + Int64(random.below(1000)))
        #expect(Timestamp(finer.description) == time)
    }

    @Test("Every day of two centuries is one day after the one before")
    func days() throws {
        let day: Int64 = 86_400_000_000
        let first = try #require(Timestamp("1898-12-31"))
        var previous = first.description
        for offset in 1...73_500 as ClosedRange<Int64> {
            let time = Timestamp(microseconds: first.microseconds + offset * day)
            let text = time.description
            guard text > previous, Timestamp(String(text.prefix(10))) == time else {
                Issue.record("\(previous) is followed by \(text)")
                return
            }
            previous = text
        }
    }

    static let spellings: [(String, Int64)] = [
        ("2026-11-21", 1_795_219_200_000_000), ("2026-11-21T08:15:30Z", 1_795_248_930_000_000),
        ("2026-11-21T08:15:30.1Z", 1_795_248_930_100_000), ("2026-11-21T08:15:30.123456Z", 1_795_248_930_123_456),
        ("2026-11-21T08:15:30.1234567899Z", 1_795_248_930_123_456),
        ("2026-11-21T08:15:30.000000Z", 1_795_248_930_000_000),
    ]

    @Test("Fractions may be longer and times may be left out", arguments: Self.spellings)
    func spelled(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    static let refused = [
        "", "2026", "2026-11", "2026-11-2", "2026-11-21T", "2026-11-21T08", "2026-11-21T08:15", "2026-11-21T08:15:30",
        "2026-11-21T08:15:30.Z", "2026-11-21T08:15:30.123", "2026-11-21T08:15:30+01:00", "2026-11-21T08:15:30ZZ",
        "2026-11-21 08:15:30Z", "2026-11-21T08:15:30z", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",
        "2026-02-29", "2100-02-29", "1900-02-29", "2026-04-31", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z",
        "2026-11-21T08:15:60Z", "26-11-21", "2026/11/21", "20261121", "2026-1-21", "-026-11-21", "+2026-11-21",
        "2026-11-21Z", " 2026-11-21", "2026-11-21 ", "２026-11-21", "2026-11-21T08:15:30.12aZ", "2026-11-21T-8:15:30Z",
    ]

    @Test("Anything else is refused", arguments: Self.refused)
    func refuses(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("Durations add up to the microsecond")
    func durations() {
        let time = Timestamp(microseconds: 5)
        #expect(time.advanced(by: .milliseconds(2)).microseconds == 2005)
        #expect(time.advanced(by: .nanoseconds(1999)).microseconds == 6)
        #expect(time.advanced(by: .seconds(-1)).microseconds == -999_995)
        #expect(time.duration(since: Timestamp(microseconds: 7)) == .microseconds(-2))
        #expect(Duration.seconds(3600).microseconds == 3_600_000_000)
        #expect(Duration.nanoseconds(-1500).microseconds == -1)
        #expect(Timestamp(microseconds: 1_999_999).unixSeconds == 1)
        #expect(Timestamp(microseconds: 1) < Timestamp(microseconds: 2))
    }
}
