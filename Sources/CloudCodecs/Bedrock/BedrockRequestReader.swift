import Codecs
import Conversation
import Kernel

/// Reads the body of a request for Converse: for servers that speak as Bedrock does.
struct BedrockRequestReader {
    private var unknown = DroppedFields()

    mutating func read(_ json: borrowing JSONView, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var request = ChatRequest(
            model: address.model ?? "", conversation: Conversation(messages: []),
            isStreamed: address.isStreamed ?? false, wantsUsage: true)
        var system: [Message.Part] = []
        try json.forEachMember(of: json.root) { (name, value) throws(CodecError) in
            switch name {
            case "messages":
                try json.forEachElement(of: value) { (message) throws(CodecError) in
                    try self.message(json, message, into: &request.conversation.messages)
                }
            case "system":
                try json.forEachElement(of: value) { (block) throws(CodecError) in
                    try self.block(json, block, into: &system)
                }
            case "inferenceConfig": try self.inference(json, value, into: &request.sampling)
            case "toolConfig": try self.tools(json, value, into: &request)
            case "additionalModelRequestFields": try self.modelFields(json, value, into: &request)
            case "outputConfig": request.responseFormat = self.format(json, value)
            default: self.unknown.note(name)
            }
        }
        if !system.isEmpty { request.conversation.messages.insert(Message(role: .system, parts: system), at: 0) }
        request.unknown = self.unknown.names
        return request
    }

