import Numbering
import Testing

@testable import Detection

@Suite("Data about a person")
struct PersonalDataTests {
    // MARK: E-mail

    static let addresses = [
        "bob@example.com", "bob.smith+tag@mail.example.co.uk", "b@x.io", "BOB_SMITH@EXAMPLE.COM", "1234@example.org",
        "a-b@xn--bcher-kva.example",
        "first.last@sub-domain.example.museum", "x@example.xn--p1ai",
    ]
    static let dresses = [
        ("", ""), ("<", ">"), ("(", ")"), ("\"", "\""), ("mailto:", "?subject=x"), ("mail ", "."),
        ("mail ", ", or call"), ("'", "'"),
        ("联系", "。"), ("é ", "é"), ("\\n", "\\n"), ("%3C", "%3E"), ("{\"to\":[\"", "\"]}"), ("a;", ";b"), ("to=", "&x"),
        ("**", "**"), ("x, ", "\r\n"),
    ]

    @Test("e-mail addresses are found however they are dressed", arguments: addresses)
    func addressIsFound(address: String) throws {
        for (before, after) in Self.dresses {
            #expect(try Support.found(in: before + address + after) == ["pii.email \(address)"], "\(before)…\(after)")
        }
    }

    static let notAddresses = [
        "a@b", "@name said", "user@localhost", "icon@2x.png", "react@18.2.0", "package@1.2.3-beta.js",
        "git@host.example:a/b.git",
        "https://user@host.example/", "ssh://deploy@host.example:22", "https://u:p@host.example", "x@.com",
        "x@example.c", "@example.com",
        "a @ b.com", "foo@bar..com", "matrix a@b.c1", "x@10.0.0.1", "\(String(repeating: "a", count: 80))@example.com",
        "@media (x)",
    ]

