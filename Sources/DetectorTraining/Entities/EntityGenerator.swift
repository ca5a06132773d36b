internal import Entities
import TrainingTexts

/// Writes training texts: templates filled with names, in the ways that people write names.
package struct EntityGenerator: Sendable {
    private let lists: EntityLists
    private let part: Part
    var chance: SeededChance

    /// Which templates and names are used.
    package enum Part: Sendable {
        case training, heldOut, everything
    }

    /// A generator of texts.
    package init(_ lists: EntityLists, _ part: Part, seed: UInt64) {
        self.lists = lists
        self.part = part
        self.chance = SeededChance(seed: seed)
    }

    /// The languages that texts are written in.
    package static var languages: [String] { EntityTemplates.languages.map(\.code) }

    /// The next text, in one language.
    package mutating func next(_ code: String) -> EntityExample? {
        guard let language = EntityTemplates.languages.first(where: { $0.code == code }) else { return nil }
        var example = EntityExample(text: [], spans: [], language: code)
        let positives = language.sentences(self.part)
        let negatives = language.negatives(self.part)
        let count = self.chance.percent(45) ? 1 : 1 + self.chance.below(4)
        for part in 0..<count {
            if part > 0 { example.append(self.chance.percent(70) ? " " : "\n") }
            let template =
                switch self.chance.below(100) {
                case ..<25: self.chance.pick(negatives)
                case ..<40: self.chance.pick(EntityTemplates.loose)
                case ..<70 where code == "en":
                    self.chance.pick(EntityTemplates.chosen(EntityTemplates.composed, self.part))
                default: self.chance.pick(positives)
                }
            self.fill(template, language, into: &example)
        }
        return self.worn(example)
    }

    private mutating func fill(
        _ template: String, _ language: EntityTemplates.Language, into example: inout EntityExample
    ) {
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            example.append(String(rest[..<open]))
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), rest[..<close].allSatisfy(\.isLetter), close > rest.startIndex
            else {
                example.append("{")
                continue
            }
            self.slot(String(rest[..<close]), language, into: &example)
            rest = rest[rest.index(after: close)...]
        }
        example.append(String(rest))
    }

    private mutating func slot(
        _ name: String, _ language: EntityTemplates.Language, into example: inout EntityExample
    ) {
        switch name {
        case "person": example.append(self.person(language), .person)
        case "given": example.append(self.givenName(language), .person)
        case "family": example.append(self.familyName(language), .person)
        case "org": example.append(self.organisation(language), .organisation)
        case "university": example.append(self.entry(language, "university", else: "University"), .organisation)
        case "place": example.append(self.place(language), .place)
        case "country": example.append(self.entry(language, "country"), .place)
        case "address": example.append(self.address(language), .address)
        case "street":
            let number = self.chance.percent(50) ? self.number(1 + self.chance.below(3)) : ""
            let street = self.street(language)
            let isBefore = language.code == "en" || language.code == "fr"
            let whole = number.isEmpty ? street : (isBefore ? "\(number) \(street)" : "\(street) \(number)")
            example.append(whole, .address)
        case "title": example.append(self.chance.pick(language.titles))
        case "zip": example.append(self.zip(language))
        case "block": self.block(language, into: &example)
        case "zipcode": example.append(self.zip(language), .address)
        default:
            guard let phrases = EntityTemplates.phrases[name] else { return example.append(self.value(name, language)) }
            self.fill(self.chance.pick(EntityTemplates.chosen(phrases, self.part)), language, into: &example)
        }
    }

    // MARK: Names

    mutating func entry(
        _ language: EntityTemplates.Language, _ category: String, else fallback: String = "Nova", foreign: Int = 0
    ) -> String {
        var code = language.code
        if foreign > 0, self.chance.percent(foreign) {
            let others = EntityTemplates.languages.map(\.code) + ["xx", "xx", "xx"]
            code = self.chance.pick(others)
        }
        let entries = self.lists.entries(code, category, self.part)
        guard !entries.isEmpty else { return fallback }
        let entry = self.chance.pick(entries)
        // No list has everybody's name: some are made up from the halves of two.
        guard category == "given" || category == "family" || category == "city", self.chance.percent(15) else {
            return entry
        }
        let other = self.chance.pick(entries)
        guard entry.count > 3, other.count > 3, entry.allSatisfy(\.isLetter), other.allSatisfy(\.isLetter) else {
            return entry
        }
        return String(entry.prefix(2 + self.chance.below(entry.count - 2)))
            + other.suffix(2 + self.chance.below(other.count - 3)).lowercased()
    }

    private mutating func givenName(_ language: EntityTemplates.Language) -> String {
        self.entry(language, "given", foreign: 15)
    }

    private mutating func familyName(_ language: EntityTemplates.Language) -> String {
        var name = self.entry(language, "family", foreign: 20)
        if self.chance.percent(7), !language.particles.isEmpty {
            let particle = self.chance.pick(language.particles)
            name = particle.hasSuffix("'") || particle == "Mc" ? particle + name : "\(particle) \(name)"
        }
        if self.chance.percent(5) { name += "-" + self.entry(language, "family", foreign: 20) }
        return name
    }

    mutating func person(_ language: EntityTemplates.Language) -> String {
        let given = self.givenName(language)
        var family = self.familyName(language)
        if language.code == "es" || language.code == "pt", self.chance.percent(45) {
            family += " " + self.entry(language, "family")
        }
        switch self.chance.below(100) {
        case ..<58: return "\(given) \(family)"
        case ..<64: return "\(given) \(self.givenName(language)) \(family)"
        case ..<69: return "\(given) \(self.initial()). \(family)"
        case ..<75: return "\(self.initial()). \(family)"
        case ..<77: return "\(self.initial()).\(self.initial()). \(family)"
        case ..<80: return "\(family), \(given)"
        case ..<83: return "\(given)-\(self.givenName(language)) \(family)"
        case ..<86: return "\(given) \(family.uppercased())"
        case ..<88: return "\(family.uppercased()) \(given)"
        case ..<92: return "\(given) \(self.initial())."
        case ..<94 where language.code == "en":
            return "\(given) \(family) \(self.chance.pick(["Jr.", "II", "III", "Sr."]))"
        default: return given
        }
    }

    private mutating func initial() -> String { String(UnicodeScalar(UInt8(65 + self.chance.below(26)))) }

    private mutating func place(_ language: EntityTemplates.Language) -> String {
        if language.code == "en" { return self.placeOfEnglish(language) }
        switch self.chance.below(100) {
        case ..<50: return self.entry(language, "city")
        case ..<65: return self.chance.pick(self.lists.entries("xx", "metropolis", self.part))
        case ..<70: return self.entry(language, "city", foreign: 100)
        case ..<85: return self.entry(language, "country")
        case ..<93: return self.entry(language, "region")
        case ..<97: return "\(self.entry(language, "city")), \(self.entry(language, "country"))"
        default: return "\(self.entry(language, "city")), \(self.entry(language, "region"))"
        }
    }

    /// English is written everywhere: large cities and countries are met more often than towns.
    private mutating func placeOfEnglish(_ language: EntityTemplates.Language) -> String {
        switch self.chance.below(100) {
        case ..<22: return self.entry(language, "city")
        case ..<52: return self.chance.pick(self.lists.entries("xx", "metropolis", self.part))
        case ..<62: return self.entry(language, "city", foreign: 100)
        case ..<83: return self.entry(language, "country")
        case ..<92: return self.entry(language, "region")
        case ..<96: return "\(self.entry(language, "city")), \(self.entry(language, "country"))"
        default: return "\(self.entry(language, "city")), \(self.region(language))"
        }
    }

    mutating func organisation(_ language: EntityTemplates.Language) -> String {
        if self.chance.percent(8) { return self.entry(language, "university") }
        if self.chance.percent(language.code == "en" ? 30 : 10) {
            return self.chance.pick(EntityTemplates.chosen(EntityTemplates.knownOrganisations, self.part))
        }
        return self.composed(self.chance.pick(language.organisationForms), language)
    }

    private mutating func street(_ language: EntityTemplates.Language) -> String {
        if let endings = Self.streetEndings[language.code], self.chance.percent(language.code == "en" ? 6 : 40) {
            let stem = self.chance.percent(50) ? self.entry(language, "family") : self.words(language, 1)[0]
            return stem.capitalFirst + self.chance.pick(endings)
        }
        let street = self.entry(language, "street")
        if language.code == "pl", !street.contains("."), self.chance.percent(80) { return "ul. " + street }
        return street
    }

    /// How streets are called where the name and the kind are one word.
    private static let streetEndings: [String: [String]] = [
        "de": ["straße", "str.", "strasse", "weg", "gasse", "platz", "allee", "damm", "ufer", "ring"],
        "nl": ["straat", "laan", "weg", "plein", "kade", "gracht", "singel", "dreef", "dijk"],
        "sv": [
            "gatan", "vägen", "gränd", "stigen", "torget", "backen", "gata", "veien", "vej", "gade", "katu", "gaten",
        ],
        "en": ["vej", "gade", "gata", "veien", "katu", "tie", "utca", "straße", "gatan", "laan"],
    ]

    mutating func address(_ language: EntityTemplates.Language) -> String {
        // English texts are full of addresses elsewhere.
        if language.code == "en", self.chance.percent(35),
            let other = EntityTemplates.languages.dropFirst().randomElement(using: &self.chance)
        {
            return self.address(other)
        }
        return self.composed(self.chance.pick(language.addressForms), language)
    }

    /// Fills the one-letter slots of a form.
    private mutating func composed(_ form: String, _ language: EntityTemplates.Language) -> String {
        var result = ""
        var rest = form[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            switch rest[rest.index(after: open)..<close] {
            case "f": result += self.entry(language, "family", foreign: 15)
            case "g": result += self.entry(language, "given")
            case "c": result += self.entry(language, "city")
            case "C": result += self.entry(language, "country")
            case "r": result += self.region(language)
            case "p": result += self.initial() + self.initial()
            case "s": result += self.street(language)
            case "n": result += self.number(1 + self.chance.below(4))
            case "m": result += self.number(1 + self.chance.below(2))
            case "u": result += self.unit()
            case "d": result += self.chance.pick(["N", "S", "E", "W", "North", "West", "NW", "S.", "N."])
            case "z": result += self.zip(language)
            case "b": result += self.brand()
            case "k": result += self.entry(language, "company")
            case "a":
                for _ in 0..<(2 + self.chance.below(3)) { result += self.initial() }
            default: break
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// What tells one door of a house from the others.
    private mutating func unit() -> String {
        let word = self.chance.pick([
            "Apt.", "Apt", "Apartment", "Suite", "Ste.", "Ste", "Unit", "#", "Flat", "Room", "Floor", "Fl.", "Bldg",
            "Rm",
            "Lot", "Level", "Box", "Shop", "Apt #", "No.",
        ])
        let number = self.chance.percent(20) ? self.initial() : self.number(1 + self.chance.below(4))
        return (word.hasSuffix("#") ? word + number : "\(word) \(number)")
            + (self.chance.percent(10) ? self.initial() : "")
    }

    private mutating func region(_ language: EntityTemplates.Language) -> String {
        if language.code == "en", self.chance.percent(75) {
            return self.chance.pick([
                "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
                "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
                "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "NSW",
                "VIC", "QLD", "ON", "BC",
            ])
        }
        return self.entry(language, "region", else: "")
    }

    /// A name that somebody might have made up for a company.
    private mutating func brand() -> String {
        let first = [
            "nova", "zen", "lumi", "opti", "terra", "vex", "cor", "dyna", "syn", "quanta", "hexa", "volt", "aero",
            "medi", "info", "data", "green", "blue", "north", "sky", "cloud", "bright", "pixel", "agri", "eco", "prime",
            "alpha", "omni", "solar", "inno", "star", "micro", "hyper", "nexa", "pro", "sol", "cyber", "grand",
        ]
        let second = [
            "trix", "dex", "wave", "tech", "soft", "lume", "gen", "core", "port", "ware", "nex", "tis", "vita", "lab",
            "link", "path", "field", "works", "point", "bridge", "via", "mark", "stone", "ton", "ria", "ix", "ora",
            "on",
            "flow", "net", "pay", "scale", "base", "is", "us",
        ]
        let one = self.chance.pick(first)
        let two = self.chance.pick(second)
        let capital = one.prefix(1).uppercased() + one.dropFirst()
        switch self.chance.below(10) {
        case 0: return capital + two.prefix(1).uppercased() + two.dropFirst()
        case 1: return capital + " " + two.prefix(1).uppercased() + two.dropFirst()
        case 2:
            return capital + two + " "
                + self.chance.pick(["Group", "Media", "Energy", "Solutions", "Global", "Health"])
        case 3: return capital
        default: return capital + two
        }
    }

    // MARK: What is no name

    mutating func number(_ digits: Int) -> String {
        var number = String(1 + self.chance.below(9))
        for _ in 1..<max(1, digits) { number += String(self.chance.below(10)) }
        return number
    }

    private mutating func zip(_ language: EntityTemplates.Language) -> String {
        var zip = ""
        for character in self.chance.pick(language.zipForms) {
            switch character {
            case "#": zip += String(self.chance.below(10))
            case "@": zip += self.initial()
            default: zip.append(character)
            }
        }
        return zip
    }

    mutating func value(_ name: String, _ language: EntityTemplates.Language) -> String {
        switch name {
        case "words": return self.words(language, 1 + self.chance.below(5)).joined(separator: " ")
        case "Words": return self.words(language, 1 + self.chance.below(5)).joined(separator: " ").capitalFirst
        case "Heading": return self.words(language, 1 + self.chance.below(6)).map(\.capitalFirst).joined(separator: " ")
        case "CAPS": return self.words(language, 1 + self.chance.below(6)).joined(separator: " ").uppercased()
        case "noun": return self.noun(language)
        case "Code": return self.words(language, 2).map(\.capitalFirst).joined()
        case "number": return self.number(1 + self.chance.below(3))
        case "year": return String(1950 + self.chance.below(80))
        case "date": return self.date(language)
        case "time": return "\(self.chance.below(24)):\(10 + self.chance.below(50))"
        case "phone": return self.phone()
        case "email":
            let user =
                "\(self.entry(language, "given"))\(self.chance.pick([".", "_", ""]))\(self.entry(language, "family"))"
            return user.lowercased().filter { $0.isASCII && $0 != " " } + "@"
                + self.brand().lowercased().filter(\.isLetter)
                + self.chance.pick([".com", ".de", ".org", ".net", ".fr", ".es"])
        case "money":
            let amount = self.number(2 + self.chance.below(3)) + self.chance.pick(["", ".00", ",50", " million", "k"])
            return language.currency == "$" ? "$" + amount : amount + " " + language.currency
        case "id":
            return self.chance.pick(["", "A-", "INV-", "#", "RE", "DE", "X"]) + self.number(4 + self.chance.below(6))
        case "weekday", "month":
            let entry = self.entry(language, "calendar", else: "Monday")
            return self.chance.percent(70) ? entry : entry.lowercased()
        case "thing": return self.entry(language, "thing").lowercased()
        case "Thing": return self.entry(language, "thing")
        case "jobtitle": return self.entry(language, "job")
        case "job":
            let job = self.entry(language, "job")
            return language.code == "de" || self.chance.percent(20) ? job : job.lowercased()
        default: return self.entry(language, name, else: name)
        }
    }

    private mutating func words(_ language: EntityTemplates.Language, _ count: Int) -> [String] {
        (0..<count).map { _ in
            if language.code == "de", self.chance.percent(40) { return self.noun(language) }
            return self.entry(language, "word", else: "it")
        }
    }

    private mutating func noun(_ language: EntityTemplates.Language) -> String {
        if language.code == "de", self.chance.percent(80) { return self.chance.pick(EntityTemplates.germanNouns) }
        let noun = self.entry(language, self.chance.percent(50) ? "thing" : "job")
        return language.code == "de" ? noun.capitalFirst : noun.lowercased()
    }

    private mutating func date(_ language: EntityTemplates.Language) -> String {
        let (day, month, year) = (1 + self.chance.below(28), 1 + self.chance.below(12), 1950 + self.chance.below(80))
        switch self.chance.below(4) {
        case 0: return "\(day).\(month).\(year)"
        case 1: return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        case 2: return "\(day)/\(month)/\(year)"
        default: return "\(day) \(self.entry(language, "calendar")) \(year)"
        }
    }

    // MARK: How it is typed

    /// The example as somebody in a hurry, in anger or without the keys for marks would type it.
    private mutating func worn(_ example: EntityExample) -> EntityExample {
        let way = self.chance.below(100)
        guard way < 16 else { return example }
        var worn = EntityExample(text: [], spans: [], language: example.language)
        var offset = 0
        func changed(_ range: Range<Int>) -> String {
            let text = String(decoding: example.text[range], as: UTF8.self)
            switch way {
            case ..<7: return text.lowercased()
            case ..<11: return text.uppercased()
            default: return text.withoutMarks
            }
        }
        for span in example.spans {
            worn.append(changed(offset..<span.range.lowerBound))
            worn.append(changed(span.range), span.kind)
            offset = span.range.upperBound
        }
        worn.append(changed(offset..<example.text.count))
        return worn
    }
}

extension String {
    fileprivate var capitalFirst: String { self.prefix(1).uppercased() + self.dropFirst() }

    /// The same with letters for which there is a key on every board.
    fileprivate var withoutMarks: String {
        var result = ""
        for character in self {
            let folded = character.isASCII ? character : WordReader.plain(character)
            result.append(folded)
        }
        return result
    }
}
