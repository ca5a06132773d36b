/// Where a text stands in an exchange: who wrote it, and so what it may ask for.
///
/// A user may give instructions, a document may not: what is harmless in one channel is an attack in another, and what
/// clean text looks like differs too. So thresholds and probabilities belong to channels.
package enum TextChannel: String, CaseIterable, Hashable, Sendable {
    case user
    case system
    case assistant
    case toolResult = "tool_result"
    case toolDefinition = "tool_definition"
    case toolArguments = "tool_arguments"
    case document
    case memory

    /// Channels that are judged alike, because there is clean text enough of each to know what is usual.
    package enum Group: Int, CaseIterable, Hashable, Sendable {
        /// What people and applications say to the model.
        case spoken
        /// What is read: documents, web pages, memory.
        case read
        /// What tools give back and are given.
        case tool

        /// The name in reports.
        package var name: String {
            switch self {
            case .spoken: "spoken"
            case .read: "read"
            case .tool: "tool"
            }
        }
    }

    /// The group that the channel is judged in.
    package var group: Group {
        switch self {
        case .user, .system, .assistant: .spoken
        case .document, .memory: .read
        case .toolResult, .toolDefinition, .toolArguments: .tool
        }
    }
}
