import Detection
import Surrogates
import TestSupport
import Testing

@Suite("Surrogates")
struct SurrogateTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("The same value has the same surrogate, another value or kind another")
    func surrogatesAreConsistent() {
        var map = SurrogateMap()
        let first = map.surrogate(for: Array("Anna".utf8), kind: .person)
        #expect(Self.text(first) == "<PERSON_1>")
        #expect(Self.text(map.surrogate(for: Array("Bert".utf8), kind: .person)) == "<PERSON_2>")
        #expect(map.surrogate(for: Array("Anna".utf8), kind: .person) == first)
        #expect(Self.text(map.surrogate(for: Array("Anna".utf8), kind: .place)) == "<PLACE_1>")
        #expect(Self.text(map.surrogate(for: Array("a@b.de".utf8), kind: .email)) == "<EMAIL_1>")
    }

    @Test("A tag that the author wrote is nobody's surrogate")
    func authorsTagsAreKept() {
        var map = SurrogateMap()
        map.reserve(in: Array("what does <PERSON_1> mean, and <PERSON_3>?".utf8).span)
        #expect(Self.text(map.surrogate(for: Array("Anna".utf8), kind: .person)) == "<PERSON_2>")
        #expect(Self.text(map.surrogate(for: Array("Bert".utf8), kind: .person)) == "<PERSON_4>")
        #expect(Self.text(map.restore(Array("<PERSON_1> <PERSON_2>".utf8).span)) == "<PERSON_1> Anna")
    }

    @Test("Surrogates are restored exactly, however the text is cut", arguments: SurrogateMap.Style.allCases)
    func restoringIsExact(_ style: SurrogateMap.Style) {
        var random = SplitMix(seed: 77)
        let kinds: [Finding.Kind] = [.person, .email, .place, .card, .phone, .organisation, .address, .iban]
        for _ in 0..<400 {
            var map = SurrogateMap(style: style)
            var before: [UInt8] = []
            var after: [UInt8] = []
            for _ in 0..<random.below(25) {
                if random.chance(50) {
                    let value = Array("value \(random.below(30)) of 4111 1111".utf8)
                    before += map.surrogate(for: value, kind: random.pick(kinds))
                    after += value
                    let gap = Array(random.pick([" ", ", ", ".", ": ", "\n", "'s ", "/"]).utf8)
                    before += gap
                    after += gap
                } else {
                    let word = Array(
                        random.pick(["<", "<PERSON_", "PERSON_1>", "<P <", "é ", "x ", "user ", "1 ", "Alex"]).utf8)
                    before += word + [0x20]
                    after += word + [0x20]
                }
            }
            #expect(map.restore(before.span) == after)
            var scanner = SurrogateScanner()
            var found: [Restoration] = []
            var taken = 0
            for piece in random.pieces(of: before, longest: 1 + random.below(9)) {
                scanner.append(piece.span, map, into: &found)
                taken += piece.count
                #expect(taken - scanner.settled <= max(map.longest, 0))
                #expect(found.allSatisfy { $0.span.upperBound <= scanner.settled })
            }
            scanner.finish(map, into: &found)
            #expect(scanner.settled == before.count)
            #expect(found == map.restorations(in: before.span))
        }
    }

    @Test("A surrogate within a longer word is that word")
    func wordsAreWhole() {
        var map = SurrogateMap(style: .fake)
        let fake = Self.text(map.surrogate(for: Array("Anna Berg".utf8), kind: .person))
        #expect(
            Self.text(map.restore(Array("\(fake) and \(fake)son and x\(fake)".utf8).span))
                == "Anna Berg and \(fake)son and x\(fake)")
    }

    @Test(
        "When fakes of a form run out, tags take their place", arguments: [Finding.Kind.macAddress, .ipAddress, .card])
    func fakesRunOut(_ kind: Finding.Kind) {
        var map = SurrogateMap(style: .fake)
        var seen: Set<[UInt8]> = []
        for number in 0..<1500 {
            let value =
                Array("1000 0000 0000 \(number)".utf8.prefix(14)) + Array(repeating: UInt8(ascii: "x"), count: number)
            #expect(seen.insert(map.surrogate(for: value, kind: kind)).inserted)
        }
    }

    private static let fakes: [(kind: Finding.Kind, value: String)] = [
        (.card, "4539 1488 0343 6467"), (.card, "378282246310005"), (.email, "anna@firma.de"),
        (.phone, "+49 30 123456"),
        (.iban, "DE89370400440532013000"), (.ssn, "123-45-6789"), (.ipAddress, "10.1.2.3"), (.person, "Anna Berg"),
        (.passport, "C01X00T47"), (.place, "Köln"), (.vehicleID, "1M8GDM9AXKP042788"), (.date, "1.2.2020"),
    ]

    @Test("Fakes are many, have the form of their kind, and are not the value", arguments: Self.fakes.indices)
    func fakesHaveTheirForm(_ index: Int) {
        let (kind, value) = Self.fakes[index]
        var map = SurrogateMap(style: .fake)
        var seen: Set<[UInt8]> = []
        for number in 0..<300 {
            let own = Array((number == 0 ? value : value + "\(number)").utf8)
            let fake = map.surrogate(for: own, kind: kind)
            #expect(fake != own && !fake.isEmpty)
            #expect(seen.insert(fake).inserted)
            if kind == .card {
                let digits = fake.filter { (0x30...0x39).contains($0) }.map { Int($0) - 48 }
                var sum = 0
                for (offset, digit) in digits.reversed().enumerated() {
                    sum += offset % 2 == 0 ? digit : (digit * 2 > 9 ? digit * 2 - 9 : digit * 2)
                }
                #expect(sum % 10 == 0)
                #expect(fake.count == own.count)
            }
            if kind == .iban {
                let moved = Array(fake.dropFirst(4) + fake.prefix(4))
                var rest = 0
                for byte in moved {
                    let number = byte > 0x39 ? Int(byte) - 55 : Int(byte) - 48
                    rest = (number > 9 ? rest * 100 + number : rest * 10 + number) % 97
                }
                #expect(rest == 1)
            }
        }
    }
}

