import TrainingTexts

/// A way to write a text so that a reader or a model still understands it, and a careless detector does not.
package struct EvasionTransform: Sendable {
    /// What is changed.
    package enum Family: String, Sendable, CaseIterable {
        case unicode, text, encoding, structure, language
    }

    package let name: String
    package let family: Family
    /// Whether an attack that is changed so is worth much: a model would still obey it. Others are measured, not required.
    package let isReadable: Bool
    private let change: @Sendable (String, inout SeededChance) -> String

    init(
        _ name: String, _ family: Family, isReadable: Bool = true,
        _ change: @escaping @Sendable (String, inout SeededChance) -> String
    ) {
        self.name = name
        self.family = family
        self.isReadable = isReadable
        self.change = change
    }

    /// Changes a text. The same seed gives the same text.
    package func apply(_ text: String, seed: UInt64) -> String {
        var chance = SeededChance(seed: seed ^ Synthesis.hash(self.name) ^ Synthesis.hash(text))
        return self.change(text, &chance)
    }

    /// All of them.
    package static let all: [EvasionTransform] = unicode + plain + encodings + structures
}

extension EvasionTransform {
    /// Puts something after some characters.
    private static func sprinkle(
        _ text: String, every: Int, _ chance: inout SeededChance, _ what: (inout SeededChance) -> String
    ) -> String {
        var result = ""
        for character in text {
            result.append(character)
            if character.isLetter, chance.once(in: every) { result += what(&chance) }
        }
        return result
    }

    private static func scalars(_ values: [UInt32]) -> [String] {
        values.compactMap { Unicode.Scalar($0).map { String(Character($0)) } }
    }

