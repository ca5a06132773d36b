import Framing
import Kernel

/// The texts in a payload: what a person would read of it.
package enum PayloadText {
    /// Every text. Of JSON, the strings; of a stream of events, or of a JSON array that stands for one, the pieces that
    /// belong together as one; of all else, the whole.
    package static func texts(of content: [UInt8]) -> [String] {
        if let frames = Self.frames(content) {
            var joined = JoinedPieces()
            for frame in frames {
                guard let tape = try? JSONTape(frame.span) else { continue }
                joined.add(tape, tape.root, "", frame)
            }
            return joined.texts
        }
        guard let tape = try? JSONTape(content.span) else { return [String(decoding: content, as: UTF8.self)] }
        guard tape.kind(tape.root) != .array else {
            var joined = JoinedPieces()
            joined.add(tape, tape.root, "", content)
            return joined.texts
        }
        var texts: [String] = []
        tape.forEachStringValue(below: tape.root) { _, value in
            var text: [UInt8] = []
            tape.appendText(of: value, in: content.span, to: &text)
            texts.append(String(decoding: text, as: UTF8.self))
        }
        return texts
    }

    /// The data of each event; nil where it is no stream.
    private static func frames(_ content: [UInt8]) -> [[UInt8]]? {
        let beginnings = ["data:", "event:", ": "]
        guard beginnings.contains(where: { content.starts(with: $0.utf8) }) else { return nil }
        var parser = EventStreamParser()
        var frames: [[UInt8]] = []
        var start = 0
        while let event = try? parser.next(content.span, from: start, atEnd: true) {
            start = event.frame.upperBound
            if case .line(let range) = event.data { frames.append(Array(content[range])) }
        }
        return frames
    }
}

/// Texts that come in pieces, each known by the names on the way to it and by the numbers that stand beside those.
private struct JoinedPieces {
    private var order: [String] = []
    private var pieces: [String: [UInt8]] = [:]

    var texts: [String] { self.order.compactMap { self.pieces[$0].map { String(decoding: $0, as: UTF8.self) } } }

    mutating func add(_ tape: JSONTape, _ node: JSONTape.Node, _ path: String, _ bytes: [UInt8]) {
        switch tape.kind(node) {
        case .object:
            var path = path
            for name: StaticString in ["index", "output_index", "content_index"] {
                guard
                    let number = tape.member(name, of: node, in: bytes.span).flatMap({
                        tape.integer($0, in: bytes.span)
                    })
                else { continue }
                path += "#\(number)"
            }
            var member = tape.firstMember(of: node)
            while let (name, value) = member {
                member = tape.member(after: value, of: node)
                self.add(tape, value, "\(path).\(tape.string(name, in: bytes.span) ?? "")", bytes)
            }
        case .array:
            var element = tape.firstElement(of: node)
            while let value = element {
                element = tape.element(after: value, of: node)
                self.add(tape, value, path, bytes)
            }
        case .string:
            if self.pieces[path] == nil { self.order.append(path) }
            var text = self.pieces[path] ?? []
            tape.appendText(of: node, in: bytes.span, to: &text)
            self.pieces[path] = text
        case .number, .true, .false, .null: break
        }
    }
}
