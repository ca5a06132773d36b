import Codecs
import Conversation
import Kernel

/// Reads the body of a caller's request.
struct ResponsesRequestReader {
    private var unknown = DroppedFields()

    mutating func read(_ json: borrowing JSONView, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var request = ChatRequest(
            model: address.model ?? "", conversation: Conversation(messages: []), wantsUsage: true)
        var instructions: String?
        var hasInput = false
        try json.forEachMember(of: json.root) { (name, value) throws(CodecError) in
            switch name {
            case "model": request.model = try json.requiredString(value)
            case "instructions": instructions = try json.requiredString(value)
            case "input":
                hasInput = true
                try self.input(json, value, into: &request.conversation.messages)
            case "tools":
                try json.forEachElement(of: value) { (tool) throws(CodecError) in
                    if let tool = try self.tool(json, tool) { request.tools.append(tool) }
                }
            case "tool_choice": request.toolChoice = try self.toolChoice(json, value)
            case "text": try self.text(json, value, into: &request)
            case "reasoning": request.reasoning = try self.reasoning(json, value)
            case "previous_response_id", "conversation", "prompt":
                throw CodecError(
                    .unsupported, "what a provider keeps cannot be sent to another, expected the whole input")
            case "background":
                guard try !json.requiredBool(value) else {
                    throw CodecError(.unsupported, "responses in the background are not translated")
                }
            default: try self.scalar(name, json, value, into: &request)
            }
        }
        guard hasInput else { throw CodecError(.missingField, "expected a text or a list of items", at: "input") }
        guard !request.model.isEmpty, request.model.utf8.count <= 256 else {
            throw CodecError(.missingField, "expected the name of a model, of 1 to 256 bytes", at: "model")
        }
        if let instructions {
            request.conversation.messages.insert(Message(role: .system, parts: [.text(instructions)]), at: 0)
        }
        request.unknown = self.unknown.names
        return request
    }

    private mutating func scalar(
        _ name: String, _ json: borrowing JSONView, _ value: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        switch name {
        case "stream": request.isStreamed = try json.requiredBool(value)
        case "max_output_tokens": request.sampling.maximumOutput = TokenCount(try json.requiredCount(value))
        case "temperature": request.sampling.temperature = try json.requiredNumber(value)
        case "top_p": request.sampling.topP = try json.requiredNumber(value)
        case "top_logprobs": request.sampling.topLogprobs = try json.requiredCount(value)
        case "parallel_tool_calls": request.allowsParallelCalls = try json.requiredBool(value)
        case "user": request.userID = try json.requiredString(value)
        case "safety_identifier":
            let user = try json.requiredString(value)
            if request.userID == nil { request.userID = user }
        case "include":
            // The one that we always honour.
            let asked = try json.requiredStrings(value)
            if asked.contains(where: { $0 != "reasoning.encrypted_content" }) { self.unknown.note("include") }
        case "store": if try json.requiredBool(value) { self.unknown.note("store") }
        case "truncation": if try json.requiredString(value) != "disabled" { self.unknown.note("truncation") }
        case "stream_options": break
        default: self.unknown.note(name)
        }
    }

    // MARK: Parameters

