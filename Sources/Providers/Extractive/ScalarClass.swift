/// What one Unicode scalar is to whoever cuts text into words, terms and tokens.
enum ScalarClass {
    case space
    /// A letter or digit of a script that sets words apart by spaces.
    case word
    /// A letter of a script that writes words without spaces (Han, kana, Thai, Lao, Khmer, Burmese), or that glues particles
    /// to them (Hangul).
    case unspaced
    /// Belongs to what stands before it: combining marks, joiners, variation selectors.
    case mark
    /// Punctuation, symbols, controls.
    case other

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: self = .word
        case 0x09...0x0D, 0x20: self = .space
        case 0x00...0x7F: self = .other
        // The common scripts, spared the look-up: Latin, Cyrillic; kana, Han, Hangul.
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x400...0x481, 0x48A...0x52F: self = .word
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: self = .unspaced
        default: self = Self.looked(up: scalar)
        }
    }

    private static func looked(up scalar: Unicode.Scalar) -> ScalarClass {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            Self.isUnspaced(scalar.value) ? .unspaced : .word
        case .decimalNumber, .letterNumber, .otherNumber: .word
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: .mark
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
        default: scalar.properties.isWhitespace ? .space : .other
        }
    }

    private static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3005...0x3007, 0x3031...0x3035,
            0x3040...0x318F, 0x31F0...0x31FF, 0x3400...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC,
            0x1AFF0...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
