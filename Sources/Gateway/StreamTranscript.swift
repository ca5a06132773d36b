import Detection
import Kernel

/// What a stream says, text by text, with a mark for everything that was found in it.
///
/// Surrogates stay in it: what they stand for was found as well. What was not looked through to its end is left out.
struct StreamTranscript {
    /// One text of the stream.
    private struct Text {
        let choice: Int
        let field: String?
        let tool: Int
        var bytes: [UInt8] = []
        var findings: [Finding] = []
        /// Up to where it was decided.
        var settled: Int?
    }

    private let limit: Int
    private var texts: [Text] = []
    private var count = 0
    private var isCut = false

    /// Keeps this many bytes of text.
    init(limit: Int) { self.limit = limit }

    /// Begins a text and says its number.
    mutating func begin(choice: Int, field: UInt64, tool: Int) -> Int {
        self.texts.append(Text(choice: choice, field: Self.names[field], tool: tool))
        return self.texts.count - 1
    }

    mutating func append(_ bytes: [UInt8], to text: Int) {
        let room = self.limit - self.count
        if bytes.count > room { self.isCut = true }
        let kept = bytes.prefix(max(0, room))
        self.texts[text].bytes += kept
        self.count += kept.count
    }

    mutating func note(_ findings: [Finding], in text: Int) {
        let end = self.texts[text].bytes.count
        self.texts[text].findings += findings.filter { $0.span.lowerBound < end }
    }

    /// A text was looked through up to here.
    mutating func settle(_ text: Int, at offset: Int) { self.texts[text].settled = offset }

    /// `{"texts":[{"choice":0,"field":"content","text":"…"}]}`, and `"cut":true` where there was more.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if self.isCut { json.member("cut", true) }
        json.name("texts")
        json.beginArray()
        for text in self.texts {
            let end = min(text.bytes.count, text.settled ?? text.bytes.count)
            let said = Array(text.bytes[..<end])
            let redacted = Redaction.redact(said.span, text.findings)
            guard !redacted.isEmpty else { continue }
            json.beginObject()
            json.member("choice", text.choice)
            json.member("field", ifPresent: text.field)
            if text.tool > 0 { json.member("tool", text.tool) }
            json.member("text", String(decoding: redacted, as: UTF8.self))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// What the fields of deltas are called, by what tells them apart: those of values, and of values in a group.
    private static let names: [UInt64: String] = {
        var names: [UInt64: String] = [:]
        for name in [
            "content", "text", "refusal", "reasoning", "reasoning_content", "arguments", "delta", "thinking",
            "partial_json", "args",
        ] {
            names[StreamInspector.field(of: name)] = name
            names[StreamInspector.field(of: name) ^ 1] = name
        }
        return names
    }()
}
