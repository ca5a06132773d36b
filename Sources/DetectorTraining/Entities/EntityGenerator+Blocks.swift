internal import Entities
import TrainingTexts

// Blocks of contact data, as they stand in letterheads, signatures, labels of parcels, lists and forms: where one part
// ends and the next begins, only the line or a sign tells.
extension EntityGenerator {
    /// Appends one block.
    mutating func block(_ language: EntityTemplates.Language, into example: inout EntityExample) {
        let sign = self.chance.pick(["\n", "\n", "\n", "\n", "\n\n", ", ", " | ", " - ", "; ", " · ", "\r\n", "  "])
        let isLabelled = self.chance.percent(25)
        let end = self.chance.percent(12) && sign == "\n" ? "," : ""
        var isFirst = true
        func begin(_ example: inout EntityExample) {
            if !isFirst { example.append(end + sign) }
            isFirst = false
        }
        if self.chance.percent(70) {
            begin(&example)
            if isLabelled { self.label(["Name", "To", "Attn", "Contact", "Recipient", "From"], into: &example) }
            if self.chance.percent(15) { example.append(self.chance.pick(language.titles) + " ") }
            example.append(self.person(language), .person)
        }
        if self.chance.percent(25) {
            begin(&example)
            example.append(self.entry(language, "job"))
        }
        if self.chance.percent(40) {
            begin(&example)
            if isLabelled { self.label(["Company", "Organisation", "c/o", "At"], into: &example) }
            example.append(self.organisation(language), .organisation)
        }
        if self.chance.percent(85) {
            begin(&example)
            if isLabelled { self.label(["Address", "Street", "Ship to", "Mail", "Office"], into: &example) }
            example.append(self.address(language), .address)
        }
        while self.chance.percent(60) {
            begin(&example)
            let word = self.chance.pick([
                "", "", "", "Phone: ", "Tel. ", "Tel: ", "T: ", "Fax: ", "Mobile: ", "Cell ", "M ", "Office: ", "ph ",
                "F ",
            ])
            switch self.chance.below(10) {
            case ..<6:
                example.append(word + self.phone())
                if word.isEmpty, self.chance.percent(25) {
                    example.append(
                        self.chance.pick([" (office)", "-Fax", " mobile", "-Office", " (home)", " fax", " office"]))
                }
            case ..<8: example.append(self.value("email", language))
            case ..<9: example.append("www." + self.value("email", language).split(separator: "@")[1])
            default: example.append(self.chance.pick(["VAT ", "ID ", "Ref. ", "Order "]) + self.value("id", language))
            }
        }
        if self.chance.percent(15) {
            begin(&example)
            example.append(self.value("Words", language) + ".")
        }
    }

    private mutating func label(_ words: [String], into example: inout EntityExample) {
        example.append(self.chance.pick(words) + self.chance.pick([": ", ": ", " ", ":\n", " - "]))
    }

    /// A telephone number in one of the ways that people write them.
    mutating func phone() -> String {
        let form = self.chance.pick([
            "###-###-####", "(###) ###-####", "(###)###-####", "###.###.####", "### ### ####", "+1-###-###-####",
            "001-###-###-####", "+1 (###) ###-####", "1-###-###-####", "##########", "+## ## #### ####",
            "+## ### #######",
            "+##-##-########", "0## #### ####", "0#### ######", "0### / #######", "0# ## ## ## ##", "(0##) #### ####",
            "00## ### ### ####", "+##(0)### ######", "0###-######", "## ## ## ##", "### ## ## ##", "0### ### ###",
        ])
        var number = ""
        for character in form { number += character == "#" ? String(self.chance.below(10)) : String(character) }
        if self.chance.percent(20) {
            number += self.chance.pick(["x", " x", " ext. ", " ext ", "ext"]) + self.number(2 + self.chance.below(4))
        }
        return number
    }
}
