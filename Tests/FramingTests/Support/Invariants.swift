#if canImport(Framing)
    import Framing
#endif

/// What holds for every input, valid or not: parsers do not trap, give the same whatever way the input is cut, and
/// point only at bytes that are what they say. Each function returns what was violated. Shared with the fuzz targets.
enum Invariants {
    static func ofRequests(_ bytes: [UInt8]) -> [String] {
        let whole = readRequests([bytes])
        var violations = Self.splits(bytes, whole) { readRequests($0) }
        for message in whole.messages {
            let (head, bytes) = (message.head, message.headBytes)
            violations += Self.ofHead(head, bytes)
            let target = Array(bytes[head.target])
            if !(target.first == UInt8(ascii: "/") || target == [UInt8(ascii: "*")]) { violations.append("target") }
            if !target.allSatisfy({ (0x21...0x7E).contains($0) }) { violations.append("target bytes") }
            let parts = Array(bytes[head.path]) + (head.query.map { [UInt8(ascii: "?")] + bytes[$0] } ?? [])
            if parts != target { violations.append("path and query") }
            if Array(head.method.rawValue.utf8) != Array(bytes[..<(head.target.lowerBound - 1)].drop { $0 < 0x20 }) {
                violations.append("method")
            }
            if head.framing == .untilClose { violations.append("request until close") }
            if head.expectsContinue && head.framing == .empty { violations.append("continue without body") }
        }
        return violations
    }

    static func ofResponses(_ bytes: [UInt8]) -> [String] {
        var violations: [String] = []
        for answersHead in [false, true] {
            let whole = readResponses([bytes], answersHead: answersHead)
            violations += Self.splits(bytes, whole) { readResponses($0, answersHead: answersHead) }
            for message in whole.messages {
                violations += Self.ofHead(message.head, message.headBytes)
                if !(100...599).contains(message.head.status) { violations.append("status") }
                if answersHead && message.head.framing != .empty { violations.append("body for HEAD") }
                if message.head.framing == .untilClose && message.head.keepAlive { violations.append("keepAlive") }
            }
        }
        return violations
    }

    static func ofChunks(_ bytes: [UInt8]) -> [String] {
        let whole = readChunks([bytes])
        var violations = Self.splits(bytes, whole) { readChunks($0) }
        if whole.content.count > bytes.count { violations.append("more content than bytes") }
        if let end = whole.end {
            let ends = Array(bytes[..<end].suffix(4)) == Array("\r\n\r\n".utf8)
            if end > bytes.count || whole.refusal != nil || !ends { violations.append("end") }
        }
        return violations
    }

    static func ofEvents(_ bytes: [UInt8]) -> [String] {
        let whole = readEvents([bytes])
        var violations = Self.splits(bytes, whole) { readEvents($0) }
        let tiles = Array(whole.events.map(\.frame).joined()) + whole.unread
        if !bytes.starts(with: tiles) || whole.refusal == nil && tiles.count < bytes.count {
            violations.append("frames leave gaps")
        }
        if whole.refusal == nil {
            let seen = whole.events.compactMap { event in
                event.data.map { ReferenceEventStream.Message(name: event.name, data: $0) }
            }
            if seen != ReferenceEventStream.messages(bytes) { violations.append("other events than the reference") }
        }
        for event in whole.events {
            if event.isDone != (event.data == Array("[DONE]".utf8)) { violations.append("isDone") }
            if event.isComment && event.data != nil { violations.append("comment with data") }
        }
        // A small limit refuses, but does not change what comes before.
        let limited = readEvents([bytes], maximumEventBytes: 24)
        if !whole.events.starts(with: limited.events) { violations.append("a limit changes events") }
        return violations + Self.splits(bytes, limited) { readEvents($0, maximumEventBytes: 24) }
    }

    private static func ofHead(_ head: some WireHead, _ bytes: [UInt8]) -> [String] {
        var violations: [String] = []
        let isEnded = bytes.suffix(4).elementsEqual("\r\n\r\n".utf8)
        if head.byteCount != bytes.count || !isEnded { violations.append("end of head") }
        for (index, byte) in bytes.enumerated() {
            let isControl = byte < 0x20 && byte != 0x09 || byte == 0x7F
            let isLineEnd =
                byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
                || byte == 0x0A && index > 0 && bytes[index - 1] == 0x0D
            if isControl && !isLineEnd { violations.append("control character in head") }
        }
        for line in head.fields.lines {
            let name = String(decoding: bytes[line.name], as: UTF8.self)
            let value = bytes[line.value]
            if name.isEmpty || bytes[line.name.upperBound] != UInt8(ascii: ":") { violations.append("name") }
            if line.known != .other && name.lowercased() != "\(line.known.name)" { violations.append("known name") }
            let isTrimmed = ![0x20, 0x09].contains(value.first) && ![0x20, 0x09].contains(value.last)
            if !isTrimmed || value.contains(0x0A) { violations.append("value") }
        }
        return violations
    }

    /// Reads the input cut in several ways.
    private static func splits<Seen: Equatable>(
        _ bytes: [UInt8], _ whole: Seen, _ read: ([[UInt8]]) -> Seen
    ) -> [String] {
        var violations: [String] = []
        if read(bytes.map { [$0] }) != whole { violations.append("other result byte by byte") }
        var generator = SplitMix(seed: bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) })
        for _ in 0..<3 where read(generator.fragments(of: bytes)) != whole {
            violations.append("other result when cut")
        }
        return violations
    }
}