@Suite("De-identification")
struct DeidentifierTests {
    private static func finding(_ kind: Finding.Kind, _ text: String, in whole: String) -> Finding? {
        let (all, part) = (Array(whole.utf8), Array(text.utf8))
        guard let start = all.indices.first(where: { all[$0...].starts(with: part) }) else { return nil }
        return Finding(
            kind: kind, span: start..<(start + text.utf8.count), confidence: Finding.Confidence(percent: 90),
            severity: .medium, detector: DetectorVersion(name: "test", contentHash: 1))
    }

    private static let whole = "Anna Müller, anna@firma.de, wrote to anna@firma.de."

    @Test(
        "Each way leaves what it says",
        arguments: [
            (Deidentifier.Mode.remove, ", , wrote to anna@firma.de."),
            (.mask, "**** ******, ****@*****.**, wrote to anna@firma.de."),
            (.hash, "<PERSON_9cb2ba8c4a06b1d4>, <EMAIL_x>, wrote to anna@firma.de."),
            (.surrogate, "<PERSON_1>, <EMAIL_1>, wrote to anna@firma.de."),
            (.fake, "Alex Sample, user1@example.com, wrote to anna@firma.de."),
        ])
    func waysDiffer(_ mode: Deidentifier.Mode, _ expected: String) throws {
        var deidentifier = Deidentifier(mode: mode, key: Array("key".utf8))
        let findings = [
            try #require(Self.finding(.person, "Anna Müller", in: Self.whole)),
            try #require(Self.finding(.email, "anna@firma.de", in: Self.whole)),
        ]
        let bytes = Array(Self.whole.utf8)
        let result = Replacement.apply(deidentifier.replacements(bytes.span, findings), to: bytes.span)
        let text = String(decoding: result, as: UTF8.self)
        if mode == .hash {
            #expect(text.hasPrefix("<PERSON_") && text.contains(">, <EMAIL_"))
            var other = Deidentifier(mode: .hash, key: Array("other".utf8))
            #expect(Replacement.apply(other.replacements(bytes.span, findings), to: bytes.span) != result)
            var same = Deidentifier(mode: .hash, key: Array("key".utf8))
            #expect(Replacement.apply(same.replacements(bytes.span, findings), to: bytes.span) == result)
        } else {
            #expect(text == expected)
        }
        #expect(deidentifier.counts == ["pii.person": 1, "pii.email": 1])
    }

