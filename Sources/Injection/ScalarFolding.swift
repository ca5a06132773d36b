/// What the model takes a character for: the fold to lower case, and whether it belongs to a word.
///
/// It does what a text needs that nobody disguised; disguises are undone before, by the canonical views.
enum ScalarFolding {
    enum Shape {
        case letter
        /// A letter that is a word of its own, because its script writes without spaces.
        case single
        case space
        case mark
    }

    /// Folds a scalar from U+0080 on; 0 for one that nobody sees.
    static func fold(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFE00...0xFE0F, 0xE0000...0xE0FFF: 0
        case 0x80...0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: 0x20
        case 0xC0...0xD6, 0xD8...0xDE, 0x391...0x3A9, 0x410...0x42F: scalar + 32
        case 0x100...0x137, 0x14A...0x177, 0x1E00...0x1EFF, 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F: scalar | 1
        case 0x139...0x148, 0x179...0x17E: scalar + (scalar & 1)
        case 0x400...0x40F: scalar + 80
        case 0x386: 0x3AC
        case 0x388...0x38A: scalar + 37
        case 0x2018, 0x2019: 0x27
        case 0x201C, 0x201D: 0x22
        case 0x660...0x669, 0x6F0...0x6F9, 0x966...0x96F: 0x30
        case 0xFF10...0xFF19: 0x30
        case 0xFF21...0xFF3A: scalar - 0xFEE0 + 0x20
        case 0xFF01...0xFF5E: scalar - 0xFEE0
        default: scalar
        }
    }

    /// What kind of character a folded scalar is.
    @inline(__always)
    static func shape(_ scalar: UInt32) -> Shape {
        if scalar < 0x80 {
            if scalar >= 0x61, scalar <= 0x7A { return .letter }
            return scalar == 0x20 ? .space : scalar == 0x30 ? .letter : .mark
        }
        return self.wideShape(scalar)
    }

    private static func wideShape(_ scalar: UInt32) -> Shape {
        switch scalar {
        case 0xAA, 0xB5, 0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x1FFF: .letter
        case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: .single
        case 0x2C00...0x2DFF, 0xA640...0xABFF, 0xAC00...0xD7AF, 0x10000...0x1EFFF: .letter
        default: .mark
        }
    }
}