    /// A function; nil for tools that are OpenAI's own.
    private mutating func tool(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ToolDefinition? {
        var tool = ToolDefinition(name: "")
        var type = ""
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "type": type = try json.requiredString(value)
            case "name": tool.name = try json.requiredString(value)
            case "description": tool.description = try json.requiredString(value)
            case "parameters": tool.schema = try json.requiredObject(value)
            case "strict": tool.isStrict = try json.requiredBool(value)
            default: if type == "function" { self.unknown.note("tools[].\(name)") }
            }
        }
        guard type == "function" else {
            self.unknown.note("tools[]: \(type)")
            return nil
        }
        guard !tool.name.isEmpty else { throw CodecError(.missingField, "expected a name", at: "name") }
        return tool
    }

    private mutating func toolChoice(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ToolChoice? {
        guard json.kind(node) != .string else {
            switch try json.requiredString(node) {
            case "auto": return .auto
            case "none": return .forbidden
            case "required": return .required
            case let other:
                throw CodecError(.invalidValue, "`\(other.prefix(80))` is no choice, expected auto, none or required")
            }
        }
        guard json.kind(node) == .object else { throw json.expected("a string or an object", node) }
        switch json.text("type", of: node) {
        case "function":
            guard let name = json.text("name", of: node) else {
                throw CodecError(.missingField, "expected the name of a function", at: "name")
            }
            return .named(name)
        case "allowed_tools":
            let tools = json.value("tools", of: node).map { json.elements(of: $0) } ?? []
            return .allowed(
                tools.compactMap { json.text("name", of: $0) }, isRequired: json.text("mode", of: node) == "required")
        default:
            self.unknown.note("tool_choice")
            return nil
        }
    }

    private mutating func text(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            guard name == "format" else {
                self.unknown.note("text.\(name)")
                return
            }
            guard json.kind(value) == .object else { throw json.expected("an object", value) }
            switch json.text("type", of: value) {
            case "text": request.responseFormat = .text
            case "json_object": request.responseFormat = .jsonObject
            case "json_schema":
                guard let schema = json.value("schema", of: value) else {
                    throw CodecError(.missingField, "expected a JSON schema", at: "schema")
                }
                request.responseFormat = .jsonSchema(
                    try CodecError.within("schema") { () throws(CodecError) in try json.requiredObject(schema) },
                    name: json.text("name", of: value), description: json.text("description", of: value),
                    isStrict: json.value("strict", of: value).map { json.kind($0) == .true })
            default: throw CodecError(.invalidValue, "expected text, json_object or json_schema", at: "type")
            }
        }
    }

    private mutating func reasoning(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Reasoning {
        var reasoning = Reasoning()
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "effort":
                let text = try json.requiredString(value)
                guard text != "none" else {
                    reasoning.isEnabled = false
                    return
                }
                guard let effort = Reasoning.Effort(rawValue: text) else {
                    throw CodecError(.invalidValue, "`\(text.prefix(80))` is no effort, expected low, medium or high")
                }
                reasoning.effort = effort
            case "summary", "generate_summary": reasoning.showsThoughts = true
            default: self.unknown.note("reasoning.\(name)")
            }
        }
        return reasoning
    }
}

// MARK: Input

extension ResponsesRequestReader {
    private mutating func input(
        _ json: borrowing JSONView, _ node: JSONView.Node, into messages: inout [Message]
    ) throws(CodecError) {
        if json.kind(node) == .string {
            messages.append(Message(role: .user, parts: [.text(try json.requiredString(node))]))
            return
        }
        guard json.kind(node) == .array else { throw json.expected("a string or a list of items", node) }
        try json.forEachElement(of: node) { (item) throws(CodecError) in
            try self.item(json, item, into: &messages)
        }
    }

    private mutating func item(
        _ json: borrowing JSONView, _ node: JSONView.Node, into messages: inout [Message]
    ) throws(CodecError) {
        var fields: [String: JSONView.Node] = [:]
        for member in try json.members(of: node) { fields[member.name] = member.value }
        switch try fields["type"] == nil ? "message" : self.text("type", fields, json) {
        case "message": try self.message(json, fields, into: &messages)
        case "function_call":
            let call = ToolCall(
                id: try self.text("call_id", fields, json), name: try self.text("name", fields, json),
                arguments: try self.text("arguments", fields, json))
            Self.append([.toolCall(call)], as: .assistant, to: &messages)
        case "function_call_output":
            guard let output = fields["output"] else {
                throw CodecError(.missingField, "expected a text or a list of parts", at: "output")
            }
            let id = try self.text("call_id", fields, json)
            let parts = try CodecError.within("output") { () throws(CodecError) in try self.content(json, output) }
            Self.append([.toolResult(ToolResult(callID: id, parts: parts))], as: .tool, to: &messages)
        case "reasoning":
            if let thought = ResponsesAnswerReader.thought(node, json) {
                Self.append([thought], as: .assistant, to: &messages)
            }
        case "item_reference":
            throw CodecError(.unsupported, "what a provider keeps cannot be sent to another, expected the item itself")
        case let other: self.unknown.note("input[]: \(other)")
        }
    }

    private func text(
        _ name: String, _ fields: [String: JSONView.Node], _ json: borrowing JSONView
    ) throws(CodecError) -> String {
        guard let node = fields[name] else { throw CodecError(.missingField, "expected a string", at: name) }
        return try CodecError.within(name) { () throws(CodecError) in try json.requiredString(node) }
    }

    /// What an assistant says, thinks and calls in one go is one message; so are the results of tools.
    private static func append(_ parts: [Message.Part], as role: Message.Role, to messages: inout [Message]) {
        if let last = messages.indices.last, messages[last].role == role, role == .assistant || role == .tool {
            messages[last].parts += parts
        } else {
            messages.append(Message(role: role, parts: parts))
        }
    }

