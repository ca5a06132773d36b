internal import Numbering

// Identifiers of persons, patients and things: written from what their issuers publish.
extension PatternTable {
    /// Forms that hardly anything else has.
    static let formats: [Pattern] = [
        Self.format(.ssn, "ddd-dd-dddd", .ssn, 90), Self.format(.taxID, "9dd-dd-dddd", .itin, 85),
        Self.format(.nationalID, "AAddddddA", .nino, 80), Self.format(.nationalID, "AA dd dd dd A", .nino, 92),
        Self.format(.nationalID, "dd ddd ddd ddd", .steuerID, 75),
        Self.format(.nationalID, "ddddddddddddddd", .nir, 88),
        Self.format(.nationalID, "d dd dd dd ddd ddd dd", .nir, 95),
        Self.format(.nationalID, "ddddddddA", .dni, 85), Self.format(.nationalID, "dddddddd-A", .dni, 90),
        Self.format(.nationalID, "dd.ddd.ddd-A", .dni, 92), Self.format(.nationalID, "AdddddddA", .nie, 85),
        Self.format(.nationalID, "A-ddddddd-A", .nie, 90), Self.format(.nationalID, "AdddddddA", .nric, 85),
        Self.format(.nationalID, "AAAAAAddAddAdddA", .codiceFiscale, 96),
        Self.format(.nationalID, "dd.dd.dd-ddd.dd", .rijksregister, 96),
        Self.format(.nationalID, "dddddd-dddd", .personnummer, 85),
        Self.format(.nationalID, "dddddddd-dddd", .personnummer, 90),
        Self.format(.nationalID, "dddddd-dddx", .hetu, 88), Self.format(.nationalID, "ddddddAdddx", .hetu, 88),
        Self.format(.nationalID, "ddddddddddd", .fodselsnummer, 80),
        Self.format(.nationalID, "dddddd ddddd", .fodselsnummer, 88),
        Self.format(.nationalID, "ddd.ddd.ddd-dd", .cpf, 97), Self.format(.taxID, "dd.ddd.ddd/dddd-dd", .cnpj, 97),
        Self.format(.nationalID, "dddddddddddddddddx", .residentID, 95),
        Self.format(.nationalID, "dddddd-ddddddd", .registration, 92),
        Self.format(.nationalID, "AAAAddddddAAAAAAxd", .curp, 97),
        Self.format(.taxID, "dd-dddddddd-d", .cuit, 92), Self.format(.nationalID, "dd.ddd.ddd-x", .rut, 92),
        Self.format(.nationalID, "d.ddd.ddd-x", .rut, 88), Self.format(.nationalID, "dddddd/dddd", .rodneCislo, 88),
        Self.format(.nationalID, "ddd.dddd.dddd.dd", .ahv, 97), Self.format(.nationalID, "Adddddd(x)", .hkid, 93),
        Self.format(.vehicleID, "xxxxxxxxxxxxxxxxx", .vin, 88),
    ]

