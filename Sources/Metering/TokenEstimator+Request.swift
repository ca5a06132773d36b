package import Conversation

extension TokenEstimator {
    /// What a request sends to the model: all texts, tools, schemas and media of it.
    package init(_ request: ChatRequest) {
        self.init()
        // The frame of the answer that the model is to go on from.
        self.add(expected: 3, bound: 8)
        for message in request.conversation.messages { self.add(message) }
        if !request.tools.isEmpty {
            // Some providers tell the model in words of their own what tools are.
            self.add(expected: 20, bound: 800)
            for tool in request.tools { self.add(tool) }
        }
        if case .jsonSchema(let schema, let name, let description, _) = request.responseFormat {
            self.add(expected: 10, bound: 300)
            self.add(text: schema.bytes.span)
            for text in [name, description].compactMap({ $0 }) { self.add(text: text) }
        }
    }

    private mutating func add(_ message: Message) {
        self.add(expected: 4, bound: 8)
        if let name = message.name { self.add(text: name) }
        self.add(message.parts)
    }

    private mutating func add(_ parts: [Message.Part]) {
        for part in parts {
            switch part {
            case .text(let text), .thinking(let text, _), .redactedThinking(let text), .refusal(let text):
                self.add(text: text)
            case .document(let title, let text):
                self.add(expected: 10, bound: 20)
                if let title { self.add(text: title) }
                self.add(text: text)
            case .image: self.add(expected: 1_000, bound: 4_800)
            case .audio(let media): self.add(media, expectedCharacters: 650, boundCharacters: 80)
            case .file(let media): self.add(media, expectedCharacters: 24, boundCharacters: 6)
            case .toolCall(let call):
                self.add(expected: 8, bound: 16)
                self.add(text: call.name)
                self.add(text: call.arguments)
            case .toolResult(let result):
                self.add(expected: 8, bound: 16)
                self.add(result.parts)
            case .citation, .cacheMarker: continue
            }
        }
    }

    private mutating func add(_ tool: ToolDefinition) {
        self.add(expected: 10, bound: 16)
        self.add(text: tool.name)
        if let description = tool.description { self.add(text: description) }
        if let schema = tool.schema { self.add(text: schema.bytes.span) }
    }

    /// Adds a sound or a file by its size: a token for so many characters of its base64. What is elsewhere has no size
    /// here, and counts as some pages.
    private mutating func add(_ media: Media, expectedCharacters: Int, boundCharacters: Int) {
        switch media.source {
        case .base64(let text):
            let count = text.utf8.count
            self.add(
                expected: count / expectedCharacters + 1, bound: max(64, count / boundCharacters + 1))
        case .url, .uploaded: self.add(expected: 2_000, bound: 20_000)
        }
    }
}
