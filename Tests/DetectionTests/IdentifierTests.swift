import Testing

@testable import Detection

@Suite("Identifiers")
struct IdentifierTests {
    static let patterns = Result { () throws(PatternError) in
        try PatternDatabase(kinds: Set<Finding.Kind>.all.subtracting(Set<Finding.Kind>.family(.injection)))
    }

    static func findings(in text: String) throws -> [Finding] {
        var findings: [Finding] = []
        let bytes = Array(text.utf8)
        #expect(try Self.patterns.get().scan(bytes.span, with: Scratch(), into: &findings) == .complete)
        return findings
    }

    static func found(in text: String) throws -> [String] {
        try Self.findings(in: text).map { "\($0.kind) \(Support.slice(Array(text.utf8), $0.span))" }
    }

    /// The examples are those that issuers and standards publish, or made up by their rules.
    static let examples: [(kind: Finding.Kind, text: String, value: String)] = [
        (.ssn, "his number is 219-09-9999, he says", "219-09-9999"), (.ssn, "SSN: 219099999", "219099999"),
        (.taxID, "ITIN 912-70-1234", "912-70-1234"), (.taxID, "our EIN is 12-3456789.", "12-3456789"),
        (.nationalID, "NHS number 943 476 5919", "943 476 5919"), (.nationalID, "NINO AB 12 34 56 C.", "AB 12 34 56 C"),
        (.nationalID, "id AB123456C,", "AB123456C"), (.nationalID, "Steuer-ID 86095742719", "86095742719"),
        (.nationalID, "NIR 255081416802538", "255081416802538"),
        (.nationalID, "sécu 2 55 08 14 168 025 38 !", "2 55 08 14 168 025 38"),
        (.nationalID, "DNI 12345678Z", "12345678Z"), (.nationalID, "NIE X1234567L", "X1234567L"),
        (.nationalID, "CF RSSMRA85T10A562S", "RSSMRA85T10A562S"), (.nationalID, "BSN 111222333", "111222333"),
        (.nationalID, "85.07.30-033.28", "85.07.30-033.28"), (.nationalID, "PESEL: 44051401359", "44051401359"),
        (.nationalID, "personnummer 811228-9874", "811228-9874"), (.nationalID, "hetu 131052-308T", "131052-308T"),
        (.nationalID, "29029600013 er nummeret", "29029600013"), (.nationalID, "CPF 111.444.777-35", "111.444.777-35"),
        (.taxID, "CNPJ 11.222.333/0001-81", "11.222.333/0001-81"),
        (.nationalID, "身份证 11010519491231002X", "11010519491231002X"),
        (.nationalID, "Aadhaar 2341 2341 2346", "2341 2341 2346"),
        (.nationalID, "SA ID number 8001015009087", "8001015009087"),
        (.nationalID, "TC kimlik no 10000000146", "10000000146"),
        (.taxID, "TFN 123 456 782", "123 456 782"), (.nationalID, "CURP BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        (.taxID, "CUIT 20-12345678-6", "20-12345678-6"), (.nationalID, "RUT 12.345.678-5", "12.345.678-5"),
        (.nationalID, "CNP 1800101221144", "1800101221144"), (.nationalID, "EGN 7523169263", "7523169263"),
        (.nationalID, "r.č. 780123/3540", "780123/3540"), (.nationalID, "isikukood 37605030299", "37605030299"),
        (.nationalID, "AHV 756.9217.0769.85", "756.9217.0769.85"), (.nationalID, "HKID A123456(3)", "A123456(3)"),
        (.nationalID, "NRIC S1234567D", "S1234567D"), (.nationalID, "OIB 69435151530", "69435151530"),
        (.nationalID, "SVNR 1237 010180", "1237 010180"), (.nationalID, "PPSN 1234567T", "1234567T"),
        (.nationalID, "SIN 046 454 286", "046 454 286"), (.nationalID, "national ID A123456789", "A123456789"),
        (.planNumber, "Medicare 2123 45670 1", "2123 45670 1"),
        (.vehicleID, "VIN 1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        (.deviceID, "IMEI 490154203237518", "490154203237518"),
        (.deviceID, "Serial number: C02XK1ABJG5H", "C02XK1ABJG5H"),
        (.iban, "to DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00"),
        (.iban, "GB29NWBK60161331926819", "GB29NWBK60161331926819"), (.ipAddress, "from 203.0.113.77.", "203.0.113.77"),
        (.ipAddress, "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
        (.macAddress, "at 3c:22:fb:9a:01:7e", "3c:22:fb:9a:01:7e"),
        (.coordinates, "at 48.85837, 2.29448 today", "48.85837, 2.29448"),
        (.birthDate, "born on 5 March 1980 in", "5 March 1980"),
        (.birthDate, "DOB: 03/05/1980", "03/05/1980"), (.birthDate, "date of birth: March 5, 1980", "March 5, 1980"),
        (.birthDate, "geboren am 5. März 1980", "5. März 1980"), (.date, "seen 2024-03-17 by", "2024-03-17"),
        (.date, "on March 17, 2024 we", "March 17, 2024"),
        (.url, "see https://example.org/p?q=1.", "https://example.org/p?q=1"),
        (.passport, "passport no. X12345678", "X12345678"), (.driverLicence, "driver's license D1234567", "D1234567"),
        (.bankAccount, "account number 12345678", "12345678"), (.recordNumber, "MRN 00482913", "00482913"),
        (.planNumber, "member ID: W123456789", "W123456789"), (.vehicleID, "license plate 7ABC123", "7ABC123"),
        (.biometricID, "fingerprint template 8f3a99c1d2", "8f3a99c1d2"), (.photo, "photo IMG_20240317", "IMG_20240317"),
    ]

    @Test("are found and told by their kind", arguments: examples)
    func finds(kind: Finding.Kind, text: String, value: String) throws {
        let found = try Self.found(in: text)
        #expect(found.contains("\(kind) \(value)"), "\(found)")
    }

    /// What looks like one: a wrong check digit, a part of something longer, another thing.
    static let clean = [
        "000-12-3456", "666-12-3456", "1219-09-9999", "219-09-99991", "943 476 5919", "Steuer-ID 86095742718",
        "255081416802539",
        "12345678A", "RSSMRA85T10A562T", "BSN 111222334", "85.07.30-033.29", "131052-308U", "29029600014",
        "111.444.777-36",
        "110105194912310021", "Aadhaar 2341 2341 2347", "DE88 3704 0044 0532 0130 00", "1M8GDM9A1KP042788",
        "version 1.2.3.4", "v10.20.30.400", "127.0.0.1", "0.0.0.0", "12:34:56", "std::vector<int>", "a::b",
        "00:00:00:00:00:00",
        "aa:bb:cc:dd:ee:ff:00:11", "[0.1234, 0.5678, 0.9012]", "vector 12.3456, 7.8901, 3.2109", "11.11.2024 at 7",
        "chapter 3.4.5.6", "passport control opened in 1998", "my account was closed in 2019", "it was born in 1980",
        "policy number one", "2024-13-45", "the sinful 123 456 782", "business 046454286", "IMEI 490154203237519",
        "d41d8cd98f00b204e9800998ecf8427e", "550e8400-e29b-41d4-a716-446655440000", "1700000000000", "3.14159265358979",
        "HTTP/1.1 200 OK", "port 8080", "2^31-1 = 2147483647", "ISBN 978-3-16-148410-0", "order 20241121-0001",
    ]

    @Test("are not seen where none is", arguments: clean)
    func ignores(text: String) throws {
        let kinds: Set<Finding.Kind> = [.date, .phone, .url]
        #expect(try Self.findings(in: text).filter { !kinds.contains($0.kind) }.map(\.kind) == [], "\(text)")
    }
}
