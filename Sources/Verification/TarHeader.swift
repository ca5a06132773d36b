/// A header of the POSIX tape archive (ustar), the plainest form that every unpacker reads: names up to 100 bytes, plain
/// files, no times, no owners, so that the same content gives the same bytes.
package enum TarHeader {
    /// The size of headers, and what contents are padded to.
    package static let block = 512
    /// The longest name that fits the plain field.
    package static let longestName = 100
    /// The largest content that eleven octal digits can tell.
    package static let largest: Int64 = 0o77_777_777_777

    /// The header of a plain file.
    package static func bytes(name: String, size: Int64) -> [UInt8] {
        precondition(name.utf8.count <= Self.longestName && size <= Self.largest)
        var header = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, at offset: Int) {
            for (position, byte) in text.utf8.enumerated() { header[offset + position] = byte }
        }
        put(name, at: 0)
        put("0000644\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(Self.octal(size, digits: 11) + "\0", at: 124)
        put(Self.octal(0, digits: 11) + "\0", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0", at: 257)
        put("00", at: 263)
        put(Self.octal(Int64(Self.sum(header)), digits: 6) + "\0 ", at: 148)
        return header
    }

    /// How many bytes fill a content up to whole blocks.
    package static func padding(_ size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// What a header says.
    package enum Entry: Hashable, Sendable {
        case file(name: String, size: Int64)
        /// A folder, which holds nothing itself.
        case folder(name: String)
        /// A block of zeros: the end.
        case end
    }

    /// Reads a header. Anything but plain files and folders is refused, and so is a name that leads out of the archive.
    package static func read(_ header: [UInt8]) throws(VerificationError) -> Entry {
        guard header.count == Self.block else {
            throw VerificationError(.malformed, "the archive ends inside a header")
        }
        if header.allSatisfy({ $0 == 0 }) { return .end }
        guard Self.number(header[148..<156]) == Int64(Self.sum(header)) else {
            throw VerificationError(.malformed, "a header of the archive has a wrong sum")
        }
        guard header[257..<262].elementsEqual("ustar".utf8), header[345] == 0 else {
            throw VerificationError(.malformed, "expected plain ustar headers without prefix")
        }
        let name = String(decoding: header[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        guard let size = Self.number(header[124..<136]) else {
            throw VerificationError(.malformed, "`\(name)` has no size in the archive")
        }
        switch header[156] {
        case UInt8(ascii: "0"), 0:
            try Self.checkName(name)
            return .file(name: name, size: size)
        case UInt8(ascii: "5"):
            try Self.checkName(name.hasSuffix("/") ? String(name.dropLast()) : name)
            return .folder(name: name)
        case UInt8(ascii: "1"), UInt8(ascii: "2"):
            throw VerificationError(.unsafePath, "`\(name)` is a link, expected plain files")
        default:
            throw VerificationError(.malformed, "`\(name)` is neither a file nor a folder")
        }
    }

    /// Takes only names that lead somewhere below: no absolute ones, no `..`, nothing that a shell would stumble over.
    package static func checkName(_ name: String) throws(VerificationError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "/")
        }
        guard isPlain, !name.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw VerificationError(.unsafePath, "`\(name)` is no name that a bundle may have: it could lead out of it")
        }
    }

    private static func sum(_ header: [UInt8]) -> Int {
        var sum = 0
        for (offset, byte) in header.enumerated() { sum += (148..<156).contains(offset) ? 0x20 : Int(byte) }
        return sum
    }

    private static func octal(_ value: Int64, digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Octal digits, ended by a space or a zero; nil for anything else, and so for sizes in base 256.
    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        var digits = 0
        for byte in field.drop(while: { $0 == 0x20 }) {
            if byte == 0 || byte == 0x20 { break }
            guard (0x30...0x37).contains(byte), digits < 12 else { return nil }
            value = value << 3 | Int64(byte - 0x30)
            digits += 1
        }
        return digits > 0 ? value : nil
    }
}
