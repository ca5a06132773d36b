/// The algorithm of WHATWG HTML, section 9.2.6, step by step and without a thought for speed. On bytes: decoding UTF-8
/// changes neither line ends nor colons.
enum ReferenceEventStream {
    struct Message: Equatable {
        let name: [UInt8]
        let data: [UInt8]
    }

    static func messages(_ stream: [UInt8]) -> [Message] {
        var messages: [Message] = []
        var data: [UInt8] = []
        var name: [UInt8] = []
        for line in Self.lines(stream) {
            if line.isEmpty {
                if data.isEmpty {
                    name = []
                    continue
                }
                if data.last == 0x0A { data.removeLast() }
                messages.append(Message(name: name, data: data))
                data = []
                name = []
            } else if line.first == UInt8(ascii: ":") {
                continue
            } else {
                let field: [UInt8]
                var value: [UInt8]
                if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                    field = Array(line[..<colon])
                    value = Array(line[(colon + 1)...])
                    if value.first == UInt8(ascii: " ") { value.removeFirst() }
                } else {
                    field = line
                    value = []
                }
                if field == Array("event".utf8) { name = value }
                if field == Array("data".utf8) { data += value + [0x0A] }
            }
        }
        return messages
    }

    /// The lines that are ended. Whatever follows the last end is no line, and no event is dispatched for it.
    private static func lines(_ stream: [UInt8]) -> [[UInt8]] {
        var rest = stream[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var lines: [[UInt8]] = []
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            lines.append(Array(rest[..<end]))
            let isPair = rest[end] == 0x0D && end + 1 < rest.endIndex && rest[end + 1] == 0x0A
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
        return lines
    }
}
