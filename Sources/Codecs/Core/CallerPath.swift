package import Conversation

/// Where in the caller's own body a part of the canonical conversation stands.
///
/// Instructions that stand outside the messages, and results of tools that were gathered into one message or taken out of
/// one, shift the canonical numbers; callers want theirs.
package struct CallerPath {
    private let messages: [Message]
    private let shape: WireShape

    package init(_ request: ChatRequest, shape: WireShape) {
        self.messages = request.conversation.messages
        self.shape = shape
    }

    /// An error of a request's writer, whose path says `messages[…]` of the conversation, for the caller to read.
    package func told(_ error: CodecError) -> CodecError {
        guard let path = error.path, let (message, afterMessage) = Self.index(behind: "messages", in: path[...]),
            self.messages.indices.contains(message)
        else { return error }
        let inner = Self.index(behind: ".content", in: afterMessage)
        let (place, rest) = inner ?? (nil, afterMessage)
        switch self.shape {
        case .openAIChat: return error.at(self.openAI(message, place) + rest)
        case .anthropicMessages: return error.at(self.turns(message, place, "messages", "content") + rest)
        case .gemini: return error.at(self.turns(message, place, "contents", "parts") + rest)
        // Items of calls and thoughts have no number of their own in the conversation.
        case .openAIResponses: return error.at("input")
        case .bedrockConverse: return error
        }
    }

    /// Reads `name[4]` at the start of a path.
    private static func index(behind name: String, in path: Substring) -> (index: Int, rest: Substring)? {
        guard path.hasPrefix(name + "["), let end = path.firstIndex(of: "]") else { return nil }
        let start = path.index(path.startIndex, offsetBy: name.count + 1)
        guard let index = Int(path[start..<end]) else { return nil }
        return (index, path[path.index(after: end)...])
    }

    /// Each result of a tool is a message there, and thoughts stand beside the content.
    private func openAI(_ message: Int, _ place: Int?) -> String {
        var number = self.messages[..<message].reduce(0) { $0 + ($1.role == .tool ? max(1, Self.count($1)) : 1) }
        guard let place else { return "messages[\(number)]" }
        if self.messages[message].role == .tool {
            number += place
            return "messages[\(number)]"
        }
        let thoughts = self.messages[message].parts.prefix { part in
            switch part {
            case .thinking, .redactedThinking: true
            default: false
            }
        }
        return "messages[\(number)].content[\(max(0, place - thoughts.count))]"
    }

    /// Instructions stand outside, and what the user says behind results is in their message.
    private func turns(_ message: Int, _ place: Int?, _ list: String, _ parts: String) -> String {
        var number = -1
        var before = 0
        for index in 0...message where self.messages[index].role != .system {
            let follows = index > 0 && self.messages[index].role == .user && self.messages[index - 1].role == .tool
            before = follows ? Self.count(self.messages[index - 1]) : 0
            if !follows { number += 1 }
        }
        let path = "\(list)[\(max(0, number))]"
        return place.map { "\(path).\(parts)[\($0 + before)]" } ?? path
    }

    /// The parts of a message, citations and markers not counted.
    private static func count(_ message: Message) -> Int {
        message.parts.reduce(0) { count, part in
            switch part {
            case .citation, .cacheMarker: count
            default: count + 1
            }
        }
    }
}
