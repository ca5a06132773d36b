import Codecs
import Conversation
import Kernel

// Tools and parameters.
extension GeminiRequestReader {
    mutating func tool(
        _ json: borrowing JSONView, _ node: JSONView.Node, into tools: inout [ToolDefinition]
    ) throws(CodecError) {
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            guard Self.camel(name) == "functionDeclarations" else {
                self.unknown.note("tools[].\(name)")
                return
            }
            try json.forEachElement(of: value) { (declaration) throws(CodecError) in
                var tool = ToolDefinition(name: "")
                try json.forEachMember(of: declaration) { (name, value) throws(CodecError) in
                    switch Self.camel(name) {
                    case "name": tool.name = try json.requiredString(value)
                    case "description": tool.description = try json.requiredString(value)
                    case "parameters": tool.schema = try GeminiSchema.jsonSchema(of: value, json)
                    case "parametersJsonSchema": tool.schema = try json.requiredObject(value)
                    default: self.unknown.note("tools[].functionDeclarations[].\(name)")
                    }
                }
                guard !tool.name.isEmpty else { throw CodecError(.missingField, "expected a name", at: "name") }
                tools.append(tool)
            }
        }
    }

    mutating func toolChoice(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> ToolChoice? {
        var mode = ""
        var names: [String] = []
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            guard Self.camel(name) == "functionCallingConfig" else {
                self.unknown.note("toolConfig.\(name)")
                return
            }
            try json.forEachMember(of: value) { (name, value) throws(CodecError) in
                switch Self.camel(name) {
                case "mode":
                    mode = try json.requiredString(value).uppercased()
                    guard ["AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"].contains(mode) else {
                        throw CodecError(.invalidValue, "`\(mode.prefix(80))` is no mode, expected AUTO, ANY or NONE")
                    }
                case "allowedFunctionNames": names = try json.requiredStrings(value)
                default: self.unknown.note("toolConfig.functionCallingConfig.\(name)")
                }
            }
        }
        switch mode {
        case "NONE": return .forbidden
        case "ANY" where names.count == 1: return .named(names[0])
        case "ANY": return names.isEmpty ? .required : .allowed(names, isRequired: true)
        case "VALIDATED" where !names.isEmpty: return .allowed(names, isRequired: false)
        case "AUTO", "VALIDATED": return .auto
        default: return nil
        }
    }

    mutating func configuration(
        _ json: borrowing JSONView, _ node: JSONView.Node, into request: inout ChatRequest
    ) throws(CodecError) {
        var sampling = Sampling()
        var type: String?
        var schema: JSONText?
        var reasoning: Reasoning?
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "maxOutputTokens": sampling.maximumOutput = TokenCount(try json.requiredCount(value))
            case "temperature": sampling.temperature = try json.requiredNumber(value)
            case "topP": sampling.topP = try json.requiredNumber(value)
            case "topK":
                // Clients write it with a point.
                guard let count = Int(exactly: try json.requiredNumber(value)) else {
                    throw json.expected("a whole number", value)
                }
                sampling.topK = count
            case "candidateCount": sampling.choices = try json.requiredCount(value)
            case "stopSequences": sampling.stop = try json.requiredStrings(value)
            case "seed": sampling.seed = try json.requiredInteger(value)
            case "presencePenalty": sampling.presencePenalty = try json.requiredNumber(value)
            case "frequencyPenalty": sampling.frequencyPenalty = try json.requiredNumber(value)
            case "responseLogprobs": sampling.wantsLogprobs = try json.requiredBool(value)
            case "logprobs": sampling.topLogprobs = try json.requiredCount(value)
            case "responseMimeType": type = try json.requiredString(value)
            case "responseSchema": schema = try GeminiSchema.jsonSchema(of: value, json)
            case "responseJsonSchema", "ResponseJsonSchema": schema = try json.requiredObject(value)
            case "thinkingConfig": reasoning = try self.reasoning(json, value)
            default: self.unknown.note("generationConfig.\(name)")
            }
        }
        request.sampling = sampling
        request.reasoning = reasoning
        switch type {
        case nil: break
        case "text/plain": request.responseFormat = .text
        case "application/json":
            request.responseFormat =
                schema.map { .jsonSchema($0, name: nil, description: nil, isStrict: nil) } ?? .jsonObject
        default: self.unknown.note("generationConfig.responseMimeType")
        }
    }

    private mutating func reasoning(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Reasoning {
        var reasoning = Reasoning()
        try json.forEachMember(of: node) { (name, value) throws(CodecError) in
            switch Self.camel(name) {
            case "includeThoughts": reasoning.showsThoughts = try json.requiredBool(value)
            case "thinkingBudget":
                let budget = try json.requiredInteger(value)
                switch budget {
                case 0: reasoning.isEnabled = false
                case ..<0: reasoning.isEnabled = true
                default: reasoning.budget = TokenCount(budget)
                }
            case "thinkingLevel":
                let level = try json.requiredString(value)
                guard let effort = Reasoning.Effort(rawValue: level.lowercased()) else {
                    throw CodecError(
                        .invalidValue, "`\(level.prefix(80))` is no level, expected minimal, low, medium or high")
                }
                reasoning.effort = effort
            default: self.unknown.note("generationConfig.thinkingConfig.\(name)")
            }
        }
        return reasoning
    }
}
