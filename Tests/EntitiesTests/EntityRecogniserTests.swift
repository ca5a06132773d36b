import CDetectorModels
import Entities
import TestSupport
import Testing

@Suite("Names in text")
struct EntityRecogniserTests {
    static func find(_ text: String) throws -> [String] {
        let recogniser = try EntityRecogniser.embedded()
        var scratch = EntityRecogniser.Scratch()
        var spans: [EntitySpan] = []
        let bytes = Array(text.utf8)
        recogniser.find(in: bytes.span, scratch: &scratch, into: &spans)
        return spans.map { "\($0.kind.label): \(String(decoding: bytes[$0.range], as: UTF8.self))" }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let names: [String]
        var testDescription: String { self.text }
    }

    // Written for these tests; none is in the training's templates.
    static let cases = [
        Case(
            text: "Hi John, this is Maria Gonzalez from Siemens AG in Munich.",
            names: ["person: John", "person: Maria Gonzalez", "organisation: Siemens AG", "place: Munich"]),
        Case(
            text: "The parcel goes to 742 Evergreen Terrace, Springfield, IL 62704.",
            names: ["address: 742 Evergreen Terrace, Springfield, IL 62704"]),
        Case(
            text: "Mein Nachbar Thomas Müller zieht in die Lindenstraße 12, 50674 Köln.",
            names: ["person: Thomas Müller", "address: Lindenstraße 12, 50674 Köln"]),
        Case(text: "Hier, Élodie Dubois est partie pour Lyon.", names: ["person: Élodie Dubois", "place: Lyon"]),
        Case(
            text: "La doctora Carmen Ruiz trabaja en Sevilla.", names: ["person: Carmen Ruiz", "place: Sevilla"]),
        Case(text: "Ieri Marco Bianchi è andato a Bologna.", names: ["person: Marco Bianchi", "place: Bologna"]),
        Case(text: "Gisteren belde Pieter Jansen uit Utrecht.", names: ["person: Pieter Jansen", "place: Utrecht"]),
        Case(text: "Ontem o João Pereira foi a Coimbra.", names: ["person: João Pereira", "place: Coimbra"]),
        Case(
            text: "Umowę podpisał Jan Kowalski, ul. Marszałkowska 10/5, 00-590 Warszawa.",
            names: ["person: Jan Kowalski", "address: ul. Marszałkowska 10/5, 00-590 Warszawa"]),
        Case(
            text: "Igår träffade jag Astrid Lindqvist i Uppsala.",
            names: ["person: Astrid Lindqvist", "place: Uppsala"]),
    ]

    @Test("Names are found in ten languages", arguments: cases)
    func namesAreFound(_ test: Case) throws {
        #expect(try Self.find(test.text) == test.names)
    }

    static let fullNames = [
        Case(text: "Please call John Smith.", names: ["person: John Smith"]),
        Case(
            text: "John Smith, a 93-year-old man from Ohio, was seen on 3/4/2021.",
            names: ["person: John Smith", "place: Ohio"]),
        Case(text: "Ask Michael or Sarah about it.", names: ["person: Michael", "person: Sarah"]),
        Case(text: "The Robert Johnson Foundation gave it.", names: ["organisation: The Robert Johnson Foundation"]),
    ]

    @Test("A known given name and a known family name are somebody, whatever the context says", arguments: fullNames)
    func fullNameIsFound(_ test: Case) throws {
        #expect(try Self.find(test.text) == test.names)
    }

    static let addresses = [
        "12 Harbour View Road, Apt. 5, Bristol, BS1 4QD", "88 Oak Lane\nSuite 200\nDenver, CO 80203",
        "Storgatan 14, 111 51 Stockholm", "4 rue de la Paix, 75002 Paris, France", "P.O. Box 123, Austin, TX 78701",
        "London Road", "ul. D\u{142}uga 5/7, 00-238 Warszawa", "Goethestra\u{DF}e 7, 60313 Frankfurt",
    ]

    @Test("An address is one span, from its number to its country and no further", arguments: addresses)
    func addressIsWhole(_ address: String) throws {
        #expect(try Self.find("Please send it to \(address).") == ["address: \(address)"])
        #expect(try Self.find("Anna Berg\n\(address)\n020 123 4567").contains("address: \(address)"))
    }

    static let plain = [
        "I forgot my password, can you help me to reset it?",
        "What are the Best Practices For Writing Clean Code In Large Teams?",
        "Ich habe gestern den Bericht an die Geschäftsführung geschickt.",
        "The function returns an error when the list is empty. See the next chapter for details.",
        "SELECT name, price FROM products WHERE price > 10 ORDER BY name;",
        "Comment puis-je changer mon mot de passe ? Merci d'avance.",
        "On Monday we will discuss the Budget with the Manager.",
        "", " ", "\n\n\n", "....", "a", "A",
    ]

    @Test("Text without names has none", arguments: plain)
    func plainTextIsClean(_ text: String) throws {
        #expect(try Self.find(text) == [])
    }

    @Test("Spans of any bytes lie in order inside of them, and the same bytes have the same spans")
    func anyBytesAreRead() throws {
        let recogniser = try EntityRecogniser.embedded()
        var random = SplitMix(seed: 6)
        let pieces = [
            "Anna", "Smith", " ", "\n", "\n\n", ",", ".", "12", "Main St", "ß", "É", "\u{301}", "ул.", "李", "'", "-",
            "GmbH",
            "\u{2019}", "berlin", "IL", "(", "\t",
        ]
        var scratch = EntityRecogniser.Scratch()
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<random.below(40) {
                bytes += Array(random.pick(pieces).utf8)
                if random.chance(10) { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
            }
            var spans: [EntitySpan] = []
            recogniser.find(in: bytes.span, scratch: &scratch, into: &spans)
            var end = 0
            for span in spans {
                #expect(span.range.lowerBound >= end && !span.range.isEmpty && span.range.upperBound <= bytes.count)
                end = span.range.upperBound
            }
            var fresh = EntityRecogniser.Scratch()
            var again: [EntitySpan] = []
            recogniser.find(in: bytes.span, scratch: &fresh, into: &again)
            #expect(spans == again)
        }
    }

    @Test("Paragraphs do not change what is found in others")
    func paragraphsAreApart() throws {
        let first = "Hi John, this is Maria Gonzalez from Siemens AG in Munich."
        let second = "The parcel goes to 742 Evergreen Terrace, Springfield, IL 62704."
        #expect(try Self.find(first + "\n\n" + second) == Self.find(first) + Self.find(second))
    }
}
