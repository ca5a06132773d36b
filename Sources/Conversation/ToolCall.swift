/// A tool that the model wants called.
package struct ToolCall: Hashable, Sendable {
    /// Empty where the wire has no ids.
    package var id: String
    package var name: String
    /// What the model wrote for arguments: meant to be a JSON object, but models fail at it. Empty means none.
    package var arguments: String
    /// What the provider wants back with the call, where it is one that does.
    package var signature: String?

    package init(id: String, name: String, arguments: String, signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

/// What a tool gave back.
package struct ToolResult: Hashable, Sendable {
    /// The call that this answers; empty where the wire has no ids.
    package var callID: String
    /// The tool's name, where the wire says it again or the codec could look it up.
    package var name: String?
    /// Texts, images and documents, and the cache markers between them.
    package var parts: [Message.Part]
    /// Whether the tool failed and the parts say how.
    package var isError: Bool

    package init(callID: String, name: String? = nil, parts: [Message.Part], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.parts = parts
        self.isError = isError
    }
}
