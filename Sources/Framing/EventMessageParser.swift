/// Finds the messages of an AWS event stream without copying them: a prelude of two lengths with its checksum, headers,
/// payload, and the checksum of all that (CRC-32, big-endian numbers).
///
/// Strict: both checksums must hold, lengths must fit each other and the limit, headers must be well formed with names
/// and texts in UTF-8, no name twice. Lengths are believed only after the prelude's checksum, so a damaged stream cannot
/// ask for memory. It looks at no byte twice but the twelve of the prelude.
package struct EventMessageParser: Sendable {
    static let preludeBytes = 12
    static let checksumBytes = 4
    /// As many as the format's own limit on their bytes would allow to be useful; providers send three or four.
    private static let maximumHeaders = 64
    private static let maximumHeaderBytes = 128 << 10

    private let limit: Int
    private var prelude: (length: Int, headerBytes: Int)?

    /// A parser for one stream. A message of more than `maximumMessageBytes` is refused.
    package init(maximumMessageBytes: Int = 1 << 20) {
        self.limit = maximumMessageBytes
    }

    /// The message that begins at `start`, or nil while it is incomplete. Ask again from the end of its `frame`; after
    /// nil, with more bytes, from the same byte. Bytes that are left when the stream is over are a truncated message.
    package mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(FramingError) -> EventMessage? {
        guard bytes.count - start >= Self.preludeBytes else { return nil }
        if self.prelude == nil { self.prelude = try self.readPrelude(bytes, at: start) }
        guard let (length, headerBytes) = self.prelude, bytes.count - start >= length else { return nil }
        let content = start + length - Self.checksumBytes
        guard Checksum.of(bytes, start..<content) == Self.number(bytes, at: content) else {
            throw FramingError(.messageChecksumMismatch)
        }
        self.prelude = nil
        let headers = start + Self.preludeBytes..<start + Self.preludeBytes + headerBytes
        try Self.check(headers, bytes)
        return EventMessage(frame: start..<start + length, headers: headers, payload: headers.upperBound..<content)
    }

    private func readPrelude(_ bytes: Span<UInt8>, at start: Int) throws(FramingError) -> (Int, Int) {
        guard Checksum.of(bytes, start..<start + 8) == Self.number(bytes, at: start + 8) else {
            throw FramingError(.messageChecksumMismatch)
        }
        let length = Int(Self.number(bytes, at: start))
        let headerBytes = Int(Self.number(bytes, at: start + 4))
        guard length <= self.limit else { throw FramingError(.messageTooLong) }
        guard headerBytes <= Self.maximumHeaderBytes,
            length >= Self.preludeBytes + headerBytes + Self.checksumBytes
        else { throw FramingError(.malformedMessagePrelude) }
        return (length, headerBytes)
    }

    private static func check(_ headers: Range<Int>, _ bytes: Span<UInt8>) throws(FramingError) {
        var names: [Range<Int>] = []
        var reader = EventHeaderReader(headers)
        while let header = reader.next(bytes) {
            guard names.count < Self.maximumHeaders, Self.isUTF8(header.name, bytes),
                !header.isText || Self.isUTF8(header.value, bytes),
                !names.contains(where: { Self.areSame($0, header.name, bytes) })
            else { throw FramingError(.malformedMessageHeader) }
            names.append(header.name)
        }
        guard reader.isAtEnd else { throw FramingError(.malformedMessageHeader) }
    }

    private static func areSame(_ left: Range<Int>, _ right: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.indices.allSatisfy { bytes[$0] == bytes[right.lowerBound + $0 - left.lowerBound] }
    }

    private static func isUTF8(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes.extracting(range))
            return true
        } catch {
            return false
        }
    }

    private static func number(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
        (offset..<offset + 4).reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
    }
}

/// CRC-32 as in Ethernet and zip (reflected 0xEDB88320).
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// The checksum of the bytes in `range`. Cost: about 3 ns a byte.
    static func of(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        let table = Self.table.span
        var value: UInt32 = 0xFFFF_FFFF
        for index in range { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[index])] }
        return ~value
    }
}