    private mutating func message(
        _ json: borrowing JSONView, _ node: JSONView.Node, into messages: inout [Message]
    ) throws(CodecError) {
        var role = Message.Role.user
        var parts: [Message.Part] = []
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "role":
                let text = try json.requiredString(value)
                guard text == "user" || text == "assistant" else {
                    throw CodecError(.invalidValue, "`\(text.prefix(80))` is no role, expected user or assistant")
                }
                role = text == "user" ? .user : .assistant
            case "content":
                try json.forEachElement(of: value) { (block) throws(CodecError) in
                    try self.block(json, block, into: &parts)
                }
            default: self.unknown.note("messages[].\(name)")
            }
        }
        // A marker goes where the part before it goes.
        var results: [Message.Part] = []
        var said: [Message.Part] = []
        for part in parts {
            switch part {
            case .toolResult: results.append(part)
            case .cacheMarker where said.isEmpty && !results.isEmpty: results.append(part)
            default: said.append(part)
            }
        }
        if !results.isEmpty { messages.append(Message(role: .tool, parts: results)) }
        if !said.isEmpty || results.isEmpty { messages.append(Message(role: role, parts: said)) }
    }

    private mutating func block(
        _ json: borrowing JSONView, _ node: JSONView.Node, into parts: inout [Message.Part]
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "text": parts.append(.text(try json.requiredString(value)))
            case "toolUse", "reasoningContent":
                guard json.kind(value) == .object else { throw json.expected("an object", value) }
                BedrockBlock.read(node, json, into: &parts)
            case "cachePoint": parts.append(.cacheMarker(CacheMarker(lifetime: json.text("ttl", of: value))))
            case "image", "audio", "document": parts.append(try self.media(json, value, isImage: name == "image"))
            case "json": parts.append(.text(json.raw(value).text))
            case "toolResult":
                var result = ToolResult(callID: json.text("toolUseId", of: value) ?? "", parts: [])
                result.isError = json.text("status", of: value) == "error"
                guard let content = json.value("content", of: value) else {
                    throw CodecError(.missingField, "expected a list of blocks", at: "content")
                }
                try json.forEachElement(of: content) { (block) throws(CodecError) in
                    try self.block(json, block, into: &result.parts)
                }
                parts.append(.toolResult(result))
            default: throw CodecError(.unsupported, "blocks of this kind are not read")
            }
        }
    }

    private func media(
        _ json: borrowing JSONView, _ node: JSONView.Node, isImage: Bool
    ) throws(CodecError) -> Message.Part {
        guard let format = json.text("format", of: node), let type = BedrockFormat.type(of: format) else {
            throw CodecError(.invalidValue, "expected a format that is known", at: "format")
        }
        guard let source = json.value("source", of: node) else {
            throw CodecError(.missingField, "expected a source", at: "source")
        }
        let name = json.text("name", of: node)
        if let location = json.value("s3Location", of: source), let address = json.text("uri", of: location) {
            let media = Media(.url(address), mediaType: type, name: name)
            return isImage ? .image(media) : type.hasPrefix("audio/") ? .audio(media) : .file(media)
        }
        guard let data = json.text("bytes", of: source), Base64.isWellFormed(data) else {
            throw CodecError(.invalidValue, "expected base64", at: "source.bytes")
        }
        if format == "txt", let bytes = Base64.bytes(of: data), let text = String(validating: bytes, as: UTF8.self) {
            return .document(title: name, text: text)
        }
        let media = Media(.base64(data), mediaType: type, name: name)
        return isImage ? .image(media) : type.hasPrefix("audio/") ? .audio(media) : .file(media)
    }

    // MARK: Parameters

    private mutating func inference(
        _ json: borrowing JSONView, _ node: JSONView.Node, into sampling: inout Sampling
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "maxTokens": sampling.maximumOutput = TokenCount(try json.requiredCount(value))
            case "temperature": sampling.temperature = try json.requiredNumber(value)
            case "topP": sampling.topP = try json.requiredNumber(value)
            case "stopSequences": sampling.stop = try json.requiredStrings(value)
            default: self.unknown.note("inferenceConfig.\(name)")
            }
        }
    }

    private mutating func modelFields(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "top_k": request.sampling.topK = try json.requiredInteger(value)
            case "thinking":
                var reasoning = request.reasoning ?? Reasoning()
                reasoning.isEnabled = json.text("type", of: value) != "disabled"
                reasoning.budget = json.tokens("budget_tokens", of: value)
                request.reasoning = reasoning
            case "output_config":
                guard let effort = json.text("effort", of: value).flatMap(Reasoning.Effort.init(rawValue:)) else {
                    break
                }
                var reasoning = request.reasoning ?? Reasoning()
                reasoning.effort = effort
                request.reasoning = reasoning
            default: self.unknown.note("additionalModelRequestFields.\(name)")
            }
        }
    }

    private mutating func tools(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch name {
            case "tools":
                try json.forEachElement(of: value) { (element) throws(CodecError) in
                    if let point = json.value("cachePoint", of: element) {
                        guard let last = request.tools.indices.last else { return }
                        request.tools[last].cacheMarker = CacheMarker(lifetime: json.text("ttl", of: point))
                        return
                    }
                    guard let tool = json.value("toolSpec", of: element), let name = json.text("name", of: tool) else {
                        throw CodecError(.missingField, "expected a tool with a name", at: "toolSpec.name")
                    }
                    let schema = json.value("inputSchema", of: tool).flatMap { json.value("json", of: $0) }
                    request.tools.append(
                        ToolDefinition(
                            name: name, description: json.text("description", of: tool),
                            schema: schema.map { json.raw($0) },
                            isStrict: json.value("strict", of: tool).map { json.kind($0) == .true }))
                }
            case "toolChoice":
                for (kind, choice) in json.pairs(of: value) {
                    switch kind {
                    case "auto": request.toolChoice = .auto
                    case "any": request.toolChoice = .required
                    case "tool": request.toolChoice = json.text("name", of: choice).map { .named($0) }
                    default: throw CodecError(.invalidValue, "expected auto, any or tool")
                    }
                }
            default: self.unknown.note("toolConfig.\(name)")
            }
        }
    }

    private func format(_ json: borrowing JSONView, _ node: JSONView.Node) -> ResponseFormat? {
        guard let format = json.value("textFormat", of: node), let structure = json.value("structure", of: format),
            let schema = json.value("jsonSchema", of: structure),
            let text = json.text("schema", of: schema).flatMap({ JSONText($0) })
        else { return nil }
        return .jsonSchema(
            text, name: json.text("name", of: schema), description: json.text("description", of: schema), isStrict: nil)
    }
}
