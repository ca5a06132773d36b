/// A request to a model that converses, whatever shape it came in.
package struct ChatRequest: Hashable, Sendable {
    /// The name that the caller used.
    package var model: String
    package var conversation: Conversation
    package var tools: [ToolDefinition]
    package var toolChoice: ToolChoice?
    /// False: at most one tool call an answer.
    package var allowsParallelCalls: Bool?
    package var sampling: Sampling
    package var responseFormat: ResponseFormat?
    package var reasoning: Reasoning?
    /// Who uses the caller's application, as the caller names them.
    package var userID: String?
    package var isStreamed: Bool
    /// Whether the caller asked to be told the usage of a stream.
    package var wantsUsage: Bool
    /// Where the caller's body holds what no field above carries, such as `service_tier` or `messages[].audio`: each
    /// place once. Whoever encodes the request for another shape reports them as dropped.
    package var unknown: [String]

    package init(
        model: String, conversation: Conversation, tools: [ToolDefinition] = [], toolChoice: ToolChoice? = nil,
        allowsParallelCalls: Bool? = nil, sampling: Sampling = Sampling(), responseFormat: ResponseFormat? = nil,
        reasoning: Reasoning? = nil, userID: String? = nil, isStreamed: Bool = false, wantsUsage: Bool = false,
        unknown: [String] = []
    ) {
        self.model = model
        self.conversation = conversation
        self.tools = tools
        self.toolChoice = toolChoice
        self.allowsParallelCalls = allowsParallelCalls
        self.sampling = sampling
        self.responseFormat = responseFormat
        self.reasoning = reasoning
        self.userID = userID
        self.isStreamed = isStreamed
        self.wantsUsage = wantsUsage
        self.unknown = unknown
    }
}
