import Codecs
import Conversation
import Kernel

// Tools and the choice among them.
extension BedrockRequestWriter {
    private static let answerTool = "structured_answer"

    /// Writes tools and the choice among them; gives the name of the tool that stands for the answer, where there is one.
    mutating func writeTools() -> String? {
        var tools = self.request.tools
        var choice = self.request.toolChoice
        if case .allowed(let allowed, let isRequired) = choice {
            tools.removeAll { !allowed.contains($0.name) }
            choice = isRequired ? .required : .auto
        }
        let called = self.calledTools
        if choice == .forbidden {
            // The wire cannot forbid; without tools nothing can be called, but calls of before need theirs.
            if called.isEmpty { tools = [] } else { self.dropped.note("tool_choice: none") }
            choice = nil
        }
        if tools.isEmpty {
            tools = called.map { ToolDefinition(name: $0, description: "No longer available.") }
        }
        var answerTool: ToolDefinition?
        if self.options.structuredOutput == .tool { answerTool = self.answerTool(beside: tools) }
        if let answerTool {
            choice = tools.isEmpty ? .named(answerTool.name) : .required
            tools.append(answerTool)
        }
        guard !tools.isEmpty else { return nil }
        self.json.name("toolConfig")
        self.json.beginObject()
        self.json.name("tools")
        self.json.beginArray()
        for tool in tools {
            self.write(tool)
            if let marker = tool.cacheMarker { self.write(marker) }
        }
        self.json.endArray()
        let names = self.names
        switch choice {
        case nil, .forbidden, .allowed: break
        case .auto: self.json.object("toolChoice") { $0.object("auto") { _ in } }
        case .required: self.json.object("toolChoice") { $0.object("any") { _ in } }
        case .named(let name):
            self.json.object("toolChoice") { json in json.object("tool") { $0.member("name", names[name]) } }
        }
        self.json.endObject()
        return answerTool?.name
    }

    private func answerTool(beside tools: [ToolDefinition]) -> ToolDefinition? {
        let schema: JSONText
        switch self.request.responseFormat {
        case nil, .text: return nil
        case .jsonObject: schema = .emptyObject
        case .jsonSchema(let given, _, _, _): schema = given
        }
        var name = Self.answerTool
        while tools.contains(where: { self.names[$0.name] == name }) { name += "_" }
        return ToolDefinition(
            name: name, description: "Gives the answer. Call it once, with the whole answer.", schema: schema)
    }

    private var calledTools: [String] {
        var names: [String] = []
        for message in self.request.conversation.messages {
            for case .toolCall(let call) in message.parts where !names.contains(call.name) { names.append(call.name) }
        }
        return names
    }

    private mutating func write(_ tool: ToolDefinition) {
        let name = self.names[tool.name]
        self.json.object { json in
            json.object("toolSpec") { json in
                json.member("name", name)
                json.member("description", ifPresent: tool.description.flatMap { $0.isEmpty ? nil : $0 })
                json.object("inputSchema") { $0.member("json", Self.objectSchema(tool.schema)) }
                json.member("strict", ifPresent: tool.isStrict == true ? true : nil)
            }
        }
    }

    /// A schema of an object, which is required here and not elsewhere.
    private static func objectSchema(_ schema: JSONText?) -> JSONText {
        guard let schema, schema.isObject, schema != .emptyObject else {
            return JSONText(wellFormed: Array(#"{"type":"object","properties":{}}"#.utf8))
        }
        return schema
    }
}
