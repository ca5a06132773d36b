// Conversation: what was asked and answered, by whom, without the shape of any provider's wire.

/// The messages of one exchange, oldest first, as plain values.
///
/// Where caller and provider speak the same shape, the path works on the caller's bytes; a conversation is made where
/// somebody must read the text as text, or where one shape becomes another.
package struct Conversation: Hashable, Sendable {
    package var messages: [Message]

    package init(messages: [Message]) { self.messages = messages }
}