    @Test("what is no e-mail address is not", arguments: notAddresses)
    func addressIsNone(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("pii.email") } == [])
    }

    // MARK: Cards

    /// Numbers that the schemes publish for tests.
    static let cards = [
        "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "4111.1111.1111.1111", "5555555555554444",
        "2223 0031 2200 3222",
        "3782 822463 10005", "378282246310005", "3056 930902 5904", "6011-1111-1111-1117", "3530111333300000",
        "4222222222222", "41111111 11111111",
        "3566 0020 2036 0505", "6390000000000005", "0604000000000000", "9792 0000 0000 0003", "5061 0000 0000 0000 007",
        "6200000000000005", "6304 0000 0000 0000", "501800000009", "675900000000", "5641000000006", "180000000000002",
        "213100000000001", "67634200000004", "5018 0000 0009",
    ]

    @Test("card numbers are found however they are dressed", arguments: cards)
    func cardIsFound(card: String) throws {
        for (before, after) in [
            ("", ""), ("card ", "."), ("(", ")"), ("\"", "\","), ("no:", ";"), ("卡号", "，"), ("é", "é"),
            ("Visa ", " 12/27"), ("#", "\n"), ("a,", ",123"),
            ("\\n", "\\n"), ("x=", "&y"),
        ] {
            #expect(try Support.found(in: before + card + after) == ["pii.card \(card)"], "\(before)…\(after)")
        }
    }

    static let notCards = [
        "4111 1111 1111 1112", "4111111111111111111111", "14111111111111111", "order 20240115-4111111111111111",
        "1234567812345678", "9999 9999 9999 9995",
        "978-3-16-148410-0", "9783161484100", "1700000000000", "1700000000000000000", "4111111111111111-01",
        "41 11 11 11 11 11 11 11", "4.111111111111111",
        "550e8400-e29b-41d4-a716-446655440000", "a4111111111111111", "4111111111111111f", "0000000000000000",
        "4111,1111,1111,1111", "192.168.100.200",
        "DE89 3704 0044 0532 0130 00", "4111 1111\n1111 1111", "0.4111111111111111", "501800000000", "411100000008",
    ]

    @Test("behind a word for cards, numbers of any issuer are found")
    func toldCard() throws {
        #expect(try Support.found(in: "my card is 9000000000000001") == ["pii.card 9000000000000001"])
        #expect(try Support.found(in: "Card number: 9000 0000 0000 0001.") == ["pii.card 9000 0000 0000 0001"])
        #expect(try Support.found(in: "discard 9000000000000001") == [])
    }

    @Test("what is no card number is not", arguments: notCards)
    func cardIsNone(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("pii.card") } == [])
    }

    @Test("exactly one of ten last digits makes a number valid", arguments: 0..<50)
    func luhn(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 2...19, using: &generator)
        var digits = InlineArray<19, UInt8> { _ in UInt8.random(in: 0...9, using: &generator) }
        let valid = (0...9).filter { last in
            digits[count - 1] = UInt8(last)
            return Luhn.isValid(digits, count: count)
        }
        #expect(valid.count == 1)
        // No single digit can be mistaken, as the standard promises.
        guard let last = valid.first else { return }
        digits[count - 1] = UInt8(last)
        let place = Int.random(in: 0..<count, using: &generator)
        digits[place] = (digits[place] + UInt8.random(in: 1...9, using: &generator)) % 10
        #expect(!Luhn.isValid(digits, count: count))
    }

    // MARK: Telephones

    static let phones = [
        "+1 415 555 2671", "+1 (415) 555-2671", "+14155552671", "+44 20 7946 0958", "+44 (0)20 7946 0958",
        "+44 (0) 20 7946 0958", "+49 30 901820",
        "+49 (30) 12345-678", "+33 1 23 45 67 89", "+91-98765-43210", "+81 3-1234-5678", "+353 1 234 5678",
        "(415) 555-2671", "(415)555-2671", "415-555-2671",
        "415.555.2671", "415 555 2671", "1-415-555-2671", "1 (415) 555-2671", "020 7946 0958", "(020) 7946 0958",
        "01 23 45 67 89", "0171 1234567", "030/12345678",
        "090-1234-5678", "0412 345 678", "0044 20 7946 0958", "415-555-2671x123", "(415) 555-2671 ext. 88",
        "+44 20 7946 0958 extension 12", "001-415-555-2671x4455", "415 555-2671", "123-456-7890", "911-555-2671",
        "115-555-2671", "415-911-2671", "4155552671x123", "020 7946 0958, ext 3", "+352 27 12 34", "+298 211234",
        "612 34 56 78", "(20) 123 456", "22 33 44 55", "08-123 45 67", "02 123 45 67", "(11) 4567-8901",
        "601 123 456",
    ]

    @Test("telephone numbers are found however they are dressed", arguments: phones)
    func phoneIsFound(phone: String) throws {
        for (before, after) in [
            ("", ""), ("call ", "."), ("tel:", ";"), ("\"", "\""), ("电话", "。"), ("é", "é"), ("a, ", ", b"), ("[", "]"),
            ("on ", " or not"), ("\\n", "\\n"), ("x ", "?"),
        ] {
            #expect(try Support.found(in: before + phone + after) == ["pii.phone \(phone)"], "\(before)…\(after)")
        }
    }

    static let notPhones = [
        "2024-11-21", "21.11.2024", "11/21/2024 10:30", "10:30:45", "1999-2004", "192.168.100.200", "10.0.0.1",
        "v2.10.1234", "978-3-16-148410-0", "0-306-40615-2",
        "order 4155552671", "id: 4155552671", "4155552671 00", "1234567890", "n=4155552671", "41555526711",
        "123 456 789", "601 123 456 000",
        "10 20 30 40", "22 33 44 55 66 77", "order 612 34 56 78", "$612 345 678", "01 02 2023", "03-04-2023", "+1",
        "+5 points", "1+1234567", "a+14155552671", "4111 1111 1111 1111",
        "+1 415 555", "+0 415 555 2671", "115 555 2671", "911 555 2671",
        "550e8400-e29b-41d4-a716-446655440000", "12-415-555-2671", "415-555-2671-88", "0123456789",
        "ORD-0123-4567-890", "3.14159 26535 89793", "100 200 300 400",
        "DE89 3704 0044 0532 0130 00", "+12345678901234567", "C++ 11 2011 1998", "+99 99 99", "01-02-2023 10",
        "(2023) 12-2024", "1,234,567,890", "$415-555-26711",
    ]

    @Test("what is no telephone number is not", arguments: notPhones)
    func phoneIsNone(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("pii.phone") } == [])
    }

    /// Shapes that only a word before them tells from other numbers, with the number that is found.
    static let toldPhones = [
        ("phone: 555-0187", "555-0187"), ("his phone number is 030 901820", "030 901820"),
        ("Tel. 8321 4567", "8321 4567"), ("mobile 612345678", "612345678"), ("fax no. 22 33 44 55", "22 33 44 55"),
        ("call me at 5550187 today", "5550187"), ("my number is (02) 5301 77", "(02) 5301 77"),
        ("Telefon: 12 34 56", "12 34 56"), ("tel\u{E9}fono: 912 34 56 78", "912 34 56 78"),
        ("t\u{E9}l. 0123/456.78", "0123/456.78"), ("phone=4155552671", "4155552671"),
        ("Handy: 1511-234567", "1511-234567"),
        ("reach him on 4 822 1190.", "4 822 1190"), ("cell phone 0712345678", "0712345678"),
        ("phone 555-0187 ext. 4", "555-0187 ext. 4"), ("call our desk in Oslo: 22 33 44 55", "22 33 44 55"),
        ("contact Ann (4155552671)", "4155552671"), ("you can text me any time, 612 345 678", "612 345 678"),
        ("Bitte anrufen unter der Nummer 8321 4567", "8321 4567"),
    ]

    @Test("behind a word for telephones, numbers of any shape are found", arguments: toldPhones)
    func toldPhone(text: String, number: String) throws {
        #expect(try Support.found(in: text) == ["pii.phone \(number)"])
    }

    static let toldOtherwise = [
        "phone 12", "the phone costs 1200 2300", "phone 2024-01-15", "telephone 15.01.2024", "call me at 10:30",
        "phone 192.168.100.20", "mobile first 2024", "call me at 5550187a", "cellular 12345678901234567890",
        "call between 2010-2015 and now", "call about order 4155552671", "text of 12/01/2024", "contact, id 4155552671",
        "call in case 20231 of 2024", "ring 100 200", "they called it 3,141,592", "call your bank: $4155552671",
        "my number is 42", "microphone 5550187", "phone 5550187@example", "smartphone: 5550187",
    ]

    @Test("what follows such a word is not always a number to call", arguments: toldOtherwise)
    func isToldOtherwise(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("pii.phone") } == [])
    }

    @Test("a number with its country is surer than one without")
    func confidence() throws {
        let findings = try Support.findings(in: "+44 20 7946 0958, 020 7946 0958")
        #expect(findings.map(\.kind) == [.phone, .phone])
        #expect(findings[0].confidence > findings[1].confidence)
    }
}
