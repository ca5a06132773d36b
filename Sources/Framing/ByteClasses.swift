/// The bytes that the grammars name.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space = UInt8(ascii: " ")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let percent = UInt8(ascii: "%")
    static let slash = UInt8(ascii: "/")
    static let questionMark = UInt8(ascii: "?")
}

/// Classes of bytes, as bit sets over ASCII: the low word is for 0–63, the high word for 64–127.
extension UInt8 {
    private func isIn(_ low: UInt64, _ high: UInt64) -> Bool {
        let word = self < 64 ? low : self < 128 ? high : 0
        return (word >> UInt64(self & 63)) & 1 == 1
    }

    /// `tchar` of RFC 9110, section 5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
    var isToken: Bool { self.isIn(0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// Visible ASCII without ``"#<>\``: what URL libraries send in a path and query. The five are always escaped by
    /// them; a `#` or `\` that got through would be read differently by the next server.
    var isTarget: Bool { self.isIn(0xAFFF_FFF2_0000_0000, 0x7FFF_FFFF_EFFF_FFFF) }

    /// Letters, digits and `-._~`: a host name or an IPv4 address.
    var isHost: Bool { self.isIn(0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE) }

    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// The value of a hexadecimal digit in either case, or nil.
    var hexadecimal: UInt8? {
        if self.isDigit { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    /// Optional white space of RFC 9110, section 5.6.3.
    var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

    /// A control character that no line may hold: everything below space but tab, and DEL.
    var isControl: Bool { self < 0x20 && self != ASCII.tab || self == 0x7F }
}
