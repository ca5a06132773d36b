import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// What the suites of the codecs share.
enum Wire {
    static let answering = AnswerOptions(created: 1_700_000_000, exchange: "ex_1")

    /// A JSON text with the members of objects in the order of their names and without space: what two texts must agree
    /// in to say the same.
    static func tree(_ text: String) throws -> String { try Self.tree(Array(text.utf8)) }
    static func tree(_ bytes: [UInt8]) throws -> String { Self.sorted(try JSONDocument(bytes)) }

    private static func sorted(_ document: JSONDocument) -> String {
        switch document {
        case .array(let elements): "[" + elements.map(Self.sorted).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { ($0.name, Self.sorted($0.value)) }.sorted { $0 < $1 }
                .map { "\(Self.text(JSONDocument.string($0).written)):\($1)" }.joined(separator: ",") + "}"
        default: Self.text(document.written)
        }
    }

    /// An object with more members at its front, where it does not have them.
    static func adding(_ members: [(String, String)], to object: String) -> String {
        var text = object
        for (name, value) in members.reversed() where !text.contains("\"\(name)\":") {
            let rest = text.dropFirst()
            text = "{\"\(name)\":\(value)\(rest == "}" ? "" : ",")\(rest)"
        }
        return text
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func request(_ codec: any WireCodec.Type, _ text: String) throws(CodecError) -> ChatRequest {
        try codec.request(Array(text.utf8).span, RequestAddress())
    }

    static func answer(_ codec: any WireCodec.Type, _ text: String) throws(CodecError) -> ChatAnswer {
        try codec.answer(Array(text.utf8).span)
    }

    /// The events of a stream that comes in pieces.
    static func events(_ codec: any WireCodec.Type, _ pieces: [[UInt8]], isClosed: Bool = true) -> [AnswerEvent] {
        var reader = codec.streamReader()
        var events: [AnswerEvent] = []
        for piece in pieces { reader.receive(piece.span, into: &events) }
        if isClosed { reader.finish(into: &events) }
        return events
    }

    static func events(_ codec: any WireCodec.Type, _ text: String, isClosed: Bool = true) -> [AnswerEvent] {
        self.events(codec, [Array(text.utf8)], isClosed: isClosed)
    }

    /// The frames of a stream of these events.
    static func frames(
        _ codec: any WireCodec.Type, _ events: [AnswerEvent], _ options: AnswerOptions = answering
    ) -> [String] {
        var writer = codec.streamWriter(options)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return Self.text(bytes).split(separator: "\n\n").map(String.init)
    }

    /// The payloads of frames as trees; those that are no JSON are left out.
    static func payloads(_ frames: [String]) throws -> [String] {
        try frames.compactMap { frame in
            guard let line = frame.split(separator: "\n").first(where: { $0.hasPrefix("data: {") }) else { return nil }
            return try Self.tree(String(line.dropFirst(6)))
        }
    }
}
