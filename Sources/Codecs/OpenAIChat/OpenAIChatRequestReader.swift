import Conversation
import Kernel

/// Reads the body of a caller's request.
struct OpenAIChatRequestReader {
    var unknown = DroppedFields()

    mutating func read(_ json: borrowing JSONView, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var request = ChatRequest(model: address.model ?? "", conversation: Conversation(messages: []))
        var legacyLimit: TokenCount?
        var hasMessages = false
        for member in try json.members(of: json.root) {
            do throws(CodecError) {
                switch member.name {
                case "messages":
                    hasMessages = true
                    request.conversation = try self.conversation(json, member.value)
                case "max_tokens": legacyLimit = TokenCount(try json.requiredCount(member.value))
                case "tools": request.tools = try self.tools(json, member.value)
                case "tool_choice": request.toolChoice = try Self.toolChoice(json, member.value)
                case "response_format": request.responseFormat = try Self.responseFormat(json, member.value)
                case "reasoning_effort": request.reasoning = try Self.reasoning(json, member.value)
                case "stream_options":
                    for option in try json.members(of: member.value) where option.name == "include_usage" {
                        request.wantsUsage = try CodecError.within("include_usage") { () throws(CodecError) in
                            try json.requiredBool(option.value)
                        }
                    }
                default: try self.readScalar(json, member, into: &request)
                }
            } catch { throw error.inside(member.name) }
        }
        // The newer name wins.
        request.sampling.maximumOutput = request.sampling.maximumOutput ?? legacyLimit
        guard hasMessages else { throw CodecError(.missingField, "expected a list of messages", at: "messages") }
        guard !request.model.isEmpty else {
            throw CodecError(.missingField, "expected the name of a model", at: "model")
        }
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
        case "max_completion_tokens": request.sampling.maximumOutput = TokenCount(try json.requiredCount(value))
        case "stream": request.isStreamed = try json.requiredBool(value)
        case "temperature": request.sampling.temperature = try json.requiredNumber(value)
        case "top_p": request.sampling.topP = try json.requiredNumber(value)
        case "top_k": request.sampling.topK = try json.requiredInteger(value)
        case "n": request.sampling.choices = try json.requiredCount(value)
        case "seed": request.sampling.seed = try json.requiredInteger(value)
        case "stop": request.sampling.stop = try Self.texts(json, value)
        case "frequency_penalty": request.sampling.frequencyPenalty = try json.requiredNumber(value)
        case "presence_penalty": request.sampling.presencePenalty = try json.requiredNumber(value)
        case "logprobs": request.sampling.wantsLogprobs = try json.requiredBool(value)
        case "top_logprobs": request.sampling.topLogprobs = try json.requiredCount(value)
        case "logit_bias": request.sampling.logitBias = try json.requiredObject(value)
        case "parallel_tool_calls": request.allowsParallelCalls = try json.requiredBool(value)
        case "user": request.userID = try json.requiredString(value)
        case "functions", "function_call":
            throw CodecError(.unsupported, "functions are translated as tools only, expected `tools`")
        default: self.unknown.note(member.name)
        }
    }

    /// One text or a list of them.
    private static func texts(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> [String] {
        if json.kind(node) == .string { return [try json.requiredString(node)] }
        guard json.kind(node) == .array else { throw json.expected("a string or a list of strings", node) }
        var texts: [String] = []
        for (index, element) in json.elements(of: node).enumerated() {
            do throws(CodecError) { texts.append(try json.requiredString(element)) } catch {
                throw error.inside(index)
            }
        }
        return texts
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

    /// A function; nil for tools that are OpenAI's own.
    private mutating func tool(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ToolDefinition? {
        var tool: ToolDefinition?
        var marker: CacheMarker?
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "type":
                    let type = try json.requiredString(member.value)
                    guard type == "function" else {
                        self.unknown.note("tools[].\(type)")
                        return nil
                    }
                case "function":
                    let read = try Self.function(json, member.value, &self.unknown)
                    tool = read
                    marker = marker ?? read.cacheMarker
                case "cache_control": marker = try json.cacheMarker(member.value)
                default: self.unknown.note("tools[].\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard var tool else { throw CodecError(.missingField, "expected a function", at: "function") }
        tool.cacheMarker = marker
        return tool
    }

    private static func function(
        _ json: borrowing JSONView, _ node: JSONView.Node, _ unknown: inout DroppedFields
    ) throws(CodecError) -> ToolDefinition {
        var tool = ToolDefinition(name: "")
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "name": tool.name = try json.requiredString(member.value)
                case "description": tool.description = try json.requiredString(member.value)
                case "parameters": tool.schema = try json.requiredObject(member.value)
                case "strict": tool.isStrict = try json.requiredBool(member.value)
                case "cache_control": tool.cacheMarker = try json.cacheMarker(member.value)
                default: unknown.note("tools[].function.\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard !tool.name.isEmpty else { throw CodecError(.missingField, "expected a name", at: "name") }
        return tool
    }

    private static func toolChoice(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> ToolChoice {
        if json.kind(node) == .string {
            switch try json.requiredString(node) {
            case "auto": return .auto
            case "none": return .forbidden
            case "required", "any": return .required
            case let other:
                throw CodecError(
                    .invalidValue, "`\(other.prefix(80))` is no choice, expected auto, none or required")
            }
        }
        guard json.kind(node) == .object else { throw json.expected("a string or an object", node) }
        if let function = json.value("function", of: node) {
            guard let name = json.text("name", of: function) else {
                throw CodecError(.missingField, "expected the name of a function", at: "function.name")
            }
            return .named(name)
        }
        guard json.text("type", of: node) == "allowed_tools", let allowed = json.value("allowed_tools", of: node),
            let tools = json.value("tools", of: allowed)
        else {
            throw CodecError(.unsupported, "expected a choice of type `function` or `allowed_tools`", at: "type")
        }
        var names: [String] = []
        for tool in json.elements(of: tools) {
            let name = json.value("function", of: tool).flatMap { json.text("name", of: $0) }
            guard let name = name ?? json.text("name", of: tool) else {
                throw CodecError(.missingField, "expected names of functions", at: "allowed_tools.tools")
            }
            names.append(name)
        }
        return .allowed(names, isRequired: json.text("mode", of: allowed) == "required")
    }

    private static func responseFormat(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ResponseFormat {
        guard json.kind(node) == .object else { throw json.expected("an object", node) }
        switch json.text("type", of: node) {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema": break
        default:
            throw CodecError(.invalidValue, "expected text, json_object or json_schema", at: "type")
        }
        guard let form = json.value("json_schema", of: node), let schema = json.value("schema", of: form),
            json.kind(schema) == .object
        else { throw CodecError(.missingField, "expected a JSON schema", at: "json_schema.schema") }
        let strict = json.value("strict", of: form)
        return .jsonSchema(
            json.raw(schema), name: json.text("name", of: form), description: json.text("description", of: form),
            isStrict: strict.map { json.kind($0) == .true })
    }

    private static func reasoning(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Reasoning {
        let text = try json.requiredString(node)
        if text == "none" { return Reasoning(isEnabled: false) }
        guard let effort = Reasoning.Effort(rawValue: text) else {
            throw CodecError(
                .invalidValue, "`\(text.prefix(80))` is no effort, expected none, minimal, low, medium, high or xhigh")
        }
        return Reasoning(effort: effort)
    }
}
