/// Makes the spellings of one letter the same: case, diacritics, digits of any script, full-width forms, Arabic variants.
///
/// Light on purpose: one scalar at a time, no normalisation of sequences (a letter with a combining mark folds like its
/// precomposed form, because the marks of alphabets fall away; the vowel signs of Indic scripts stay, they are letters).
enum TermFolding {
    /// Appends what `scalar` folds to: mostly one value, none for marks that fall away, two for ligatures.
    static func append(_ scalar: Unicode.Scalar, to letters: inout [UInt32]) {
        let value = scalar.value
        switch value {
        case 0x41...0x5A: letters.append(value + 32)
        case 0x00...0x7F: letters.append(value)
        case 0xC0...0x24F: Self.appendLatin(Self.latin[Int(value - 0xC0)], to: &letters)
        case 0x1E00...0x1EFF: Self.appendLatin(Self.latinAdditional[Int(value - 0x1E00)], to: &letters)
        // Diacritics; Hebrew and Arabic points, the Arabic elongation.
        case 0x300...0x36F, 0x591...0x5C7, 0x640, 0x64B...0x65F, 0x670: break
        case 0x401, 0x451: letters.append(0x435)
        case 0x410...0x42F: letters.append(value + 32)
        case 0x430...0x45F: letters.append(value)
        case 0x622, 0x623, 0x625: letters.append(0x627)
        case 0x629: letters.append(0x647)
        case 0x649: letters.append(0x64A)
        case 0x4E00...0x9FFF, 0x3041...0x30FF, 0xAC00...0xD7A3: letters.append(value)
        case 0xFF21...0xFF3A: letters.append(value - 0xFF21 + 0x61)
        case 0xFF41...0xFF5A: letters.append(value - 0xFF41 + 0x61)
        default: Self.appendOther(scalar, to: &letters)
        }
    }

    private static func appendOther(_ scalar: Unicode.Scalar, to letters: inout [UInt32]) {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return }
        if properties.generalCategory == .decimalNumber, let value = properties.numericValue {
            letters.append(UInt32(value) + 0x30)
            return
        }
        guard properties.changesWhenLowercased else {
            letters.append(Self.withoutTonos(scalar.value))
            return
        }
        for lower in properties.lowercaseMapping.unicodeScalars where !(0x300...0x36F).contains(lower.value) {
            letters.append(Self.withoutTonos(lower.value))
        }
    }

    private static func withoutTonos(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x3AC: 0x3B1
        case 0x3AD: 0x3B5
        case 0x3AE: 0x3B7
        case 0x3AF, 0x3CA, 0x390: 0x3B9
        case 0x3CC: 0x3BF
        case 0x3CD, 0x3CB, 0x3B0: 0x3C5
        case 0x3CE: 0x3C9
        // The sigma that ends a word.
        case 0x3C2: 0x3C3
        default: value
        }
    }

    private static func appendLatin(_ value: UInt32, to letters: inout [UInt32]) {
        switch value {
        case 0xDF: letters.append(contentsOf: [0x73, 0x73])
        case 0xE6: letters.append(contentsOf: [0x61, 0x65])
        case 0x153: letters.append(contentsOf: [0x6F, 0x65])
        default: letters.append(value)
        }
    }

    private static let latin: [UInt32] = (0xC0...0x24F).map(Self.latinLetter)
    private static let latinAdditional: [UInt32] = (0x1E00...0x1EFF).map(Self.latinLetter)

    /// The letter below the diacritic, read from the character's name: LATIN CAPITAL LETTER E WITH ACUTE is an e.
    private static func latinLetter(_ value: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(value), let name = scalar.properties.name else { return value }
        let words = name.split(separator: " ")
        if words.count > 4, words[0] == "LATIN", words[2] == "LETTER", words[4] == "WITH", words[3].utf8.count == 1,
            let letter = words[3].utf8.first
        {
            return UInt32(letter) + 32
        }
        if value == 0x131 { return 0x69 }
        if value == 0x1E9E { return 0xDF }
        return scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? value
    }
}
