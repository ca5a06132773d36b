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

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { self.low |= 1 << UInt64(byte) } else if byte < 128 { self.high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return self.low & (1 << UInt64(byte)) != 0 }
        return byte < 128 && self.high & (1 << UInt64(byte &- 64)) != 0
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

extension ByteClass {
    static let digits = ByteClass("0"..."9")
    static let letters = ByteClass("a"..."z", "A"..."Z")
    static let alphanumerics = ByteClass("0"..."9", "a"..."z", "A"..."Z")
    static let words = ByteClass("0"..."9", "a"..."z", "A"..."Z", also: "_")
    static let wordsAndDashes = ByteClass("0"..."9", "a"..."z", "A"..."Z", also: "_-")
    static let base64 = ByteClass("0"..."9", "a"..."z", "A"..."Z", also: "+/=")
    static let lowerHexadecimal = ByteClass("0"..."9", "a"..."f")
    static let hexadecimal = ByteClass("0"..."9", "a"..."f", "A"..."F")
    static let upperAlphanumerics = ByteClass("0"..."9", "A"..."Z")
    static let crockford = ByteClass("0"..."9", "a"..."h", "j"..."k", "m"..."n", "p"..."t", "v"..."z")
    /// A three-part web token after its first dot.
    static let webToken = ByteClass.wordsAndDashes.union(".")
    /// What a bearer token may be made of (RFC 6750).
    static let bearer = ByteClass.wordsAndDashes.union(".~+/=")
    /// What a name of a variable, a setting or a heading may be made of.
    static let keys = ByteClass.wordsAndDashes.union(".")
    /// What a mailbox name may be made of; quoted names and apostrophes are not supported.
    static let mailboxes = ByteClass.wordsAndDashes.union(".+")
    static let domains = ByteClass("0"..."9", "a"..."z", "A"..."Z", also: "-.")
    /// What a value that stands without quotes may be made of: everything visible but what usually ends one.
    static let bareValues = ByteClass("!"..."~").subtracting("\"'`,;<>()[]{}|\\")
    /// What a password in a URL may be made of.
    static let urlPasswords = ByteClass("!"..."~").subtracting("\"'`<>/?#\\")
    /// Everything that a token, an address or a word is made of: a stream does not cut a run of these at its end.
    ///
    /// INVARIANT: holds every byte that a finding's span may contain before its pattern's trigger is complete, apart
    /// from the digit groups of cards and phones.
    static let tokens = ByteClass.wordsAndDashes.union(".%+=/@:~")

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
