package import Conversation

/// What translating a request changed and the answer must not show: the names of tools, and the tool that stands for a
/// structured answer.
package struct AnswerRestoration: Hashable, Sendable {
    /// The caller's names of tools by those that were sent in their place.
    package var toolNames: [String: String]
    /// The tool whose arguments are the answer's text.
    package var answerTool: String?
    /// The calls of a stream that are the answer's text.
    private var answering: Set<Place> = []
    /// The choices of a stream that call other tools.
    private var calling: Set<Int> = []

    private struct Place: Hashable, Sendable {
        let call: Int
        let choice: Int
    }

    package init(toolNames: [String: String] = [:], answerTool: String? = nil) {
        self.toolNames = toolNames
        self.answerTool = answerTool
    }

    /// The event as the caller may see it; nil where there is nothing to see.
    package mutating func restore(_ event: AnswerEvent) -> AnswerEvent? {
        switch event {
        case .toolCallBegin(let call, let id, let name, let choice):
            if name == self.answerTool {
                self.answering.insert(Place(call: call, choice: choice))
                return nil
            }
            self.calling.insert(choice)
            guard let original = self.toolNames[name] else { return event }
            return .toolCallBegin(call: call, id: id, name: original, choice: choice)
        case .toolCallArguments(let piece, let call, let choice):
            return self.answering.contains(Place(call: call, choice: choice)) ? .text(piece, choice: choice) : event
        case .toolCallEnd(let call, let choice), .toolCallSignature(_, let call, let choice):
            return self.answering.contains(Place(call: call, choice: choice)) ? nil : event
        case .stop(.toolCalls, let choice):
            let isAnswered = self.answering.contains { $0.choice == choice } && !self.calling.contains(choice)
            return isAnswered ? .stop(.end, choice: choice) : event
        default:
            return event
        }
    }

    /// The whole answer as the caller may see it.
    package func restore(_ answer: ChatAnswer) -> ChatAnswer {
        guard !self.toolNames.isEmpty || self.answerTool != nil else { return answer }
        var answer = answer
        for index in answer.choices.indices {
            var isAnswered = false
            var isCalling = false
            for place in answer.choices[index].parts.indices {
                guard case .toolCall(var call) = answer.choices[index].parts[place] else { continue }
                if call.name == self.answerTool {
                    isAnswered = true
                    answer.choices[index].parts[place] = .text(call.arguments)
                } else {
                    isCalling = true
                    call.name = self.toolNames[call.name] ?? call.name
                    answer.choices[index].parts[place] = .toolCall(call)
                }
            }
            if isAnswered, !isCalling, answer.choices[index].stop == .toolCalls { answer.choices[index].stop = .end }
        }
        return answer
    }
}
