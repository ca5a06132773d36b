package import Kernel

/// How the answer is drawn. What is nil was not asked for.
package struct Sampling: Hashable, Sendable {
    package var maximumOutput: TokenCount?
    /// From 0 to 2, as OpenAI counts it.
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    /// Texts at which the answer ends.
    package var stop: [String]
    package var seed: Int?
    /// How many answers to draw.
    package var choices: Int?
    package var frequencyPenalty: Double?
    package var presencePenalty: Double?
    package var wantsLogprobs: Bool?
    package var topLogprobs: Int?
    /// An object of token ids and their bias.
    package var logitBias: JSONText?

    package init(
        maximumOutput: TokenCount? = nil, temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil,
        stop: [String] = [], seed: Int? = nil, choices: Int? = nil, frequencyPenalty: Double? = nil,
        presencePenalty: Double? = nil, wantsLogprobs: Bool? = nil, topLogprobs: Int? = nil, logitBias: JSONText? = nil
    ) {
        self.maximumOutput = maximumOutput
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.stop = stop
        self.seed = seed
        self.choices = choices
        self.frequencyPenalty = frequencyPenalty
        self.presencePenalty = presencePenalty
        self.wantsLogprobs = wantsLogprobs
        self.topLogprobs = topLogprobs
        self.logitBias = logitBias
    }
}

/// What the answer must look like.
package enum ResponseFormat: Hashable, Sendable {
    case text
    case jsonObject
    case jsonSchema(JSONText, name: String?, description: String?, isStrict: Bool?)
}

/// How much the model thinks before it speaks. What is nil was not asked for.
package struct Reasoning: Hashable, Sendable {
    package enum Effort: String, Sendable, CaseIterable {
        case minimal, low, medium, high
        case extraHigh = "xhigh"
        case maximum = "max"
    }

    /// False forbids thinking, true asks for it, as much as the effort or the model says.
    package var isEnabled: Bool?
    package var effort: Effort?
    /// The most tokens to think with.
    package var budget: TokenCount?
    /// Whether the answer should tell what was thought.
    package var showsThoughts: Bool?

    package init(
        isEnabled: Bool? = nil, effort: Effort? = nil, budget: TokenCount? = nil, showsThoughts: Bool? = nil
    ) {
        self.isEnabled = isEnabled
        self.effort = effort
        self.budget = budget
        self.showsThoughts = showsThoughts
    }

    /// Whether thinking is asked for in any of the ways there are; who wants to be shown it wants it.
    package var isWanted: Bool {
        self.isEnabled ?? (self.effort != nil || self.budget != nil || self.showsThoughts == true)
    }
}
