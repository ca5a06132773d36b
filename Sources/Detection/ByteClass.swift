/// A set of ASCII bytes, for the bodies of tokens.
struct ByteClass: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The class of the ranges' bytes and of the single ones; bytes past ASCII are ignored.
    init(_ ranges: ClosedRange<Unicode.Scalar>..., also singles: String = "") {
        for range in ranges {
            for value in range.lowerBound.value...range.upperBound.value {
                self.insert(UInt8(truncatingIfNeeded: value))
            }
        }
        for byte in singles.utf8 { self.insert(byte) }
    }

    /// The class of the bytes whose bits are set: those below 64, and the others. Known when the program is compiled, where
    /// other classes are made when they are first asked for, and each time it is asked whether they were.
    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { self.low |= 1 << UInt64(byte) } else if byte < 128 { self.high |= 1 << UInt64(byte - 64) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        // Whether it is a letter or a digit is chance: no branches.
        let bits = byte < 64 ? self.low : byte < 128 ? self.high : 0
        return bits &>> UInt64(byte & 63) & 1 != 0
    }

    func union(_ singles: String) -> ByteClass {
        var result = self
        for byte in singles.utf8 { result.insert(byte) }
        return result
    }

    /// The class as vectorscan writes it, such as `[\x30-\x39]`.
    var expression: String {
        var result = "["
        var next: UInt8 = 0
        while next < 128 {
            guard self.contains(next) else {
                next += 1
                continue
            }
            var last = next
            while last < 127, self.contains(last + 1) { last += 1 }
            result += "\\x\(Self.hexadecimal(next))-\\x\(Self.hexadecimal(last))"
            next = last + 1
        }
        return result + "]"
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

// What these hold is said, and tested, in `ByteClassTests`.
extension ByteClass {
    static let digits = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x0000_0000_0000_0000)
    static let letters = ByteClass(low: 0x0000_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    static let alphanumerics = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    static let words = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let wordsAndDashes = ByteClass(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let base64 = ByteClass(low: 0x23FF_8800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    static let lowerHexadecimal = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x0000_007E_0000_0000)
    static let hexadecimal = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x0000_007E_0000_007E)
    static let upperAlphanumerics = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x0000_0000_07FF_FFFE)
    static let crockford = ByteClass(low: 0x03FF_0000_0000_0000, high: 0x07DF_6DFE_0000_0000)
    /// A three-part web token after its first dot.
    static let webToken = ByteClass(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    /// What a bearer token may be made of (RFC 6750).
    static let bearer = ByteClass(low: 0x23FF_E800_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// What a name of a variable, a setting or a heading may be made of.
    static let keys = ByteClass(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    /// What stands between the groups of a number.
    static let separators = ByteClass(low: 0x0000_E301_0000_0000, high: 0)
    /// What a mailbox name may be made of; quoted names and apostrophes are not supported.
    static let mailboxes = ByteClass(low: 0x03FF_6800_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let domains = ByteClass(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    /// What a value that stands without quotes may be made of: everything visible but what usually ends one.
    static let bareValues = ByteClass(low: 0xA7FF_EC7A_0000_0000, high: 0x47FF_FFFE_C7FF_FFFF)
    /// What a password in a URL may be made of.
    static let urlPasswords = ByteClass(low: 0x2FFF_7F72_0000_0000, high: 0x7FFF_FFFE_EFFF_FFFF)
    /// All of ASCII but letters, digits, blanks, tabs, and the signs that join words.
    static let symbols = ByteClass(low: 0xFC00_9FFE_FFFF_FDFF, high: 0xF800_0001_7800_0001)
    /// Everything that a token, an address or a word is made of: a stream does not cut a run of these at its end.
    ///
    /// INVARIANT: holds every byte that a finding's span may contain before its pattern's trigger is complete, apart
    /// from the digit groups of cards and phones.
    static let tokens = ByteClass(low: 0x27FF_E820_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)

    func subtracting(_ singles: String) -> ByteClass {
        var result = self
        for byte in singles.utf8 {
            if byte < 64 { result.low &= ~(1 << UInt64(byte)) } else { result.high &= ~(1 << UInt64(byte - 64)) }
        }
        return result
    }
}

extension UInt8 {
    /// Whether it is one of these ASCII signs.
    func isOne(of signs: StaticString) -> Bool {
        for offset in 0..<signs.utf8CodeUnitCount {
            // SAFE: `offset` is below the static string's own count.
            if unsafe signs.utf8Start[offset] == self { return true }
        }
        return false
    }
}
