/// An address or a range of addresses: `ip("10.0.0.0/8")`. Host bits are kept: `10.1.2.3/8` is not `10.0.0.0/8`.
package struct AddressValue: Hashable, Sendable, CustomStringConvertible {
    package let isIPv6: Bool
    /// The address; of IPv4 the low 32 bits.
    package let bits: UInt128
    /// 0…32, or 0…128.
    package let prefix: UInt8

    package init(isIPv6: Bool, bits: UInt128, prefix: UInt8) {
        self.isIPv6 = isIPv6
        self.bits = bits
        self.prefix = prefix
    }

    /// Reads an IPv4 or IPv6 address, with or without a prefix length; nil for anything else, also for IPv4 within IPv6.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let address = bytes[..<slash]
        let isIPv6 = address.contains(UInt8(ascii: ":"))
        guard let bits = isIPv6 ? Self.six(address) : Self.four(address) else { return nil }
        let width: UInt8 = isIPv6 ? 128 : 32
        var prefix = width
        if slash < bytes.count {
            guard let length = Self.prefix(bytes[(slash + 1)...]), length <= width else { return nil }
            prefix = length
        }
        self.init(isIPv6: isIPv6, bits: bits, prefix: prefix)
    }

    // MARK: Methods of the language

    /// Whether all of it lies within 127.0.0.0/8, or is ::1.
    var isLoopback: Bool {
        self.isIPv6 ? self.bits == 1 && self.prefix == 128 : self.bits >> 24 == 127 && self.prefix >= 8
    }

    /// Whether all of it lies within 224.0.0.0/4, or ff00::/8.
    var isMulticast: Bool {
        self.isIPv6 ? self.bits >> 120 == 0xFF && self.prefix >= 8 : self.bits >> 28 == 14 && self.prefix >= 4
    }

    func isInRange(_ range: AddressValue) -> Bool {
        guard self.isIPv6 == range.isIPv6, self.prefix >= range.prefix else { return false }
        let shift = UInt128((self.isIPv6 ? 128 : 32) - range.prefix)
        return shift >= 128 || self.bits >> shift == range.bits >> shift
    }

    // MARK: Reading and writing

    /// Decimal without leading zeros.
    private static func prefix(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        guard (1...3).contains(bytes.count), bytes.count == 1 || bytes.first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard let next = value.appending(digit: byte) else { return nil }
            value = next
        }
        return UInt8(exactly: value)
    }

    private static func four(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt128 = 0
        for part in parts {
            guard let octet = self.prefix(part) else { return nil }
            bits = bits << 8 | UInt128(octet)
        }
        return bits
    }

    private static func six(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        var head = bytes
        var tail: ArraySlice<UInt8>?
        if let gap = zip(bytes.indices, bytes.indices.dropFirst()).first(where: {
            bytes[$0] == colon && bytes[$1] == colon
        }) {
            head = bytes[..<gap.0]
            tail = bytes[(gap.1 + 1)...]
        }
        guard let first = self.groups(head), let last = self.groups(tail ?? []) else { return nil }
        guard tail == nil ? first.count == 8 : first.count + last.count < 8 else { return nil }
        let all = first + Array(repeating: 0, count: 8 - first.count - last.count) + last
        return all.reduce(0) { $0 << 16 | UInt128($1) }
    }

    private static func groups(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        var groups: [UInt16] = []
        for part in bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-"),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }

    package var description: String {
        let address: String
        if self.isIPv6 {
            address = (0..<8).map { String(UInt16(truncatingIfNeeded: self.bits >> UInt128(112 - 16 * $0)), radix: 16) }
                .joined(separator: ":")
        } else {
            address = (0..<4).map { String(UInt8(truncatingIfNeeded: self.bits >> UInt128(24 - 8 * $0))) }
                .joined(separator: ".")
        }
        return self.prefix == (self.isIPv6 ? 128 : 32) ? address : "\(address)/\(self.prefix)"
    }
}
