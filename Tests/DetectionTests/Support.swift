@testable import Detection

/// What the suites share: the built-in patterns compiled once, and short ways to ask them.
enum Support {
    static let patterns = Result { () throws(PatternError) in
        // Addresses of pages and days are for those who ask for them, orders are looked for in other readings.
        try PatternDatabase(
            kinds: Set(
                Finding.Kind.allCases.filter {
                    ![.injection, .exfiltration].contains($0.family) && $0 != .url && $0 != .date
                }))
    }

    /// The findings in a text.
    static func findings(in text: String) throws -> [Finding] { try Self.findings(in: Array(text.utf8)) }

    static func findings(in bytes: [UInt8]) throws -> [Finding] {
        var findings: [Finding] = []
        let outcome = try Self.patterns.get().scan(bytes.span, with: Scratch(), into: &findings)
        return outcome == .complete ? findings : []
    }

    /// What was found, as `kind value`.
    static func found(in text: String) throws -> [String] {
        try Self.findings(in: text).map { "\($0.kind.rawValue) \(Self.slice(Array(text.utf8), $0.span))" }
    }

    static func slice(_ bytes: [UInt8], _ span: Range<Int>) -> String { String(decoding: bytes[span], as: UTF8.self) }

    static func redacted(_ bytes: [UInt8], _ findings: [Finding]) -> String {
        String(decoding: Redaction.redact(bytes.span, findings), as: UTF8.self)
    }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func string(_ count: Int, of alphabet: String = Self.alphanumerics) -> String {
        let alphabet = Array(alphabet)
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] })
    }

    static let alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    static let hexadecimal = "0123456789abcdef"
}

/// Credentials that look real and are not: put together at run time, so that nothing in the sources looks like one.
enum Fake {
    /// A token with the prefix, its body drawn from the alphabet, always the same.
    static func token(_ prefix: String, _ count: Int, of alphabet: String = SeededGenerator.alphanumerics) -> String {
        var generator = SeededGenerator(seed: UInt64(count) &* 31 &+ UInt64(prefix.utf8.count))
        return prefix + generator.string(count, of: alphabet)
    }

    static let awsAccessKey = Self.token("AK" + "IA", 16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    static let awsSecretKey = Self.token("", 40)
    static let githubToken = Self.token("gh" + "p_", 36)
    static let openAIKey = Self.token("s" + "k-", 48)
    static let webToken = Self.token("ey" + "J", 33) + "." + Self.token("ey" + "J", 60) + "." + Self.token("", 43)
    static let gatehouseKey = Self.token("gate" + "house_", 52, of: "0123456789abcdefghjkmnpqrstvwxyz")
    static let dashes = String(repeating: "-", count: 5)

    /// A private key block with lines of 64 characters.
    static func privateKey(_ label: String = "RSA", bytes count: Int, lineEnd: String = "\n") -> String {
        var generator = SeededGenerator(seed: UInt64(count))
        let kind = label.isEmpty ? "" : label + " "
        var lines = [Self.dashes + "BEGIN \(kind)PRIV" + "ATE KEY" + Self.dashes]
        var left = count
        while left > 0 {
            lines.append(generator.string(min(left, 64)))
            left -= 64
        }
        lines.append(Self.dashes + "END \(kind)PRIV" + "ATE KEY" + Self.dashes)
        return lines.joined(separator: lineEnd)
    }
}
