/// What a provider's ids of tool calls may look like, and how those that another provider made are fitted to it.
///
/// What an id becomes depends on the id alone: a call and what answers it stay together, and so does a conversation that
/// is sent again.
package struct CallIDForm: Sendable {
    /// Letters, digits, `_` and `-`: Anthropic's and Bedrock's.
    package static let plain = CallIDForm(longest: 64, isPlain: true)
    /// Chat completions take any characters, but few of them.
    package static let chatCompletions = CallIDForm(longest: 40, isPlain: false)
    package static let responses = CallIDForm(longest: 64, isPlain: false)

    private let longest: Int
    private let isPlain: Bool

    /// The id as the provider takes it: without what only Gemini understands, and where it does not fit, its digest.
    package func fitting(_ id: String) -> String {
        let id = SignedCallID.split(id).id
        let isFitting =
            !id.isEmpty && id.utf8.count <= self.longest && (!self.isPlain || id.utf8.allSatisfy(ToolNames.isPlain))
        return isFitting ? id : "call_" + Digest.hexadecimal(of: id.utf8Span.span).prefix(32)
    }
}
