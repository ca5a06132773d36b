import Codecs
import Conversation
import Kernel

/// Reads the body of a caller's request, to create a message or to count its tokens.
struct AnthropicRequestReader {
    var unknown = DroppedFields()

    mutating func read(_ json: borrowing JSONView, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        // The usage is always told.
        var request = ChatRequest(
            model: address.model ?? "", conversation: Conversation(messages: []), wantsUsage: true)
        var system: [Message.Part] = []
        var messages: [Message]?
        for member in try json.members(of: json.root) {
            do throws(CodecError) {
                switch member.name {
                case "messages": messages = try self.messages(json, member.value)
                case "system": system = try self.system(json, member.value)
                case "tools": request.tools = try self.tools(json, member.value)
                case "tool_choice": try Self.readToolChoice(json, member.value, into: &request)
                case "thinking": try self.readThinking(json, member.value, into: &request)
                case "output_config": try self.readOutput(json, member.value, into: &request)
                case "output_format": request.responseFormat = try Self.form(json, member.value)
                case "metadata":
                    for field in try json.members(of: member.value) {
                        guard field.name == "user_id" else {
                            self.unknown.note("metadata.\(field.name)")
                            continue
                        }
                        request.userID = try CodecError.within("user_id") { () throws(CodecError) in
                            try json.requiredString(field.value)
                        }
                    }
                default: try self.readScalar(json, member, into: &request)
                }
            } catch { throw error.inside(member.name) }
        }
        guard let messages else { throw CodecError(.missingField, "expected a list of messages", at: "messages") }
        guard !request.model.isEmpty else {
            throw CodecError(.missingField, "expected the name of a model", at: "model")
        }
        let opening = system.isEmpty ? [] : [Message(role: .system, parts: system)]
        request.conversation = Conversation(messages: opening + messages)
        request.unknown = self.unknown.names
        return request
    }

    private mutating func readScalar(
        _ json: borrowing JSONView, _ member: JSONView.Member, into request: inout ChatRequest
    ) throws(CodecError) {
        let value = member.value
        switch member.name {
        case "model":
            request.model = try json.requiredString(value)
            guard !request.model.isEmpty, request.model.utf8.count <= 256 else {
                throw CodecError(.invalidValue, "expected a name of 1 to 256 bytes")
            }
        case "max_tokens": request.sampling.maximumOutput = TokenCount(try json.requiredCount(value))
        case "stream": request.isStreamed = try json.requiredBool(value)
        case "temperature": request.sampling.temperature = try json.requiredNumber(value)
        case "top_p": request.sampling.topP = try json.requiredNumber(value)
        case "top_k": request.sampling.topK = try json.requiredInteger(value)
        case "stop_sequences":
            for (index, element) in try json.requiredElements(of: value).enumerated() {
                do throws(CodecError) { request.sampling.stop.append(try json.requiredString(element)) } catch {
                    throw error.inside(index)
                }
            }
        default: self.unknown.note(member.name)
        }
    }

    // MARK: Tools and forms

    private mutating func tools(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> [ToolDefinition] {
        var tools: [ToolDefinition] = []
        for (index, element) in try json.requiredElements(of: node).enumerated() {
            do throws(CodecError) {
                if let tool = try self.tool(json, element) { tools.append(tool) }
            } catch { throw error.inside(index) }
        }
        return tools
    }

    /// A tool of the caller's; nil for those that are Anthropic's own.
    private mutating func tool(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ToolDefinition? {
        var tool = ToolDefinition(name: "")
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "type":
                    let type = try json.requiredString(member.value)
                    guard type == "custom" else {
                        self.unknown.note("tools[].\(type)")
                        return nil
                    }
                case "name": tool.name = try json.requiredString(member.value)
                case "description": tool.description = try json.requiredString(member.value)
                case "input_schema": tool.schema = try json.requiredObject(member.value)
                case "strict": tool.isStrict = try json.requiredBool(member.value)
                case "cache_control": tool.cacheMarker = try json.cacheMarker(member.value)
                default: self.unknown.note("tools[].\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard !tool.name.isEmpty else { throw CodecError(.missingField, "expected a name", at: "name") }
        return tool
    }

    private static func readToolChoice(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        switch json.text("type", of: node) {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = .forbidden
        case "tool":
            guard let name = json.text("name", of: node) else {
                throw CodecError(.missingField, "expected the name of a tool", at: "name")
            }
            request.toolChoice = .named(name)
        default: throw CodecError(.invalidValue, "expected auto, any, tool or none", at: "type")
        }
        if let single = json.value("disable_parallel_tool_use", of: node) {
            request.allowsParallelCalls = json.kind(single) != .true
        }
    }

    private mutating func readThinking(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        var reasoning = request.reasoning ?? Reasoning()
        switch json.text("type", of: node) {
        case "enabled":
            reasoning.isEnabled = true
            guard let budget = json.value("budget_tokens", of: node) else {
                throw CodecError(.missingField, "expected a number of tokens", at: "budget_tokens")
            }
            reasoning.budget = try CodecError.within("budget_tokens") { () throws(CodecError) in
                TokenCount(try json.requiredCount(budget))
            }
        case "adaptive": reasoning.isEnabled = true
        case "disabled": reasoning.isEnabled = false
        default: throw CodecError(.invalidValue, "expected enabled, adaptive or disabled", at: "type")
        }
        if let display = json.text("display", of: node) { reasoning.showsThoughts = display != "omitted" }
        request.reasoning = reasoning
    }

    private mutating func readOutput(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "effort":
                    let text = try json.requiredString(member.value)
                    guard let effort = Reasoning.Effort(rawValue: text) else {
                        throw CodecError(
                            .invalidValue, "`\(text.prefix(80))` is no effort, expected low, medium, high or max")
                    }
                    var reasoning = request.reasoning ?? Reasoning()
                    reasoning.effort = effort
                    request.reasoning = reasoning
                case "format": request.responseFormat = try Self.form(json, member.value)
                default: self.unknown.note("output_config.\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
    }

    private static func form(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> ResponseFormat {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        guard json.text("type", of: node) == "json_schema" else {
            throw CodecError(.invalidValue, "expected json_schema", at: "type")
        }
        guard let schema = json.value("schema", of: node) else {
            throw CodecError(.missingField, "expected a JSON schema", at: "schema")
        }
        return try CodecError.within("schema") { () throws(CodecError) in
            .jsonSchema(try json.requiredObject(schema), name: nil, description: nil, isStrict: nil)
        }
    }
}
