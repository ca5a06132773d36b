import Detection
import Framing
import Kernel
import NIOCore
import Providers

/// The body of a request that is passed on, or of its answer, taken apart as far as detectors and routing must know it.
struct PassedContent: Sendable {
    /// A text in the body: its bytes as they are meant, and where they stand.
    struct Text: Sendable {
        let content: [UInt8]
        let range: Range<Int>
        /// Whether the range holds the content of a JSON string.
        let isJSON: Bool
    }

    let body: ByteBuffer
    private(set) var texts: [Text] = []
    private(set) var model: String?
    private(set) var isStreamed = false
    private(set) var wantsUsage = false
    private var modelRange: Range<Int>?
    private var isJSON = false
    /// Values that are pictures and sounds.
    private var media: [Range<Int>] = []

    /// - Throws: `RequestError` where the body is not what its content type says.
    init(_ body: ByteBuffer, type: String?) throws(RequestError) {
        self.body = body
        guard body.readableBytes > 0 else { return }
        let type = type ?? ""
        let kind = type.lowercased()
        if kind.hasPrefix("multipart/form-data") {
            try self.readForm(type: type)
        } else if kind.contains("json") && !kind.contains("jsonl") {
            try self.readJSON()
        } else {
            self.readText(0..<body.readableBytes)
        }
    }

    private mutating func readJSON() throws(RequestError) {
        self.isJSON = true
        let body = self.body
        let bytes = body.readableBytesUInt8Span
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(bytes) } catch {
            throw RequestError(code: "invalid_json", message: "the body is not JSON that can be read: \(error)")
        }
        var names: Set<String> = []
        var member = tape.firstMember(of: tape.root)
        while let (name, value) = member {
            member = tape.member(after: value, of: tape.root)
            let field = tape.string(name, in: bytes) ?? ""
            guard !tape[name].hasEscapes, names.insert(field).inserted else {
                throw RequestError(
                    code: "duplicate_field", parameter: field,
                    message: "a field is there twice, or its name is written with escapes")
            }
            switch field {
            case "model":
                guard let model = tape.string(value, in: bytes), !model.isEmpty, model.utf8.count <= 256 else {
                    throw RequestError(
                        code: "invalid_type", parameter: "model", message: "`model` is not a string of 1 to 256 bytes")
                }
                self.model = model
                self.modelRange = tape[value].range
            case "stream": self.isStreamed = tape.kind(value) == .true
            case "stream_options":
                self.wantsUsage =
                    tape.member("include_usage", of: value, in: bytes).map { tape.kind($0) == .true } ?? false
            default: break
            }
        }
        var texts: [Text] = []
        var media: [Range<Int>] = []
        let model = self.modelRange
        tape.forEachStringValue(below: tape.root) { name, value in
            let range = tape[value].range
            guard range != model, !range.isEmpty else { return }
            // Pictures and sounds are no text.
            if let name, tape.isString(name, "b64_json", in: bytes) { return media.append(range) }
            var content: [UInt8] = []
            tape.appendText(of: value, in: bytes, to: &content)
            texts.append(Text(content: content, range: range, isJSON: true))
        }
        self.texts = texts
        self.media = media
    }

    private mutating func readForm(type: String) throws(RequestError) {
        let body = self.body
        let form: MultipartForm
        do throws(FramingError) {
            form = try MultipartForm(body.readableBytesUInt8Span, contentType: type)
        } catch {
            throw RequestError(
                code: "invalid_form", message: "the body is not a form that can be read: \(error.message)")
        }
        for part in form.parts {
            if part.name == "model", !part.isFile {
                guard self.modelRange == nil else {
                    throw RequestError(
                        code: "duplicate_field", parameter: "model", message: "the field `model` is there twice")
                }
                self.model = body.getString(at: body.readerIndex + part.content.lowerBound, length: part.content.count)
                self.modelRange = part.content
            } else {
                self.readText(part.content)
            }
        }
    }

    /// Takes a range for text where it is: bytes that are not UTF-8 are a picture, a sound or the like.
    private mutating func readText(_ range: Range<Int>) {
        guard let content = self.body.getBytes(at: self.body.readerIndex + range.lowerBound, length: range.count),
            String(validating: content, as: UTF8.self) != nil
        else { return }
        self.texts.append(Text(content: content, range: range, isJSON: false))
    }

    /// What may be kept of it: its texts with a mark for everything that was found in each. What is no text is left out.
    func marked(_ found: [[Finding]]) -> ByteBuffer {
        let marked = zip(self.texts, found).map { text, findings in Redaction.redact(text.content.span, findings) }
        guard self.isJSON else { return ByteBuffer(bytes: marked.joined(separator: [0x0A])) }
        let texts = zip(self.texts, marked).map { BytePatch($0.range, JSONString.escaped($1)) }
        return self.body.patched(texts + self.media.map { BytePatch($0, Array("[MEDIA]".utf8)) })
    }

    /// Puts the provider's name of the model in the place of ours.
    func patches(forModel name: String?) -> [BytePatch] {
        guard let name, let range = self.modelRange, name != self.model else { return [] }
        return [BytePatch(range, self.isJSON ? JSONString.escaped(Array(name.utf8)) : Array(name.utf8))]
    }
}

extension JSONString {
    /// The content of a JSON string that means these bytes.
    static func escaped(_ text: [UInt8]) -> [UInt8] {
        var content: [UInt8] = []
        self.appendEscaped(text.span, to: &content)
        return content
    }
}
