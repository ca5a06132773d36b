import Codecs
import Conversation
import Kernel

extension AnthropicRequestReader {
    mutating func system(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> [Message.Part] {
        let parts = try self.blocks(json, node, of: .system)
        return parts
    }

    mutating func messages(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> [Message] {
        var messages: [Message] = []
        for (index, element) in try json.requiredElements(of: node).enumerated() {
            do throws(CodecError) { messages += try self.turn(json, element) } catch { throw error.inside(index) }
        }
        guard !messages.isEmpty else { throw CodecError(.invalidValue, "the list is empty, expected a message") }
        return messages
    }

    /// A turn: one message, or two where a user's turn begins with what tools gave back.
    private mutating func turn(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> [Message] {
        var role: Message.Role?
        var content: JSONView.Node?
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "role": role = try Self.role(json, member.value)
                case "content": content = member.value
                default: self.unknown.note("messages[].\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard let role else { throw CodecError(.missingField, "expected a role", at: "role") }
        guard let content else { throw CodecError(.missingField, "expected a string or blocks", at: "content") }
        let parts: [Message.Part]
        do throws(CodecError) { parts = try self.blocks(json, content, of: role) } catch {
            throw error.inside("content")
        }
        guard role == .user else { return [Message(role: role, parts: parts)] }
        var results: [Message.Part] = []
        var rest: [Message.Part] = []
        var isInResults = false
        for part in parts {
            switch part {
            case .toolResult: isInResults = true
            case .cacheMarker: break
            default: isInResults = false
            }
            if isInResults { results.append(part) } else { rest.append(part) }
        }
        if results.isEmpty { return [Message(role: .user, parts: rest)] }
        return [Message(role: .tool, parts: results)] + (rest.isEmpty ? [] : [Message(role: .user, parts: rest)])
    }

    private static func role(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message.Role {
        switch try json.requiredString(node) {
        case "user": return .user
        case "assistant": return .assistant
        case "system": return .system
        case let other:
            throw CodecError(.invalidValue, "`\(other.prefix(80))` is no role, expected user or assistant")
        }
    }

    private mutating func blocks(
        _ json: borrowing JSONView, _ node: JSONView.Node, of role: Message.Role
    ) throws(CodecError) -> [Message.Part] {
        if json.kind(node) == .string { return [.text(try json.requiredString(node))] }
        guard json.kind(node) == .array else { throw json.expected("a string or a list of blocks", node) }
        var parts: [Message.Part] = []
        for (index, element) in json.elements(of: node).enumerated() {
            do throws(CodecError) { try self.block(json, element, of: role, into: &parts) } catch {
                throw error.inside(index)
            }
        }
        return parts
    }

    /// The types of blocks that each role may hold and that have a meaning elsewhere.
    private static let allowed: [Message.Role: [String]] = [
        .system: ["text"],
        .user: ["text", "image", "document", "search_result", "tool_result"],
        .assistant: ["text", "thinking", "redacted_thinking", "tool_use", "image", "document"],
        .tool: ["text", "image", "document", "search_result"],
    ]

    private mutating func block(
        _ json: borrowing JSONView, _ node: JSONView.Node, of role: Message.Role, into parts: inout [Message.Part]
    ) throws(CodecError) {
        let members = try json.members(of: node)
        guard let typeNode = members.first(where: { $0.name == "type" }) else {
            throw CodecError(.missingField, "expected a type", at: "type")
        }
        let type = try CodecError.within("type") { () throws(CodecError) in try json.requiredString(typeNode.value) }
        guard Self.allowed[role]?.contains(type) == true else {
            guard Self.isServerBlock(type) else {
                throw CodecError(
                    .invalidValue, "`\(type.prefix(80))` is no type of a block in a message of this role", at: "type")
            }
            self.unknown.note("messages[].content[].\(type)")
            return
        }
        var fields = BlockFields()
        for member in members where member.name != "type" {
            do throws(CodecError) { try self.read(json, member, of: type, into: &fields) } catch {
                throw error.inside(member.name)
            }
        }
        parts.append(try fields.part(of: type))
        parts += fields.citations.map { .citation($0) }
        if let marker = fields.marker { parts.append(.cacheMarker(marker)) }
    }

    /// What Anthropic's own tools leave in a conversation: of no use to other providers.
    private static func isServerBlock(_ type: String) -> Bool {
        type == "server_tool_use" || type.hasSuffix("_tool_result") || type == "container_upload"
            || type == "mcp_tool_use" || type == "compaction"
    }

    private mutating func read(
        _ json: borrowing JSONView, _ member: JSONView.Member, of type: String, into fields: inout BlockFields
    ) throws(CodecError) {
        let value = member.value
        switch (type, member.name) {
        case (_, "cache_control"): fields.marker = try json.cacheMarker(value)
        case ("text", "text"), ("thinking", "thinking"), ("redacted_thinking", "data"):
            fields.text = try json.requiredString(value)
        case ("text", "citations"):
            fields.citations = json.elements(of: value).compactMap { AnthropicCitations.citation(json, $0) }
        case ("thinking", "signature"): fields.signature = try json.requiredString(value)
        case ("tool_use", "id"): fields.id = try json.requiredString(value)
        case ("tool_use", "name"): fields.name = try json.requiredString(value)
        case ("tool_use", "input"): fields.input = try json.requiredObject(value)
        case ("tool_result", "tool_use_id"): fields.id = try json.requiredString(value)
        case ("tool_result", "is_error"): fields.isError = try json.requiredBool(value)
        case ("tool_result", "content"): fields.parts = try self.blocks(json, value, of: .tool)
        case ("search_result", "content"): fields.parts = try self.blocks(json, value, of: .system)
        case ("document", "title"), ("search_result", "title"): fields.name = try json.requiredString(value)
        case ("image", "source"), ("document", "source"): try self.readSource(json, value, of: type, into: &fields)
        case ("document", "citations"):
            if json.value("enabled", of: value).map({ json.kind($0) == .true }) == true {
                self.unknown.note("messages[].content[].citations")
            }
        default: self.unknown.note("messages[].content[].\(member.name)")
        }
    }

    private mutating func readSource(
        _ json: borrowing JSONView, _ node: JSONView.Node, of type: String, into fields: inout BlockFields
    ) throws(CodecError) {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        func text(_ name: StaticString) throws(CodecError) -> String {
            guard let text = json.text(name, of: node) else {
                throw CodecError(.missingField, "expected a string", at: "\(name)")
            }
            return text
        }
        switch json.text("type", of: node) {
        case "base64":
            let data = try text("data")
            guard Base64.isWellFormed(data) else {
                throw CodecError(.invalidValue, "the content is not base64", at: "data")
            }
            fields.media = Media(.base64(data), mediaType: try text("media_type"))
        case "url":
            let url = try text("url")
            guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
                throw CodecError(.invalidValue, "expected an address that begins with https://", at: "url")
            }
            fields.media = Media(.url(url))
        case "file": fields.media = Media(.uploaded(try text("file_id")))
        case "text" where type == "document": fields.text = try text("data")
        case "content" where type == "document":
            guard let content = json.value("content", of: node) else {
                throw CodecError(.missingField, "expected a string or blocks", at: "content")
            }
            do throws(CodecError) { fields.parts = try self.blocks(json, content, of: .tool) } catch {
                throw error.inside("content")
            }
        default:
            throw CodecError(
                .invalidValue, type == "image" ? "expected base64, url or file" : "expected base64, text, url or file",
                at: "type")
        }
    }
}

/// What the members of a block say, whatever its type.
private struct BlockFields {
    var text: String?
    var signature: String?
    var id: String?
    var name: String?
    var input: JSONText?
    var parts: [Message.Part]?
    var isError = false
    var media: Media?
    var citations: [Citation] = []
    var marker: CacheMarker?

    private func required<Value>(_ value: Value?, _ name: String) throws(CodecError) -> Value {
        guard let value else { throw CodecError(.missingField, "expected what the type says", at: name) }
        return value
    }

    func part(of type: String) throws(CodecError) -> Message.Part {
        switch type {
        case "thinking":
            let signature = self.signature?.isEmpty == true ? nil : self.signature
            return .thinking(try self.required(self.text, "thinking"), signature: signature)
        case "redacted_thinking": return .redactedThinking(try self.required(self.text, "data"))
        case "tool_use":
            return .toolCall(
                ToolCall(
                    id: try self.required(self.id, "id"), name: try self.required(self.name, "name"),
                    arguments: try self.required(self.input, "input").text))
        case "tool_result":
            return .toolResult(
                ToolResult(
                    callID: try self.required(self.id, "tool_use_id"), parts: self.parts ?? [], isError: self.isError))
        case "image": return .image(try self.required(self.media, "source"))
        case "document":
            if var media = self.media {
                media.name = self.name
                return .file(media)
            }
            return .document(
                title: self.name, text: try self.required(self.text ?? Self.text(of: self.parts), "source"))
        case "search_result":
            return .document(title: self.name, text: try self.required(Self.text(of: self.parts), "content"))
        default: return .text(try self.required(self.text, "text"))
        }
    }

    /// All that is text in the parts.
    private static func text(of parts: [Message.Part]?) -> String? {
        parts.map { parts in
            parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
        }
    }
}