    /// Numbers that only words tell from others.
    static let identifiers: [Pattern] = [
        Self.loose(
            .ssn, "ssn|social security(?: number| no)?|social sec", ["ddd dd dddd", "ddddddddd"], .ssn, 90),
        Self.loose(
            .taxID, "ein|employer identification|federal tax id|tax id(?:entification)?", ["dd-ddddddd"], .none, 85),
        Self.loose(.nationalID, "nhs", ["ddd ddd dddd", "ddd-ddd-dddd", "dddddddddd"], .nhs, 95),
        Self.loose(
            .nationalID, "steuer-?id(?:nr|entifikationsnummer)?|steuerliche identifikationsnummer|idnr|tin|tax id",
            ["ddddddddddd"], .steuerID, 92),
        Self.loose(.nationalID, "bsn|burgerservicenummer|sofinummer", ["ddddddddd", "dddd.dd.ddd"], .bsn, 92),
        Self.loose(
            .nationalID, "rijksregister(?:nummer)?|insz|niss|national register|registre national", ["ddddddddddd"],
            .rijksregister, 95),
        Self.loose(.nationalID, "pesel", ["ddddddddddd"], .pesel, 96),
        Self.loose(
            .nationalID, "personnummer|personal identity number", ["dddddddddd", "dddddddddddd"], .personnummer, 90),
        Self.loose(.nationalID, "cpr|cpr-?nummer|personnummer", ["dddddd-dddd", "dddddddddd"], .cpr, 85),
        Self.loose(.nationalID, "nif|contribuinte", ["ddddddddd", "ddd ddd ddd"], .nif, 90),
        Self.loose(.nationalID, "cpf", ["ddddddddddd"], .cpf, 96),
        Self.loose(.taxID, "cnpj", ["dddddddddddddd"], .cnpj, 96),
        Self.loose(
            .nationalID, "aadh?aar|uidai", ["dddd dddd dddd", "dddddddddddd", "dddd-dddd-dddd"], .aadhaar, 95),
        Self.loose(.nationalID, "rsa id|south african id|id (?:number|no)", ["ddddddddddddd"], .southAfrican, 92),
        Self.loose(.nationalID, "tckn|tc kimlik|t\\.?c\\.? ?kimlik|kimlik", ["ddddddddddd"], .kimlik, 95),
        Self.loose(
            .nationalID,
            "my number|individual number|\\xe3\\x83\\x9e\\xe3\\x82\\xa4\\xe3\\x83\\x8a\\xe3\\x83\\xb3\\xe3\\x83\\x90\\xe3\\x83\\xbc",
            ["dddddddddddd", "dddd dddd dddd", "dddd-dddd-dddd"], .myNumber, 93),
        Self.loose(.taxID, "tfn|tax file", ["ddd ddd ddd", "ddddddddd"], .tfn, 92),
        Self.loose(.nationalID, "sin|social insurance", ["ddd ddd ddd", "ddd-ddd-ddd", "ddddddddd"], .luhn, 90),
        Self.loose(.taxID, "cuit|cuil", ["ddddddddddd"], .cuit, 94),
        Self.loose(.nationalID, "rut|run", ["dddddddd-x", "ddddddd-x"], .rut, 92),
        Self.loose(.nationalID, "cnp|cod numeric personal", ["ddddddddddddd"], .cnp, 96),
        Self.loose(.nationalID, "egn|\\xd0\\x95\\xd0\\x93\\xd0\\x9d", ["dddddddddd"], .egn, 94),
        Self.loose(.nationalID, "isikukood|asmens kodas|personal code", ["ddddddddddd"], .isikukood, 94),
        Self.loose(
            .nationalID, "teudat zehut|israeli id|\\xd7\\xaa\\xd7\\x96|\\xd7\\xaa\\.\\xd7\\x96", ["ddddddddd"],
            .teudatZehut,
            90),
        Self.loose(.nationalID, "oib", ["ddddddddddd"], .oib, 95),
        Self.loose(.nationalID, "svnr|sozialversicherungsnummer|sv-nummer", ["dddd dddddd", "dddddddddd"], .svnr, 93),
        Self.loose(.planNumber, "medicare", ["dddd ddddd d", "dddddddddd"], .medicare, 92),
        Self.loose(.deviceID, "imei", ["ddddddddddddddd", "dd-dddddd-dddddd-d", "dd dddddd dddddd d"], .imei, 96),
        Self.words(
            .nationalID, "taiwan(?:ese)? id|national id", [FormatMatcher(format: "Addddddddd", check: .taiwanese)], 90),
        Self.words(
            .nationalID, "pps[n]?",
            [FormatMatcher(format: "dddddddA", check: .pps), FormatMatcher(format: "dddddddAA", check: .pps)], 92),
        Self.words(.nationalID, "pan|permanent account", [FormatMatcher(format: "AAAAAddddA", check: .pan)], 92),
        Self.words(.passport, "passports?|passeport|reisepass|pasaporte|passaporto", [], 85, length: 6...10, digits: 5),
        Self.words(
            .driverLicence,
            "driv(?:er'?s?|ing) licen[cs]e|dln?|f\\xc3\\xbchrerschein|permis de conduire|carnet de conducir", [], 80,
            length: 6...18, digits: 5),
        Self.words(
            .bankAccount,
            "(?:bank )?account|acct|a/c|routing|kontonummer|sort code|aba|swift account|num\\xc3\\xa9ro de compte",
            [FormatMatcher(format: "dd-dd-dd", check: .none)], 75, length: 8...18, digits: 8),
        Self.words(
            .recordNumber,
            "mrn|medical record|med rec|patient (?:id|number|no)|chart|hospital number|patienten-?(?:id|nummer)|medical rec",
            [], 88, length: 5...14, digits: 4),
        Self.words(
            .planNumber,
            "member(?:ship)? (?:id|number|no)|policy|subscriber (?:id|number)|health plan|beneficiary|medicaid|insurance (?:id|number|policy)|group (?:number|no)|versichertennummer|mbi",
            [], 80, length: 6...18, digits: 5),
        Self.words(
            .deviceID,
            "serial|s/n|device (?:id|serial|identifier)|udi|implant|pacemaker|imsi|iccid|meid|udid|seriennummer", [],
            75,
            length: 6...20, digits: 4),
        Self.words(
            .vehicleID,
            "licen[cs]e plate|number plate|plate|vehicle registration|kennzeichen|registration plate|vin|chassis", [],
            75,
            length: 5...17, digits: 2),
        Self.words(
            .biometricID,
            "(?:fingerprint|retina|iris|voice ?print|face ?print|biometric)(?:l? scan| template| hash)?",
            [], 75, length: 6...64, digits: 4),
        Self.words(.photo, "photo(?:graph)?|portrait|headshot|selfie|mugshot", [], 60, length: 6...40, digits: 4),
    ]