    private mutating func message(
        _ json: borrowing JSONView, _ fields: [String: JSONView.Node], into messages: inout [Message]
    ) throws(CodecError) {
        let role: Message.Role
        switch try self.text("role", fields, json) {
        case "system", "developer": role = .system
        case "user": role = .user
        case "assistant": role = .assistant
        case let other:
            throw CodecError(
                .invalidValue, "`\(other.prefix(80))` is no role, expected system, developer, user or assistant",
                at: "role")
        }
        guard let content = fields["content"] else {
            throw CodecError(.missingField, "expected a text or a list of parts", at: "content")
        }
        let parts = try CodecError.within("content") { () throws(CodecError) in try self.content(json, content) }
        for name in fields.keys.sorted() where !["type", "role", "content", "id", "status"].contains(name) {
            self.unknown.note("input[].\(name)")
        }
        Self.append(parts, as: role, to: &messages)
    }

    private mutating func content(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> [Message.Part] {
        if json.kind(node) == .string { return [.text(try json.requiredString(node))] }
        guard json.kind(node) == .array else { throw json.expected("a string or a list of parts", node) }
        var parts: [Message.Part] = []
        try json.forEachElement(of: node) { (element) throws(CodecError) in
            var fields: [String: JSONView.Node] = [:]
            for member in try json.members(of: element) { fields[member.name] = member.value }
            switch try self.text("type", fields, json) {
            case "input_text", "output_text", "text", "summary_text":
                parts.append(.text(try self.text("text", fields, json)))
                for annotation in fields["annotations"].map({ json.elements(of: $0) }) ?? [] {
                    if let citation = ResponsesItem.Content.citation(annotation, json) {
                        parts.append(.citation(citation))
                    }
                }
            case "refusal": parts.append(.refusal(try self.text("refusal", fields, json)))
            case "input_image": parts.append(.image(try self.image(json, fields)))
            case "input_file": parts.append(try self.file(json, fields))
            case "input_audio": parts.append(.audio(try self.audio(json, fields)))
            case let other:
                throw CodecError(
                    .invalidValue,
                    "`\(other.prefix(80))` is no type of a part, expected input_text, input_image, input_file, "
                        + "input_audio, output_text or refusal", at: "type")
            }
        }
        return parts
    }

    private func image(
        _ json: borrowing JSONView, _ fields: [String: JSONView.Node]
    ) throws(CodecError) -> Media {
        let detail = try fields["detail"] == nil ? nil : self.text("detail", fields, json)
        if fields["file_id"] != nil {
            return Media(.uploaded(try self.text("file_id", fields, json)), detail: detail)
        }
        var media = try Self.media(try self.text("image_url", fields, json), at: "image_url")
        media.detail = detail
        return media
    }

    /// An address of the web, or content in the address itself.
    private static func media(_ address: String, at name: String) throws(CodecError) -> Media {
        if address.hasPrefix("https://") || address.hasPrefix("http://") { return Media(.url(address)) }
        guard let data = DataAddress(address) else {
            throw CodecError(
                .invalidValue, "expected an address that begins with https:// or data:…;base64,", at: name)
        }
        guard Base64.isWellFormed(data.base64) else {
            throw CodecError(.invalidValue, "the content is not base64", at: name)
        }
        return Media(.base64(data.base64), mediaType: data.mediaType)
    }

    private func file(
        _ json: borrowing JSONView, _ fields: [String: JSONView.Node]
    ) throws(CodecError) -> Message.Part {
        let name = try fields["filename"] == nil ? nil : self.text("filename", fields, json)
        if fields["file_id"] != nil {
            return .file(Media(.uploaded(try self.text("file_id", fields, json)), name: name))
        }
        let key = fields["file_url"] == nil ? "file_data" : "file_url"
        var media = try Self.media(try self.text(key, fields, json), at: key)
        if case .base64(let data) = media.source, media.mediaType == "text/plain", let bytes = Base64.bytes(of: data),
            let text = String(validating: bytes, as: UTF8.self)
        {
            return .document(title: name, text: text)
        }
        media.name = name
        return .file(media)
    }

    private func audio(
        _ json: borrowing JSONView, _ fields: [String: JSONView.Node]
    ) throws(CodecError) -> Media {
        guard let audio = fields["input_audio"], let data = json.text("data", of: audio), Base64.isWellFormed(data)
        else {
            throw CodecError(.invalidValue, "expected base64", at: "input_audio.data")
        }
        guard let format = json.text("format", of: audio), !format.isEmpty else {
            throw CodecError(.missingField, "expected wav or mp3", at: "input_audio.format")
        }
        return Media(.base64(data), mediaType: "audio/\(format)")
    }
}