    /// Replaces letters by others that a table has for them.
    static func replace(_ text: String, _ table: [Character: String], share: Int = 1, _ chance: inout SeededChance)
        -> String
    {
        var result = ""
        for character in text {
            if let other = table[character], share == 1 || !chance.once(in: share) {
                result += other
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// Letters and digits moved to where another alphabet of the same order begins.
    private static func shift(_ text: String, lower: UInt32, upper: UInt32, digits: UInt32? = nil) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            var value = scalar.value
            switch value {
            case 0x61...0x7A: value = value - 0x61 + lower
            case 0x41...0x5A: value = value - 0x41 + upper
            case 0x30...0x39: if let digits { value = value - 0x30 + digits }
            default: break
            }
            result.append(Unicode.Scalar(value) ?? scalar)
        }
        return String(result)
    }

    private static func pairs(_ from: String, _ to: String) -> [Character: String] {
        Dictionary(zip(from, to.map { String($0) }), uniquingKeysWith: { first, _ in first })
    }

    private static func insertion(_ name: String, _ values: [UInt32]) -> EvasionTransform {
        EvasionTransform(name, .unicode) { text, chance in
            let marks = Self.scalars(values)
            return Self.sprinkle(text, every: 2, &chance) { marks[$0.below(marks.count)] }
        }
    }

    static let unicode: [EvasionTransform] = [
        insertion("zero-width space", [0x200B]), insertion("zero-width non-joiner", [0x200C]),
        insertion("zero-width joiner", [0x200D]), insertion("word joiner", [0x2060]),
        insertion("byte order mark", [0xFEFF]), insertion("soft hyphen", [0xAD]),
        insertion("Hangul filler", [0x3164, 0x115F]), insertion("invisible operators", [0x2061, 0x2062, 0x2063]),
        insertion("variation selectors", [0xFE00, 0xFE0F, 0xFE05]),
        insertion("combining marks", [0x300, 0x301, 0x308, 0x327, 0x332]),
        EvasionTransform("zalgo", .unicode) { text, chance in
            let marks = Self.scalars([0x300, 0x301, 0x302, 0x316, 0x317, 0x323, 0x334, 0x338, 0x35C])
            return Self.sprinkle(text, every: 1, &chance) { chance in
                (0..<3).map { _ in marks[chance.below(marks.count)] }.joined()
            }
        },
        EvasionTransform("tag characters", .unicode) { text, _ in
            "Hello."
                + String(
                    String.UnicodeScalarView(
                        text.unicodeScalars.compactMap { scalar in
                            scalar.value < 0x7F ? Unicode.Scalar(0xE0000 + scalar.value) : scalar
                        }))
        },
        EvasionTransform("payload in variation selectors", .unicode) { text, _ in
            "\u{1F600}"
                + String(
                    String.UnicodeScalarView(
                        text.utf8.compactMap { byte in
                            Unicode.Scalar(byte < 16 ? 0xFE00 + UInt32(byte) : 0xE0100 + UInt32(byte) - 16)
                        }))
        },
        EvasionTransform("bidirectional override", .unicode) { text, _ in
            "\u{202E}" + String(text.reversed()) + "\u{202C}"
        },
        EvasionTransform("Cyrillic homoglyphs", .unicode) { text, chance in
            Self.replace(text, Self.pairs("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ"), &chance)
        },
        EvasionTransform("Greek homoglyphs", .unicode) { text, chance in
            Self.replace(text, Self.pairs("aiouvABEHIKMNOPTXYZ", "αιουνΑΒΕΗΙΚΜΝΟΡΤΧΥΖ"), &chance)
        },
        EvasionTransform("Armenian homoglyphs", .unicode) { text, chance in
            Self.replace(text, Self.pairs("gnouhqSULO", "ցոօսհզՏՍԼՕ"), &chance)
        },
        EvasionTransform("fullwidth", .unicode) { text, _ in
            Self.shift(text, lower: 0xFF41, upper: 0xFF21, digits: 0xFF10)
        },
        EvasionTransform("mathematical bold", .unicode) { text, _ in
            Self.shift(text, lower: 0x1D41A, upper: 0x1D400, digits: 0x1D7CE)
        },
        EvasionTransform("mathematical monospace", .unicode) { text, _ in
            Self.shift(text, lower: 0x1D68A, upper: 0x1D670, digits: 0x1D7F6)
        },
        EvasionTransform("enclosed letters", .unicode) { text, _ in Self.shift(text, lower: 0x24D0, upper: 0x24B6) },
        EvasionTransform("squared letters", .unicode) { text, _ in Self.shift(text, lower: 0x1F130, upper: 0x1F130) },
        EvasionTransform("upside down", .unicode) { text, chance in
            String(
                Self.replace(
                    text.lowercased(), Self.pairs("abcdefghijkmnpqrtuvwy", "ɐqɔpǝɟƃɥᴉɾʞɯudbɹʇnʌʍʎ"), &chance
                ).reversed())
        },
        EvasionTransform("decomposed accents", .unicode) { text, chance in
            Self.replace(text, ["e": "e\u{301}", "a": "a\u{300}", "o": "o\u{308}", "u": "u\u{302}"], &chance)
        },
        EvasionTransform("case-fold traps", .unicode) { text, chance in
            Self.replace(text, ["k": "\u{212A}", "s": "\u{17F}", "i": "\u{130}", "K": "\u{212A}"], &chance)
        },
    ]

    static let plain: [EvasionTransform] = [
        EvasionTransform("leet", .text) { text, chance in
            Self.replace(text, Self.pairs("aeiostAEIOST", "431057431057"), &chance)
        },
        EvasionTransform("heavy leet", .text) { text, chance in
            Self.replace(
                text, ["a": "@", "e": "3", "i": "!", "o": "0", "s": "$", "t": "7", "l": "1", "g": "9"], &chance)
        },
        EvasionTransform("letter spacing", .text) { text, _ in
            text.split(separator: " ").map { word in word.map { String($0) }.joined(separator: " ") }
                .joined(separator: "   ")
        },
        EvasionTransform("dots between letters", .text) { text, _ in
            text.split(separator: " ").map { word in word.map { String($0) }.joined(separator: ".") }
                .joined(separator: " ")
        },
        EvasionTransform("dashes between letters", .text) { text, _ in
            text.split(separator: " ").map { word in word.map { String($0) }.joined(separator: "-") }
                .joined(separator: " ")
        },
        EvasionTransform("underscores for spaces", .text) { text, _ in text.replacing(" ", with: "_") },
        EvasionTransform("no spaces", .text) { text, _ in text.replacing(" ", with: "") },
        EvasionTransform("alternating case", .text) { text, _ in
            String(
                text.enumerated().map {
                    $0.offset % 2 == 0 ? Character($0.element.uppercased().first.map { String($0) } ?? "") : $0.element
                })
        },
        EvasionTransform("upper case", .text) { text, _ in text.uppercased() },
        EvasionTransform("typos", .text) { text, chance in
            var words = text.split(separator: " ", omittingEmptySubsequences: false).map { Array($0) }
            for index in words.indices where words[index].count > 4 && chance.once(in: 2) {
                let place = 1 + chance.below(words[index].count - 3)
                words[index].swapAt(place, place + 1)
            }
            return words.map { String($0) }.joined(separator: " ")
        },
        EvasionTransform("dropped letters", .text) { text, chance in
            text.split(separator: " ", omittingEmptySubsequences: false).map { word in
                guard word.count > 4, chance.once(in: 3) else { return String(word) }
                var letters = Array(word)
                letters.remove(at: 1 + chance.below(letters.count - 2))
                return String(letters)
            }.joined(separator: " ")
        },
        EvasionTransform("doubled letters", .text) { text, chance in
            Self.sprinkle(text, every: 6, &chance) { _ in "" }
                .map { $0.isLetter && chance.once(in: 6) ? "\($0)\($0)" : "\($0)" }.joined()
        },
        EvasionTransform("reversed text", .text) { text, _ in String(text.reversed()) },
        EvasionTransform("reversed words", .text) { text, _ in
            text.split(separator: " ").map { String($0.reversed()) }.joined(separator: " ")
        },
        EvasionTransform("words in reverse order", .text, isReadable: false) { text, _ in
            text.split(separator: " ").reversed().joined(separator: " ")
        },
        EvasionTransform("split over lines", .text) { text, _ in text.replacing(" ", with: "\n") },
        EvasionTransform("hyphenated at line ends", .text) { text, _ in
            text.split(separator: " ").map { word in
                word.count > 6 ? "\(word.prefix(word.count / 2))-\n\(word.dropFirst(word.count / 2))" : String(word)
            }.joined(separator: " ")
        },
        EvasionTransform("pig latin", .text, isReadable: false) { text, _ in
            text.split(separator: " ").map { word in
                guard let first = word.first, first.isLetter else { return String(word) }
                return "aeiou".contains(first.lowercased()) ? "\(word)way" : "\(word.dropFirst())\(first)ay"
            }.joined(separator: " ")
        },
        EvasionTransform("acrostic", .text, isReadable: false) { text, _ in
            text.prefix(80).filter(\.isLetter).map { "\($0)nd so it goes on." }.joined(separator: "\n")
        },
        EvasionTransform("quotes around words", .text) { text, _ in
            text.split(separator: " ").map { "\"\($0)\"" }.joined(separator: " ")
        },
        EvasionTransform("markdown emphasis", .text) { text, _ in
            text.split(separator: " ").map { "**\($0)**" }.joined(separator: " ")
        },
        EvasionTransform("emoji between words", .text) { text, _ in text.replacing(" ", with: " \u{1F525} ") },
    ]
}