    static let places: [Pattern] = [
        Pattern(.iban, .network(.iban), 98, .high), Pattern(.ipAddress, .network(.ipv4), 85, .low),
        Pattern(.ipAddress, .network(.ipv6), 90, .low), Pattern(.macAddress, .network(.mac), 92, .low),
        Pattern(.url, .network(.url), 90, .low), Pattern(.coordinates, .network(.coordinates), 80, .medium),
        Pattern(.birthDate, .network(.birthday), 90, .medium), Pattern(.birthDate, .network(.birthMonth), 90, .medium),
        Pattern(.date, .network(.day), 80, .low), Pattern(.date, .network(.monthAndDay), 80, .low),
    ]

    /// What carries data away when it is shown.
    static let exfiltration: [Pattern] = [
        Pattern(.exfiltrationImage, .exfiltration(.image), 85, .high),
        Pattern(.exfiltrationImage, .exfiltration(.tag), 80, .high),
        Pattern(.exfiltrationLink, .exfiltration(.link), 70, .medium),
        Pattern(.exfiltrationDataURL, .exfiltration(.dataURL), 80, .medium),
    ]

    private static func format(
        _ kind: Finding.Kind, _ format: String, _ check: IdentifierCheck, _ percent: UInt8
    ) -> Pattern {
        Pattern(kind, .format(FormatMatcher(format: format, check: check)), percent, .high)
    }

    private static func loose(
        _ kind: Finding.Kind, _ words: String, _ formats: [String], _ check: IdentifierCheck, _ percent: UInt8
    ) -> Pattern {
        let formats = formats.map { FormatMatcher(format: $0, check: check) }
        return Pattern(kind, .context(ContextMatcher(words: words, formats: formats, isLoose: true)), percent, .high)
    }

    private static func words(
        _ kind: Finding.Kind, _ words: String, _ formats: [FormatMatcher], _ percent: UInt8,
        length: ClosedRange<Int>? = nil, digits: Int = 4
    ) -> Pattern {
        let matcher = ContextMatcher(words: words, formats: formats, length: length, digits: digits)
        return Pattern(kind, .context(matcher), percent, .high)
    }
}