    @Test(
        "Safe Harbor keeps years, three digits of a ZIP code, and no age over 89",
        arguments: [
            ("seen on 3/4/2021 and 2021-03-04", "seen on 2021 and 2021"),
            ("born March 4, 1950; died 4th of May 2020", "born 1950; died 2020"),
            ("on 12 March she left", "on [date] she left"),
            ("Springfield, IL 62704-1234", "Springfield, IL 627"),
            ("Fargo, ND 03601", "Fargo, ND 000"),
            ("ZIP code: 90210", "ZIP code: 902"),
            ("a 93-year-old man, his wife is 88 years old", "a 90+-year-old man, his wife is 88 years old"),
            ("Age: 101, weight: 93 kg", "Age: 90+, weight: 93 kg"),
            ("order 90210, 10.20.30.40, version 1.2.3", "order 90210, 10.20.30.40, version 1.2.3"),
            ("we may meet in march", "we may meet in march"),
            ("In May 2020 it began", "In 2020 it began"),
        ])
    func safeHarborIsCoarser(_ text: String, _ expected: String) {
        let bytes = Array(text.utf8)
        let changes = SafeHarbor.changes(in: bytes.span).map(\.replacement)
        #expect(String(decoding: Replacement.apply(changes, to: bytes.span), as: UTF8.self) == expected)
    }

    @Test("Any bytes are read by the rules of Safe Harbor, in order and without overlaps")
    func anyBytes() {
        var random = SplitMix(seed: 5)
        let pieces = [
            "3/4/2021", "May ", "93", "-", " ", "IL", " 62704", "age", "1", "/", ".", "é", "2020", "\n", "th",
        ]
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.below(12) {
                bytes += Array(random.pick(pieces).utf8)
                if random.chance(5) { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
            }
            var end = 0
            for change in SafeHarbor.changes(in: bytes.span) {
                #expect(change.replacement.span.lowerBound >= end && change.replacement.span.upperBound <= bytes.count)
                end = change.replacement.span.upperBound
            }
        }
    }

    @Test("A table is cut into the same fields however much of it is there, and written as it was")
    func tablesAreCut() {
        let text = "name,\"a \"\"b\"\"\",x\r\n\"line\nbreak\",,\n,last"
        let bytes = Array(text.utf8)
        let table = CommaTable()
        var records: [[String]] = []
        var written: [UInt8] = []
        var start = 0
        while start < bytes.count, let (fields, next) = table.record(bytes.span, from: start, isFinal: true) {
            records.append(fields.map { String(decoding: $0.content, as: UTF8.self) })
            for field in fields {
                #expect(table.written(field.content, isQuoted: field.isQuoted) == Array(bytes[field.range]))
            }
            written += bytes[start..<next]
            start = next
        }
        #expect(records == [["name", "a \"b\"", "x"], ["line\nbreak", "", ""], ["", "last"]])
        #expect(written == bytes)
        let first = "name,\"a \"\"b\"\"\",x\r\n".utf8.count
        for end in 0..<bytes.count {
            let part = Array(bytes[..<end])
            if let (fields, next) = table.record(part.span, from: 0, isFinal: false) {
                #expect(fields.map { String(decoding: $0.content, as: UTF8.self) } == records[0] && next == first)
            }
        }
    }
}
