/// The sentences that training texts are made of, in ten languages, and the words that go with them.
///
/// Each line is a template: a slot in braces is filled with a name or a value, `\n` breaks the line. What a slot of a
/// name leaves in the text is labelled, everything else is not.
enum EntityTemplates {
    /// A language's own material.
    struct Language: Sendable {
        let code: String
        let sentences: [String]
        let negatives: [String]
        let titles: [String]
        let organisationForms: [String]
        let addressForms: [String]
        let zipForms: [String]
        let particles: [String]
        let currency: String

        /// Every seventh sentence is kept for the development set.
        func sentences(_ part: EntityGenerator.Part) -> [String] { EntityTemplates.chosen(self.sentences, part) }
        func negatives(_ part: EntityGenerator.Part) -> [String] { EntityTemplates.chosen(self.negatives, part) }

    }

    /// The lines of a part: every seventh is kept for the development set.
    static func chosen(_ lines: [String], _ part: EntityGenerator.Part) -> [String] {
        guard part != .everything else { return lines }
        return lines.enumerated().filter { ($0.offset % 7 == 3) == (part == .heldOut) }.map(\.element)
    }

    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { String($0).replacing("\\n", with: "\n") }
    }

    private static func language(
        _ code: String, _ sentences: String, _ negatives: String, titles: String, organisations: String,
        addresses: String, zips: String, particles: String = "", currency: String = "€"
    ) -> Language {
        func parts(_ text: String) -> [String] {
            text.split(separator: "|").map { String($0).replacing("\\n", with: "\n") }
        }
        return Language(
            code: code, sentences: Self.lines(sentences), negatives: Self.lines(negatives), titles: parts(titles),
            organisationForms: parts(organisations), addressForms: parts(addresses), zipForms: parts(zips),
            particles: parts(particles), currency: currency)
    }

    /// In zip forms `#` is a digit and `@` a capital.
    static let languages: [Language] = [
        Self.language(
            "en", Self.english, Self.englishNegatives, titles: "Mr.|Mrs.|Ms.|Dr.|Mr|Mrs|Ms|Dr|Miss|Prof.|Sir|Judge",
            organisations:
                "{f} Inc.|{f} LLC|{f} Ltd|{f} Limited|{f} Group|{f} & Sons|{f} & {f}|{f}, {f} and {f}|{f}-{f}|{f} Corporation|{f} plc|{f} Holdings|{b}|{b} Inc|{b} Technologies|{b} Ltd.|{b} Labs|{b} Systems|{b} Software|{b} Bank|Bank of {c}|University of {c}|{c} University|{c} General Hospital|St. {g}'s Hospital|{c} Medical Center|{c} City Council|{f} Law Firm|{c} Airlines|{c} Police Department|{f} Foundation|{c} Museum of Art|Ministry of Health|Department of Justice|{f} Pharmaceuticals|{f} Motors|{c} United|{f} Insurance Company|{f} Elementary School|{c} High School|{f} Clinic|{a}|{f} Partners|First National Bank of {c}|{f} Consulting|Royal {c} Society|{c} Chamber of Commerce|{k}",
            addresses:
                "{n} {s}, {c}, {r} {z}|{n} {s}, {c}, {r} {z}|{n} {s}, {c}|{n} {s}|{n} {s} {u}, {c}, {r} {z}|{n} {s}, {u}, {c}, {r} {z}|{n} {s} {u}\\n{c}, {r} {z}|{n} {s}\\n{u}\\n{c}, {r} {z}|{n} {s} {u}\\n{c}\\n{r} {z}|{n} {s}\\n{c}\\n{r} {z}\\n{C}|{n} {s} {u} {c} {r} {z}|{n} {s} {c} {r} {z}|{n} {s} {c} {r}|{n} {s} {c} {z}|{n} {s}\\n{c}, {r} {z}\\n{C}|{n} {s}\\n{c}\\n{C}|{n} {s} {u}, {c}, {r}|{n} {s} {u}|{n} {d} {s}, {c}, {r} {z}|{n} {s} {d}, {c}, {r} {z}|{n} {s} {d}|{n} {s}, {c} {z}, {C}|{n} {s}, {c}, {r}, {z}|{n} {s}, {c}, {r}, {C}|{n} {s}, {c}, {r} {z}, {C}|{u}, {n} {s}, {c}, {r} {z}|{u}, {n} {s}, {c}, {z}|{u} {n} {s}\\n{c}|{m}/{n} {s}, {c} {r} {z}|{n}, {s}, {c} - {z}|{n}, {s}\\n{c} {z}|{u}, {s}, {c} - {z}, {r}|PO Box {n}, {c}, {r} {z}|P.O. Box {n}\\n{c}, {r} {z}|P. O. Box {n}|PO Box {n}, {c} {z}|{f} House, {n} {s}, {c}, {z}|The {f} Building, {n} {s}, {c}|{n} {s} - {c} - {r} - {z}|{n} {s} {c}|{n} {s}, {c}, {C} {z}|{n} {s}\\n{c}, {z}|{n} {s}\\n {c}\\n, {r} {z}|{n} {s}\\n\\n{c}, {r} {z}|{s}, {c}, {z}|{n} {s},\\n{c},\\n{z}|{n} {s}; {c}; {r} {z}|{c}, {n} {s}|{n}{p} {s}, {c}|{n}-{n} {s}, {c} {z}|{s} {n}, {c}, {C}|{s} {n}, {z} {c}, {C}|{s} {n}\\n{z} {c}|{s} {n}|{s} {n}\\n{c}, {r} {z}|{s} {n}\\n{z} {c}\\n{C}|Unit {m}/{n} {s}\\n{c} {r} {z}|{n} {s}|{n} {s}|{n} {s}, Apt {m}, {c}, {r} {z}|{n} {s}\\n{c}, {r} {z}|{n} {s} Suite {m}\\n{c}, {r} {z}|{n} {s}, {c} {z}|Flat {m}, {n} {s}, {c} {z}|P.O. Box {n}, {c}, {r} {z}|{n} {s}, {c}, {r} {z}, {C}|{n} {s}, {c}, {C}|{n} {s}, Apt. {m}|{n} {d} {s}, {c}|{n} {s}\\nFlat {m}\\n{c}\\n{z}|Unit {m}, {n} {s}, {c} {r} {z}|{n} {s}\\n{c} {z}\\n{C}",
            zips: "#####|#####|#####|#####-####|@@# #@@|@@## #@@|@# #@@|####|@#@ #@#|######|##### ####",
            particles: "van der|de|Mc|O'|von|St.",
            currency: "$"),
        Self.language(
            "de", Self.german, Self.germanNegatives, titles: "Herr|Frau|Dr.|Prof.|Hr.|Fr.",
            organisations:
                "{f} GmbH|{f} AG|{f} & Söhne|{f} KG|{f} GmbH & Co. KG|{f} & {f} OHG|{b} GmbH|{b} AG|{b}|Stadtwerke {c}|Sparkasse {c}|Universität {c}|Klinikum {c}|Universitätsklinikum {c}|Bäckerei {f}|Autohaus {f}|Technische Universität {c}|Bundesamt für Migration|Volksbank {c} eG|Kanzlei {f} und Partner|{f} Versicherung|{g}-Gymnasium|FC {c}|SV {c}|{a}|{f} Stiftung|Landratsamt {c}|Amtsgericht {c}|{f} e.V.|{f} SE|St. {g} Krankenhaus|{f} Maschinenbau|{k}",
            addresses:
                "{s} {n}, {z} {c}, {C}|{s} {n} {z} {c}|{s} {n} in {z} {c}|{s} {n}/{m}, {z} {c}|{s} {n}, {m}. OG, {z} {c}|{s} {n}\\n{c}|{s} {n}-{m}, {z} {c}|{s} {n} b\\n{z} {c}|c/o {f}, {s} {n}, {z} {c}|{s} {n}, {z} {c}|{s} {n}, {c}|{s} {n}|{s} {n}\\n{z} {c}|{s} {n}a, {z} {c}|{z} {c}, {s} {n}|{s} {n}, D-{z} {c}|{s} {n}\\n{z} {c}\\n{C}|Postfach {z}, {z} {c}|{s} {n}, {z} {c}, {C}|{s} {n}, {m}. Stock, {z} {c}",
            zips: "#####|#####|####", particles: "von|von der|zu|van"),
        Self.language(
            "fr", Self.french, Self.frenchNegatives, titles: "M.|Mme|Mlle|Dr|Maître|Monsieur|Madame|Pr",
            organisations:
                "{f} SA|{f} SARL|{f} S.A.S.|{f} et Fils|{f} & Cie|Groupe {f}|{b}|{b} SA|{b} France|Banque de {c}|Université de {c}|Hôpital {f}|CHU de {c}|Mairie de {c}|Lycée {g} {f}|Boulangerie {f}|Cabinet {f}|Société {f}|Crédit {f}|Clinique Saint-{g}|Ministère de la Santé|Préfecture de {c}|{a}|Fondation {f}|Assurances {f}|Établissements {f}|{k}",
            addresses:
                "{n} {s} {z} {c}|{n} {s} - {z} {c}|{n} {s}, {z} {c} Cedex|BP {n}, {z} {c}|{n} ter {s}, {z} {c}|Bât. {p}, {n} {s}, {z} {c}|{n} {s}\\n{c}|{n} {s}, {z} {c}, {C}|{n} {s}, {z} {c}|{n}, {s}, {z} {c}|{n} {s}|{n} bis {s}, {c}|{n}, {s}\\n{z} {c}|{n} {s}, {c}|{n} {s}\\n{z} {c}\\n{C}|{s}, {z} {c}|{n}, {s}, {z} {c}, {C}|{n} {s}, appartement {m}, {z} {c}",
            zips: "#####|#####|####", particles: "de|du|de la|Le|d'"),
        Self.language(
            "es", Self.spanish, Self.spanishNegatives, titles: "Sr.|Sra.|Srta.|Dr.|Dra.|D.|Don|Doña|señor|señora",
            organisations:
                "{f} S.A.|{f} S.L.|Grupo {f}|{f} Hermanos|{f} y {f}|{b}|{b} S.A.|Banco de {c}|Universidad de {c}|Hospital {f}|Hospital General de {c}|Ayuntamiento de {c}|Instituto {g} {f}|Talleres {f}|Bufete {f}|Construcciones {f} S.L.|Clínica San {g}|Ministerio de Sanidad|Fundación {f}|Seguros {f}|Editorial {f}|Real {c}|{a}|Transportes {f} S.A. de C.V.|{k}",
            addresses:
                "{s} {n}, {m}º, {z} {c}|{s} {n} {z} {c}|{s} n.º {n}, {z} {c} ({r})|{s} {n}, {c}|{s} s/n, {z} {c}|Apartado de Correos {n}, {z} {c}|{s} {n}, piso {m}, {z} {c}, {C}|{s} {n}, {z} {c}|{s}, {n}, {z} {c}|{s} {n}|{s} {n}, {m}º {m}, {z} {c}|{s}, nº {n}, {c}|{s} {n}\\n{z} {c}|{s} {n}\\n{c}, {z}|{s} {n}, {c}, {r}|{s} {n}, Col. Centro, {z} {c}, {r}|{s}, {n}, {z} {c}, {C}",
            zips: "#####", particles: "de|de la|del|y"),
        Self.language(
            "it", Self.italian, Self.italianNegatives,
            titles: "Sig.|Sig.ra|Dott.|Dott.ssa|Ing.|Avv.|Prof.|signor|signora",
            organisations:
                "{f} S.p.A.|{f} S.r.l.|{f} e figli|Gruppo {f}|Fratelli {f}|{b}|{b} S.p.A.|Banca di {c}|Università di {c}|Ospedale {f}|Ospedale San {g}|Comune di {c}|Liceo {g} {f}|Officina {f}|Studio legale {f}|Politecnico di {c}|Ministero della Salute|Fondazione {f}|Assicurazioni {f}|ASL {c}|{a}|Cassa di Risparmio di {c}|{f} & C. snc|{k}",
            addresses:
                "{s} {n} {z} {c}|{s}, {n}/{p} - {z} {c} ({p})|{s} {n}, int. {m}, {z} {c}|{s} {n}\\n{z} {c} {p}|Casella Postale {n}, {z} {c}|{s} {n}, {c} ({p})|{s} {n}, {z} {c}|{s}, {n}, {z} {c}|{s} {n}|{s} {n}, {c}|{s}, {n}\\n{z} {c}|{s} {n}/{m}, {z} {c}|{s} {n} - {z} {c}|{s}, {n}\\n{z}, {c} ({p})|{s} {n}, {z} {c} ({p})|{s} {n}, {z} {c}, {C}",
            zips: "#####", particles: "De|Di|Della|D'|Lo"),
        Self.language(
            "nl", Self.dutch, Self.dutchNegatives, titles: "dhr.|mevr.|meneer|mevrouw|dr.|drs.|ir.|prof.|Dhr.|Mevr.",
            organisations:
                "{f} B.V.|{f} BV|{f} NV|{f} & Zonen|{f} en {f}|{b}|{b} B.V.|Universiteit {c}|Gemeente {c}|Ziekenhuis {c}|Sint {g} Ziekenhuis|Bakkerij {f}|Garage {f}|{f} Advocaten|{f} Holding|Stichting {f}|{f} Verzekeringen|Ministerie van Financiën|Rabobank {c}|{a}|Bouwbedrijf {f}|FC {c}|Basisschool {g}|{k}",
            addresses:
                "{s} {n} {z} {c}|{s} {n}-{m}hg, {z} {c}|{s} {n} {c}|{s} {n}, {z} {c}, {C}|{z} {c}, {s} {n}|{s} {n}, {z} {c}|{s} {n}, {c}|{s} {n}|{s} {n}\\n{z} {c}|{s} {n}a, {z} {c}|{s} {n}-{m}, {z} {c}|Postbus {n}, {z} {c}|{s} {n}\\n{z} {c}\\n{C}|{s} {n} bus {m}, {z} {c}",
            zips: "#### @@|####@@|#### @@|####", particles: "van|van de|de|van der|van den|ten|ter"),
        Self.language(
            "pt", Self.portuguese, Self.portugueseNegatives, titles: "Sr.|Sra.|Dr.|Dra.|senhor|senhora|Dona|Eng.",
            organisations:
                "{f} S.A.|{f} Ltda.|{f} Lda.|Grupo {f}|{f} e Filhos|{f} & {f}|{b}|{b} S.A.|Banco de {c}|Universidade de {c}|Hospital {f}|Hospital São {g}|Câmara Municipal de {c}|Prefeitura de {c}|Escola {g} {f}|Construtora {f}|Advogados {f}|Ministério da Saúde|Fundação {f}|Seguros {f}|Instituto {f}|{a}|Padaria {f}|{k}",
            addresses:
                "{s}, {n}, {m}º Dto, {z} {c}|{s}, {n}, apto {m}, {c} - {p}, {z}|{s} {n}, {z} {c}|Caixa Postal {n}, {z} {c}|{s}, {n}, bloco {m}, {c}/{p}|{s}, {n}, {z} {c}|{s} {n}, {c}|{s}, {n}|{s}, nº {n}, {m}º andar, {z} {c}|{s}, {n}\\n{z} {c}|{s}, {n} - {c} - {r}|{s}, {n} - Centro, {c}, {z}|{s}, {n}\\n{c}\\n{z} {c} / {p}|{s}, {n}, apto {m}, {c} - {p}, {z}|{s}, {n}, {z} {c}, {C}",
            zips: "####-###|#####-###|########|####-###", particles: "da|de|dos|do|e"),
        Self.language(
            "pl", Self.polish, Self.polishNegatives, titles: "Pan|Pani|dr|mgr|prof.|inż.|p.",
            organisations:
                "{f} Sp. z o.o.|{f} S.A.|{f} i Synowie|Grupa {f}|{b} Sp. z o.o.|{b} S.A.|{b}|Bank {f}|Uniwersytet w {c}|Szpital {f}|Urząd Miasta {c}|Szkoła Podstawowa nr {m}|Kancelaria {f}|Piekarnia {f}|Przedsiębiorstwo {f}|Fundacja {f}|Politechnika {c}|Ministerstwo Zdrowia|Ubezpieczenia {f}|{a}|Sąd Rejonowy {c}|{f} sp. j.|{k}",
            addresses:
                "{s} {n} {z} {c}|{s} {n}/{m}, {c}|{s} {n} lok. {m}, {z} {c}|skr. poczt. {n}, {z} {c}|{z} {c}\\n{s} {n}|{s} {n}, {z} {c}, {C}|{s} {n}, {z} {c}|{s} {n}/{m}, {z} {c}|{s} {n}|{s} {n} m. {m}, {z} {c}|{s} {n}\\n{z} {c}|{s} {n}, {c}|{z} {c}, {s} {n}|{s} {n}a, {z} {c}|{s} {n}/{m}\\n{z} {c}\\n{C}",
            zips: "##-###", currency: "zł"),
        Self.language(
            "sv", Self.swedish, Self.swedishNegatives, titles: "herr|fru|fröken|dr|doktor|Herr|Fru|professor",
            organisations:
                "{f} AB|{f}s Bygg AB|{f} & Söner|{f} HB|{f}gruppen|{b} AB|{b}|Universitetet i {c}|{c}s universitet|{c}s sjukhus|{c} kommun|Region {c}|Advokatfirman {f}|Bageri {f}|Stiftelsen {f}|{f} Försäkringar|Skatteverket|Sparbanken {c}|{a}|IF {c}|{f} & {f} KB|{k}",
            addresses:
                "{s} {n} {z} {c}|{s} {n} A, {m} tr, {z} {c}|{s} {n}, SE-{z} {c}|{s} {n}, {c}|{s} {n} lgh {n}\\n{z} {c}|{s} {n}, {z} {c}|{s} {n}|{s} {n}, {c}|{s} {n}\\n{z} {c}|{s} {n} B, {z} {c}|{s} {n}, lgh {n}, {z} {c}|Box {n}, {z} {c}|{s} {n}\\n{z} {c}\\n{C}",
            zips: "### ##|#####", particles: "af|von", currency: "kr"),
        Self.language(
            "tr", Self.turkish, Self.turkishNegatives, titles: "Sayın|Bay|Bayan|Dr.|Prof.|Av.|Doç. Dr.",
            organisations:
                "{f} A.Ş.|{f} Ltd. Şti.|{f} Holding|{f} Ticaret|{f} ve Ortakları|{b} A.Ş.|{b}|{c} Üniversitesi|{c} Belediyesi|{c} Devlet Hastanesi|{f} Bankası|{f} Hukuk Bürosu|{f} İnşaat|{g} {f} Lisesi|{f} Sigorta|{f} Vakfı|Sağlık Bakanlığı|{c}spor|{a}|{f} Otomotiv|{f} Tekstil Sanayi|{k}",
            addresses:
                "{s} No: {n}, {c}|{s} No:{n} Daire:{m}, {c}|{s} {n}, {z} {c}|{g} Mahallesi {s} No: {n} {c}|{g} Mah. {s} No: {n}/{m} {z} {c}|{s} No: {n}\\n{z} {c}|{s} No: {n}, {z} {c}/{r}|{g} Mah. {s} No:{n}, {c}, {C}",
            zips: "#####", currency: "TL"),
    ]
}
