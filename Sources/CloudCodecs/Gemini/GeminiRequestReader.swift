import Codecs
import Conversation
import Kernel

/// Reads the body of a caller's request to generate or to count. Names may be written in camel or in snake case, as
/// Google's servers take both.
struct GeminiRequestReader {
    var unknown = DroppedFields()
    private var calls = GeminiCalls()

    mutating func read(_ json: borrowing JSONView, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        for (name, value) in json.pairs(of: json.root) where Self.camel(name) == "generateContentRequest" {
            do throws(CodecError) { return try self.read(json, value, address) } catch { throw error.inside(name) }
        }
        return try self.read(json, json.root, address)
    }

    private mutating func read(
        _ json: borrowing JSONView, _ root: JSONView.Node, _ address: RequestAddress
    ) throws(CodecError) -> ChatRequest {
        var request = ChatRequest(
            model: Self.model(address.model ?? ""), conversation: Conversation(messages: []),
            isStreamed: address.isStreamed ?? false, wantsUsage: true)
        var system: [Message] = []
        var hasContents = false
        try json.forEachMember(of: root) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "contents":
                hasContents = true
                try json.forEachElement(of: value) { (content) throws(CodecError) in
                    try self.content(json, content, into: &request.conversation.messages)
                }
            case "systemInstruction":
                var messages: [Message] = []
                try self.content(json, value, into: &messages)
                system = messages.map { Message(role: .system, parts: $0.parts) }
            case "tools":
                try json.forEachElement(of: value) { (tool) throws(CodecError) in
                    try self.tool(json, tool, into: &request.tools)
                }
            case "toolConfig": request.toolChoice = try self.toolChoice(json, value)
            case "generationConfig": try self.configuration(json, value, into: &request)
            case "model":
                if address.model == nil { request.model = Self.model(try json.requiredString(value)) }
            case "cachedContent":
                throw CodecError(
                    .unsupported, "what a provider keeps cannot be sent to another, expected the contents themselves")
            default: self.unknown.note(name)
            }
        }
        guard hasContents else { throw CodecError(.missingField, "expected a list of contents", at: "contents") }
        guard !request.model.isEmpty else {
            throw CodecError(.missingField, "expected the name of a model in the path", at: "model")
        }
        request.conversation.messages.insert(contentsOf: system, at: 0)
        request.unknown = self.unknown.names
        return request
    }

    /// The name without `models/`.
    private static func model(_ name: String) -> String {
        name.hasPrefix("models/") ? String(name.dropFirst(7)) : name
    }

    /// The name in camel case. Names of properties are data and stay as they are.
    static func camel(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        let words = name.split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Contents

    private mutating func content(
        _ json: borrowing JSONView, _ node: JSONView.Node, into messages: inout [Message]
    ) throws(CodecError) {
        var role = Message.Role.user
        var parts: [Message.Part] = []
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "role":
                switch try json.requiredString(value) {
                case "user", "function", "tool", "system", "": break
                case "model": role = .assistant
                case let other:
                    throw CodecError(.invalidValue, "`\(other.prefix(80))` is no role, expected user or model")
                }
            case "parts":
                try json.forEachElement(of: value) { (part) throws(CodecError) in
                    try self.part(json, part, into: &parts)
                }
            default: self.unknown.note("contents[].\(name)")
            }
        }
        let results = parts.filter { if case .toolResult = $0 { true } else { false } }
        guard !results.isEmpty else {
            messages.append(Message(role: role, parts: role == .assistant ? Self.joined(parts) : parts))
            return
        }
        messages.append(Message(role: .tool, parts: results))
        let said = parts.filter { if case .toolResult = $0 { false } else { true } }
        if !said.isEmpty { messages.append(Message(role: .user, parts: said)) }
    }

    /// What a model said, its pieces put together: clients send a streamed answer back chunk by chunk.
    private static func joined(_ parts: [Message.Part]) -> [Message.Part] {
        var joined: [Message.Part] = []
        for part in parts {
            switch (joined.last, part) {
            case (.text(let before), .text(let text)): joined[joined.count - 1] = .text(before + text)
            case (.thinking(let before, nil), .thinking(let text, let signature)):
                joined[joined.count - 1] = .thinking(before + text, signature: signature)
            default: joined.append(part)
            }
        }
        return joined
    }

    private mutating func part(
        _ json: borrowing JSONView, _ node: JSONView.Node, into parts: inout [Message.Part]
    ) throws(CodecError) {
        var text: String?
        var isThought = false
        var signature: String?
        var part: Message.Part?
        var call: (name: String, id: String?, arguments: String)?
        var hasOther = false
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "text": text = try json.requiredString(value)
            case "thought": isThought = try json.requiredBool(value)
            case "thoughtSignature": signature = GeminiSignature.restored(try json.requiredString(value))
            case "inlineData": part = try self.inline(json, value)
            case "fileData": part = try self.file(json, value)
            case "functionCall": call = try self.call(json, value)
            case "functionResponse": part = .toolResult(try self.result(json, value))
            default:
                hasOther = true
                self.unknown.note("contents[].parts[].\(name)")
            }
        }
        // A stand-in that Google offers for calls that have none.
        if signature?.isEmpty == true || signature == GeminiRequestWriter.noSignature { signature = nil }
        if let call {
            let id = self.calls.begin(call.name, id: call.id, signature: signature)
            parts.append(.toolCall(ToolCall(id: id, name: call.name, arguments: call.arguments)))
        } else if let part {
            parts.append(part)
        } else if let text, isThought {
            let isRedacted = text.isEmpty && signature != nil
            parts.append(isRedacted ? .redactedThinking(signature ?? "") : .thinking(text, signature: signature))
        } else if text != nil || signature != nil {
            if let text, !text.isEmpty || signature == nil { parts.append(.text(text)) }
            if let signature { parts.append(.thinking("", signature: signature)) }
        } else if !hasOther {
            throw CodecError(
                .missingField, "expected text, inlineData, fileData, functionCall or functionResponse")
        }
    }

    private func inline(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message.Part {
        var type: String?
        var data: String?
        var title: String?
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "mimeType": type = try json.requiredString(value).lowercased()
            case "data":
                // Google takes both alphabets, and no padding.
                var text = try json.requiredString(value).replacing("-", with: "+").replacing("_", with: "/")
                if !text.hasSuffix("=") { text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4) }
                guard Base64.isWellFormed(text) else { throw CodecError(.invalidValue, "the content is not base64") }
                data = text
            case "displayName": title = try json.requiredString(value)
            default: break
            }
        }
        guard let type, type.contains("/") else {
            throw CodecError(.missingField, "expected a media type such as image/png", at: "mimeType")
        }
        guard let data else { throw CodecError(.missingField, "expected base64", at: "data") }
        if type == "text/plain", let bytes = Base64.bytes(of: data), let text = String(validating: bytes, as: UTF8.self)
        {
            return .document(title: title, text: text)
        }
        return Self.part(Media(.base64(data), mediaType: type, name: title))
    }

    private func file(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message.Part {
        var type: String?
        var address: String?
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "mimeType": type = try json.requiredString(value).lowercased()
            case "fileUri": address = try json.requiredString(value)
            default: break
            }
        }
        guard let address, !address.isEmpty else {
            throw CodecError(.missingField, "expected an address", at: "fileUri")
        }
        return Self.part(Media(.url(address), mediaType: type))
    }

    private static func part(_ media: Media) -> Message.Part {
        let type = media.mediaType ?? ""
        return type.hasPrefix("image/") ? .image(media) : type.hasPrefix("audio/") ? .audio(media) : .file(media)
    }

    private mutating func call(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> (name: String, id: String?, arguments: String) {
        var called = ""
        var id: String?
        var arguments = "{}"
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "name": called = try json.requiredString(value)
            case "id": id = try json.requiredString(value)
            case "args": arguments = try json.requiredObject(value).text
            default: self.unknown.note("contents[].parts[].functionCall.\(name)")
            }
        }
        guard !called.isEmpty else { throw CodecError(.missingField, "expected the name of a function", at: "name") }
        return (called, id, arguments)
    }

    private mutating func result(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> ToolResult {
        var called = ""
        var id: String?
        var result = ToolResult(callID: "", parts: [])
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "name": called = try json.requiredString(value)
            case "id": id = try json.requiredString(value)
            case "response":
                let raw = try json.requiredObject(value)
                let members = json.pairs(of: value)
                guard members.count == 1, let text = json.tape.string(members[0].value, in: json.bytes),
                    ["output", "result", "error"].contains(members[0].name)
                else {
                    result.parts.insert(.text(raw.text), at: 0)
                    break
                }
                result.isError = members[0].name == "error"
                result.parts.insert(.text(text), at: 0)
            case "parts":
                try json.forEachElement(of: value) { (part) throws(CodecError) in
                    try self.part(json, part, into: &result.parts)
                }
            default: self.unknown.note("contents[].parts[].functionResponse.\(name)")
            }
        }
        guard !called.isEmpty else { throw CodecError(.missingField, "expected the name of a function", at: "name") }
        result.name = called
        result.callID = self.calls.end(called, id: id)
        return result
    }
}
