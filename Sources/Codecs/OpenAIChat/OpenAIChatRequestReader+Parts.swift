import Conversation
import Kernel

extension OpenAIChatRequestReader {
    mutating func content(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> [Message.Part] {
        if json.kind(node) == .string { return [.text(try json.requiredString(node))] }
        guard json.kind(node) == .array else { throw json.expected("a string or a list of parts", node) }
        var parts: [Message.Part] = []
        for (index, element) in json.elements(of: node).enumerated() {
            do throws(CodecError) { try self.part(json, element, into: &parts) } catch { throw error.inside(index) }
        }
        return parts
    }

    private mutating func part(
        _ json: borrowing JSONView, _ node: JSONView.Node, into parts: inout [Message.Part]
    ) throws(CodecError) {
        let members = try json.members(of: node)
        guard let type = members.first(where: { $0.name == "type" }) else {
            throw CodecError(.missingField, "expected a type", at: "type")
        }
        let kind = try CodecError.within("type") { () throws(CodecError) in try json.requiredString(type.value) }
        guard ["text", "refusal", "image_url", "input_audio", "file"].contains(kind) else {
            throw CodecError(
                .invalidValue,
                "`\(kind.prefix(80))` is no type of a part, expected text, image_url, input_audio, file or refusal",
                at: "type")
        }
        var part: Message.Part?
        var marker: CacheMarker?
        for member in members {
            do throws(CodecError) {
                switch member.name {
                case "type": break
                case kind: part = try self.part(json, kind, member.value)
                case "cache_control": marker = try json.cacheMarker(member.value)
                default: self.unknown.note("messages[].content[].\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard let part else { throw CodecError(.missingField, "expected what the type says", at: kind) }
        parts.append(part)
        if let marker { parts.append(.cacheMarker(marker)) }
    }

    private mutating func part(
        _ json: borrowing JSONView, _ kind: String, _ node: JSONView.Node
    ) throws(CodecError) -> Message.Part {
        switch kind {
        case "text": return .text(try json.requiredString(node))
        case "refusal": return .refusal(try json.requiredString(node))
        case "image_url": return .image(try self.image(json, node))
        case "input_audio": return .audio(try self.audio(json, node))
        default: return try self.file(json, node)
        }
    }

    private mutating func image(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Media {
        // Some clients write the address alone.
        if json.kind(node) == .string { return Media(try Self.source(try json.requiredString(node)).source) }
        var source: (source: Media.Source, mediaType: String?)?
        var detail: String?
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "url": source = try Self.source(try json.requiredString(member.value))
                case "detail": detail = try json.requiredString(member.value)
                default: self.unknown.note("messages[].content[].image_url.\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard let source else { throw CodecError(.missingField, "expected an address", at: "url") }
        return Media(source.source, mediaType: source.mediaType, detail: detail)
    }

    /// An address of the web, or content in the address itself.
    private static func source(_ text: String) throws(CodecError) -> (source: Media.Source, mediaType: String?) {
        if text.hasPrefix("https://") || text.hasPrefix("http://") { return (.url(text), nil) }
        guard let data = DataAddress(text) else {
            throw CodecError(.invalidValue, "expected an address that begins with https:// or data:…;base64,")
        }
        guard Base64.isWellFormed(data.base64) else { throw CodecError(.invalidValue, "the content is not base64") }
        return (.base64(data.base64), data.mediaType)
    }

    private mutating func audio(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Media {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        guard let data = json.text("data", of: node), Base64.isWellFormed(data) else {
            throw CodecError(.invalidValue, "expected base64", at: "data")
        }
        guard let format = json.text("format", of: node), !format.isEmpty else {
            throw CodecError(.missingField, "expected wav or mp3", at: "format")
        }
        return Media(.base64(data), mediaType: "audio/\(format)")
    }

    private mutating func file(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message.Part {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        let name = json.text("filename", of: node)
        if let id = json.text("file_id", of: node) { return .file(Media(.uploaded(id), name: name)) }
        guard let content = json.text("file_data", of: node) else {
            throw CodecError(.missingField, "expected the file's content", at: "file_data")
        }
        return try CodecError.within("file_data") { () throws(CodecError) in
            let (source, mediaType) = try Self.source(content)
            if case .base64(let data) = source, mediaType == "text/plain", let bytes = Base64.bytes(of: data),
                let text = String(validating: bytes, as: UTF8.self)
            {
                return .document(title: name, text: text)
            }
            return .file(Media(source, mediaType: mediaType, name: name))
        }
    }
}
