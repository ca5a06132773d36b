/// Recognises text that is shaped like a credential, so that none is kept, or repeated, where it does not belong.
///
/// It is a guard against slips in a configuration, not the detector of secrets: few shapes, no context.
package enum CredentialShape {
    private static let prefixes = [
        "sk-", "sk_live_", "rk_live_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "hf_",
        "gsk_", "AKIA", "ASIA", "AIza", "ya29.", "eyJ",
    ]

    package static func matches(_ text: String) -> Bool {
        guard !Self.isPublicKey(text) else { return false }
        var word: [UInt8] = []
        var wordPrecededBySHA = false
        for byte in Array(text.utf8) + [UInt8(ascii: " ")] {
            if Self.isWordByte(byte) {
                word.append(byte)
                continue
            }
            if Self.isCredential(word, isDigest: wordPrecededBySHA) { return true }
            wordPrecededBySHA = byte == UInt8(ascii: ":") && word.suffix(6).elementsEqual("sha256".utf8)
            word.removeAll(keepingCapacity: true)
        }
        return false
    }

    /// The public key of a log or a witness, `<name>+<8 hexadecimal digits>+<33 bytes in base 64>`: it is for everybody.
    private static func isPublicKey(_ text: String) -> Bool {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].utf8.count == 8, parts[2].utf8.count == 44, !Self.matches(String(parts[0]))
        else { return false }
        return parts[1].utf8.allSatisfy { Self.isDigit($0) || (0x61...0x66).contains($0) }
            && parts[2].utf8.allSatisfy {
                Self.isDigit($0) || Self.isLower($0) || Self.isUpper($0) || "+/".utf8.contains($0)
            }
    }

    /// A word runs through everything that credentials are made of, except what also separates the parts of paths.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        Self.isDigit(byte) || Self.isLower(byte) || Self.isUpper(byte) || "-_.".utf8.contains(byte)
    }

    private static func isCredential(_ word: [UInt8], isDigest: Bool) -> Bool {
        for prefix in Self.prefixes where word.starts(with: prefix.utf8) {
            let rest = word.dropFirst(prefix.utf8.count)
            let isUnbroken = rest.prefix(8).allSatisfy { Self.isDigit($0) || Self.isLower($0) || Self.isUpper($0) }
            let isDelimited = ["-", "_", "."].contains(prefix.last)
            if rest.count >= 16, isDelimited || isUnbroken, rest.contains(where: Self.isDigit) { return true }
        }
        return word.split(whereSeparator: { "-_.".utf8.contains($0) }).contains {
            Self.isRandom($0, isDigest: isDigest)
        }
    }

    /// 24 letters and digits of both cases without a break, or 32 hexadecimal digits: nobody names a thing so.
    private static func isRandom(_ run: ArraySlice<UInt8>, isDigest: Bool) -> Bool {
        let digits = run.count(where: Self.isDigit)
        let uppers = run.count(where: Self.isUpper)
        let lowers = run.count(where: Self.isLower)
        if run.count >= 24, digits >= 2, uppers >= 2, lowers >= 2 { return true }
        let isHexadecimal = run.allSatisfy { Self.isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        return run.count >= 32 && isHexadecimal && digits >= 4 && digits < run.count && !isDigest
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
