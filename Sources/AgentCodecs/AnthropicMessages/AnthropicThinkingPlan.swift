package import Codecs
package import Conversation
package import Kernel

/// How much the model may write, and how much of it may be thought: the two depend on each other.
package struct AnthropicThinkingPlan {
    /// The least that may be thought, if anything.
    private static let leastBudget = 1024

    private enum Mode {
        case unsaid, disabled, adaptive
        case budget(Int)
    }

    package private(set) var maximumOutput: Int
    /// The effort as the wire spells it, where the model is told one.
    package private(set) var effort: String?
    private var mode = Mode.unsaid

    /// Whether the model is asked to think.
    package var isThinking: Bool {
        switch self.mode {
        case .unsaid, .disabled: false
        case .adaptive, .budget: true
        }
    }

    package init(_ request: ChatRequest, _ options: EncodingOptions, _ dropped: inout DroppedFields) {
        self.maximumOutput = request.sampling.maximumOutput?.value ?? options.defaultMaximumOutput.value
        if self.maximumOutput < 1 {
            self.maximumOutput = 1
            dropped.note("max_tokens: clamped to 1")
        }
        guard let reasoning = request.reasoning else { return }
        if let shows = reasoning.showsThoughts, !shows { dropped.note("thinking.display") }
        guard reasoning.isWanted else {
            if reasoning.isEnabled == false { self.mode = .disabled }
            return
        }
        if Self.forcesTool(request) {
            dropped.note("reasoning_effort: not with a tool that must be called")
            return
        }
        guard Self.isSigned(request.conversation) else {
            dropped.note("reasoning_effort: the call of a tool comes without its signed thought")
            return
        }
        switch options.thinkingStyle {
        case .adaptive: self.planEffort(reasoning, &dropped)
        case .budget: self.planBudget(reasoning, isBounded: request.sampling.maximumOutput != nil, &dropped)
        }
    }

    private mutating func planEffort(_ reasoning: Reasoning, _ dropped: inout DroppedFields) {
        self.mode = .adaptive
        if reasoning.effort == nil, let budget = reasoning.budget {
            self.effort = Reasoning.Effort(budget: budget).rawValue
            dropped.note("budget_tokens: told as effort")
        } else if reasoning.effort == .minimal {
            self.effort = Reasoning.Effort.low.rawValue
            dropped.note("reasoning_effort: clamped to low")
        } else {
            self.effort = reasoning.effort?.rawValue
        }
    }

    private mutating func planBudget(_ reasoning: Reasoning, isBounded: Bool, _ dropped: inout DroppedFields) {
        if reasoning.budget != nil { self.effort = reasoning.effort?.rawValue }
        var budget = reasoning.budget?.value ?? (reasoning.effort ?? .medium).budget.value
        if !isBounded {
            // The caller set no bound: what is thought comes on top of what may be said.
            self.maximumOutput += budget
        } else if budget >= self.maximumOutput {
            budget = self.maximumOutput / 4 * 3
            dropped.note("reasoning_effort: clamped to max_tokens")
        }
        if budget < Self.leastBudget {
            guard self.maximumOutput > Self.leastBudget else {
                dropped.note("reasoning_effort: max_tokens leaves no room")
                self.effort = nil
                return
            }
            budget = Self.leastBudget
        }
        self.mode = .budget(budget)
    }

    /// Models that think choose their tools themselves.
    private static func forcesTool(_ request: ChatRequest) -> Bool {
        switch request.toolChoice {
        case .required, .named, .allowed(_, isRequired: true): !request.tools.isEmpty
        case nil, .auto, .forbidden, .allowed: false
        }
    }

    /// Whether the calls that are being answered come with what was thought before them, as the provider demands.
    private static func isSigned(_ conversation: Conversation) -> Bool {
        guard let last = conversation.messages.last, last.role == .tool,
            let turn = conversation.messages.last(where: { $0.role == .assistant })
        else { return true }
        switch turn.parts.first {
        case .thinking(_, signature: .some), .redactedThinking: return true
        default: return !turn.parts.contains { if case .toolCall = $0 { true } else { false } }
        }
    }

    package func write(to json: inout JSONWriter) {
        switch self.mode {
        case .unsaid: break
        case .disabled: json.object("thinking") { $0.member("type", "disabled") }
        case .adaptive: json.object("thinking") { $0.member("type", "adaptive") }
        case .budget(let budget):
            json.object("thinking") { json in
                json.member("type", "enabled")
                json.member("budget_tokens", budget)
            }
        }
    }
}
