/// The parts of a `multipart/form-data` body (RFC 7578), as ranges in its bytes.
package struct MultipartForm: Equatable, Sendable {
    package struct Part: Equatable, Sendable {
        /// The field's name.
        package let name: String
        /// Whether the part has a file's name.
        package let isFile: Bool
        package let content: Range<Int>
    }

    package private(set) var parts: [Part] = []

    /// Parts at most.
    private static let partLimit = 256
    /// Bytes of one part's header fields at most.
    private static let headLimit = 8192

    /// Takes a body apart.
    /// - Throws: `FramingError` where there is no boundary, a part has no name, or the closing boundary is missing.
    package init(_ bytes: Span<UInt8>, contentType: String) throws(FramingError) {
        guard let boundary = Self.boundary(in: contentType) else { throw FramingError(.malformedForm) }
        let delimiter = Array("--".utf8) + boundary
        guard var position = Self.find(delimiter, in: bytes, from: 0), position == 0 else {
            throw FramingError(.malformedForm)
        }
        position += delimiter.count
        while !Self.holds("--", bytes, at: position) {
            guard Self.holds("\r\n", bytes, at: position), self.parts.count < Self.partLimit else {
                throw FramingError(.malformedForm)
            }
            position += 2
            let head = try Self.head(bytes, from: position)
            guard let end = Self.find(Array("\r\n".utf8) + delimiter, in: bytes, from: head.end - 2) else {
                throw FramingError(.malformedForm)
            }
            self.parts.append(
                Part(name: head.name, isFile: head.isFile, content: head.end..<max(head.end, end)))
            position = end + 2 + delimiter.count
        }
    }

    private static func boundary(in type: String) -> [UInt8]? {
        for parameter in type.split(separator: ";").dropFirst() {
            let parameter = parameter.drop { $0 == " " }
            guard parameter.lowercased().hasPrefix("boundary=") else { continue }
            var value = parameter.dropFirst(9)
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 { value = value.dropFirst().dropLast() }
            return (1...70).contains(value.utf8.count) ? Array(value.utf8) : nil
        }
        return nil
    }

    private static func head(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(FramingError) -> (name: String, isFile: Bool, end: Int) {
        guard let end = Self.find(Array("\r\n\r\n".utf8), in: bytes, from: start, to: start + Self.headLimit) else {
            throw FramingError(.malformedForm)
        }
        var text: [UInt8] = []
        for index in start..<end { text.append(bytes[index]) }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            guard let name = Self.parameter("name", in: line) else { break }
            return (name, Self.parameter("filename", in: line) != nil, end + 4)
        }
        throw FramingError(.malformedForm)
    }

    /// The value of `name="…"` in a field line.
    private static func parameter(_ name: String, in line: Substring) -> String? {
        for part in line.split(separator: ";").dropFirst() {
            let part = part.drop { $0 == " " }
            guard part.lowercased().hasPrefix(name + "=") else { continue }
            let value = part.dropFirst(name.count + 1)
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
                ? String(value.dropFirst().dropLast()) : String(value)
        }
        return nil
    }

    private static func holds(_ text: StaticString, _ bytes: Span<UInt8>, at position: Int) -> Bool {
        position + text.utf8CodeUnitCount <= bytes.count && bytes.holds(text, at: position)
    }

    /// Where a text begins first.
    private static func find(_ text: [UInt8], in bytes: Span<UInt8>, from start: Int, to limit: Int = .max) -> Int? {
        let last = min(bytes.count, limit) - text.count
        guard var position = Optional(start), position <= last else { return nil }
        while position <= last {
            if bytes[position] == text[0] {
                var offset = 1
                while offset < text.count, bytes[position + offset] == text[offset] { offset += 1 }
                if offset == text.count { return position }
            }
            position += 1
        }
        return nil
    }
}
