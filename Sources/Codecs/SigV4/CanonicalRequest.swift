/// A request in the one form that both sides hash (Signature Version 4).
struct CanonicalRequest {
    /// The names that are signed, as the `Authorization` field lists them.
    let signedFields: String
    let text: String

    /// `path` is as on the request line. It is encoded once more, so that `%3A` becomes `%253A`: every service but S3 asks
    /// for that, as it asks that `.`, `..` and empty segments be resolved (`normalisesPath`).
    init(
        method: String, path: String, query: String, fields: [RequestSigner.Field], payload: String,
        normalisesPath: Bool = true, encodesPath: Bool = true
    ) {
        var values: [String: [String]] = [:]
        for field in fields { values[field.name.lowercased(), default: []].append(Self.collapsed(field.value)) }
        let names = values.keys.sorted()
        self.signedFields = names.joined(separator: ";")
        let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
        let plain = normalisesPath ? Self.normalised(path) : path
        let path = encodesPath ? Self.encoded(plain.utf8, keepsSlash: true) : plain
        self.text = """
            \(method)
            \(path.isEmpty ? "/" : path)
            \(Self.canonical(query: query))
            \(lines)
            \(self.signedFields)
            \(payload)
            """
    }

    /// Without space at the ends, other white space as one space.
    private static func collapsed(_ value: String) -> String {
        value.utf8.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            .map { String(Substring($0)) }.joined(separator: " ")
    }

    private static func normalised(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let joined = "/" + segments.joined(separator: "/")
        return path.hasSuffix("/") && !segments.isEmpty ? joined + "/" : joined
    }

    /// Parameters decoded, encoded as AWS does, and sorted by name and then value, both encoded.
    private static func canonical(query: String) -> String {
        query.split(separator: "&").map { parameter -> (name: String, value: String) in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                Self.encoded(Self.decoded(parts[0].utf8), keepsSlash: false),
                parts.count == 2 ? Self.encoded(Self.decoded(parts[1].utf8), keepsSlash: false) : ""
            )
        }
        .sorted { $0 < $1 }
        .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Percent escapes undone; a `%` that begins none stays.
    private static func decoded(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Self.value(of: rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func value(of digits: Substring.UTF8View) -> UInt8? {
        guard digits.count == 2 else { return nil }
        return UInt8(String(Substring(digits)), radix: 16)
    }

    /// Everything but letters, digits and `-._~` as `%XX`.
    static func encoded(_ bytes: some Sequence<UInt8>, keepsSlash: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.append(byte)
            case UInt8(ascii: "/") where keepsSlash: text.append(byte)
            default:
                text.append(UInt8(ascii: "%"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
