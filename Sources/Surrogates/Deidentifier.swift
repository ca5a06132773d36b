internal import Crypto
package import Detection

/// Takes what was found out of texts, in the same way wherever it comes again, and counts it.
package struct Deidentifier: Sendable {
    /// What is left in the place of a value.
    package enum Mode: String, CaseIterable, Sendable {
        /// Nothing.
        case remove
        /// Its form, with stars for letters and digits.
        case mask
        /// A keyed hash, by which the same values can be told to be the same and nothing more.
        case hash
        /// A type and a number, by which the value can be restored with the map.
        case surrogate
        /// Something of the same form that belongs to nobody; it can be restored too.
        case fake
    }

    /// What is left.
    package let mode: Mode
    /// What was put in the place of what, in the modes that can be undone.
    package private(set) var map: SurrogateMap
    /// How many values of each kind were taken out.
    package private(set) var counts: [String: Int] = [:]
    private let key: [UInt8]

    /// A de-identifier with the key that hashes are made with.
    ///
    /// The map goes on from an earlier one where it is given.
    package init(mode: Mode, key: [UInt8] = [], map: SurrogateMap? = nil) {
        self.mode = mode
        self.key = key
        self.map = map ?? SurrogateMap(style: mode == .fake ? .fake : .tag)
    }

    /// What is to be replaced by what in a text in which this was found, in order and without overlaps.
    package mutating func replacements(_ text: Span<UInt8>, _ findings: [Finding]) -> [Replacement] {
        findings.nonOverlapping().compactMap { finding in
            let span = finding.span.clamped(to: 0..<text.count)
            guard !span.isEmpty else { return nil }
            var value: [UInt8] = []
            for index in span { value.append(text[index]) }
            self.counts[finding.kind.rawValue, default: 0] += 1
            return Replacement(span, self.substitute(for: value, finding.kind))
        }
    }

    /// Counts something that another rule took out.
    package mutating func count(_ kind: String) { self.counts[kind, default: 0] += 1 }

    private mutating func substitute(for value: [UInt8], _ kind: Finding.Kind) -> [UInt8] {
        switch self.mode {
        case .remove: []
        case .mask: Self.masked(value)
        case .hash: self.hashed(value, kind)
        case .surrogate, .fake: self.map.surrogate(for: value, kind: kind)
        }
    }

    /// A star for each letter and digit; what else is there stays, but for letters of several bytes, which are one.
    static func masked(_ value: [UInt8]) -> [UInt8] {
        value.compactMap { byte in
            switch byte {
            case 0x80...0xBF: nil
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0xFF: UInt8(ascii: "*")
            default: byte
            }
        }
    }

    /// The kind and 64 bits of HMAC-SHA256 over kind and value.
    private func hashed(_ value: [UInt8], _ kind: Finding.Kind) -> [UInt8] {
        var mac = HMAC<SHA256>(key: SymmetricKey(data: self.key))
        mac.update(data: Array(kind.rawValue.utf8))
        mac.update(data: [0])
        mac.update(data: value)
        var tag = SurrogateMap.tag(kind, number: 0)
        tag.removeLast(2)
        for byte in mac.finalize().prefix(8) {
            for digit in [byte >> 4, byte & 15] { tag.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
        return tag + [UInt8(ascii: ">")]
    }
}
