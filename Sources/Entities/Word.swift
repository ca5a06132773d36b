/// One word, number or sign of a text, with all that the model looks at.
package struct Word: Sendable {
    /// Where it begins in the text.
    package var start: Int32
    /// Where it ends.
    package var end: Int32
    /// A hash of its letters in lower case without marks, of its digits, or of the sign.
    package var hash: UInt64
    /// Its first three letters, folded.
    package var head: UInt32 = 0
    /// Its last eight letters, folded; the last one in the lowest byte.
    package var tail: UInt64 = 0
    /// How it is written.
    package var shape: Shape
    /// What stands before it.
    package var gap: Gap
    /// What the lexicon knows of it.
    package var flags: LexiconFlags = []

    /// How a word is written.
    package enum Shape: UInt8, Sendable {
        case lower, capitalised, capitals, initial, mixed, foreign
        case digit, digits2, digits3, digits4, digits5, digitsMore, code
        case sign, stop, line

        var isNumber: Bool { self.rawValue >= Self.digit.rawValue && self.rawValue <= Self.code.rawValue }
        var hasCapital: Bool {
            self.rawValue >= Self.capitalised.rawValue && self.rawValue <= Self.mixed.rawValue
        }
        /// Whether it is written with Latin letters only.
        package var isWord: Bool { self.rawValue <= Self.mixed.rawValue }
    }

    /// What separates a word from the one before.
    package enum Gap: UInt8, Sendable {
        case none, space, wide, line, paragraph
    }
}

/// What the lexicon knows of a word, however it is meant here.
package struct LexiconFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Somebody's given name.
    package static let given = Self(rawValue: 1)
    /// Somebody's family name.
    package static let family = Self(rawValue: 2)
    /// A town.
    package static let city = Self(rawValue: 4)
    /// A country or a region of one.
    package static let country = Self(rawValue: 8)
    /// A word of everyday language.
    package static let common = Self(rawValue: 16)
    /// The first word of a place's name in several words.
    package static let placeStart = Self(rawValue: 32)
    /// Part of what companies and institutions are called: `GmbH`, `University`.
    package static let organisation = Self(rawValue: 64)
    /// What streets are called: `Avenue`, `rue`.
    package static let street = Self(rawValue: 128)
    /// Part of a place's name in several words, all of which stand here. Not a bit of the lexicon.
    package static let placePhrase = Self(rawValue: 256)
    /// Looks like a word but is known to nobody. Not a bit of the lexicon.
    package static let unknown = Self(rawValue: 512)

    /// The flags that make a word worth a closer look even in lower case.
    static let telling: Self = [.given, .city, .country]
}
