#if canImport(Framing)
    import Framing
#endif

/// What the parser made of a stream of messages that came in fragments.
struct MessageTranscript: Equatable {
    struct Message: Equatable {
        var frame: [UInt8]
        var kind: [UInt8]?
        var payload: [UInt8]
    }
    var messages: [Message] = []
    var unread: [UInt8] = []
    var refusal: FramingError.Code?
}

func readMessages(_ fragments: [[UInt8]], maximumMessageBytes: Int = 1 << 20) -> MessageTranscript {
    var transcript = MessageTranscript()
    var parser = EventMessageParser(maximumMessageBytes: maximumMessageBytes)
    for fragment in fragments {
        transcript.unread += fragment
        let bytes = transcript.unread
        var start = 0
        do {
            while let message = try parser.next(bytes.span, from: start) {
                precondition(message.frame.lowerBound == start, "messages follow each other without a gap")
                let kind = message.header(":event-type", in: bytes.span)
                transcript.messages.append(
                    MessageTranscript.Message(
                        frame: Array(bytes[message.frame]), kind: kind.map { Array(bytes[$0]) },
                        payload: Array(bytes[message.payload])))
                start = message.frame.upperBound
            }
        } catch {
            transcript.refusal = error.code
            transcript.unread = []
            return transcript
        }
        transcript.unread.removeFirst(start)
    }
    return transcript
}

/// What holds for every stream of messages. Shared with the fuzz target.
enum MessageInvariants {
    static func violations(_ bytes: [UInt8]) -> [String] {
        // A fuzzer does not guess checksums: the same bytes are read as they are and with checksums that hold.
        Self.ofStream(bytes) + Self.ofStream(Self.withChecksums(bytes))
    }

    private static func ofStream(_ bytes: [UInt8]) -> [String] {
        var violations: [String] = []
        let whole = readMessages([bytes])
        if readMessages(bytes.map { [$0] }) != whole { violations.append("other result byte by byte") }
        var generator = SplitMix(seed: bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) })
        for _ in 0..<3 where readMessages(generator.fragments(of: bytes)) != whole {
            violations.append("other result when cut")
        }
        let tiles = Array(whole.messages.map(\.frame).joined()) + whole.unread
        if !bytes.starts(with: tiles) || whole.refusal == nil && tiles.count < bytes.count {
            violations.append("messages leave gaps")
        }
        for message in whole.messages {
            if message.frame.count < 16 + message.payload.count { violations.append("payload larger than its message") }
            let stated = message.frame.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if stated != Self.checksum(message.frame.dropLast(4)) { violations.append("checksum") }
        }
        let limited = readMessages([bytes], maximumMessageBytes: 40)
        if !whole.messages.starts(with: limited.messages) { violations.append("a limit changes messages") }
        if limited.messages.contains(where: { $0.frame.count > 40 }) { violations.append("limit") }
        return violations
    }

    /// The stream with the checksums of each message put right, as far as its lengths make sense.
    static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var start = 0
        while bytes.count - start >= 16 {
            Self.put(Self.checksum(bytes[start..<start + 8]), into: &bytes, at: start + 8)
            let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length >= 16, length <= bytes.count - start else { break }
            Self.put(Self.checksum(bytes[start..<start + length - 4]), into: &bytes, at: start + length - 4)
            start += length
        }
        return bytes
    }

    private static func put(_ number: UInt32, into bytes: inout [UInt8], at offset: Int) {
        for place in 0..<4 { bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt32(24 - place * 8)) }
    }

    /// CRC-32 bit by bit, as its definition says: what the table is compared with.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
