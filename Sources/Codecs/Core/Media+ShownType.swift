package import Conversation

extension Media {
    /// The media type for a message to a caller.
    package var shownType: String { String((self.mediaType ?? "unknown").prefix(80)) }
}
