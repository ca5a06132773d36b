package import Conversation
import Kernel
import NIOCore

extension ModelRequest {
    /// The messages as plain values, for a provider of our own.
    ///
    /// Roles that we do not know count as the user's. Parts without text (images, audio) are left out. Documents are what a
    /// `file` part carries as text and what stands in a top-level list `documents` of strings or of objects with `text` and
    /// an optional `title`.
    package var conversation: Conversation {
        let body = self.body
        let bytes = body.readableBytesUInt8Span
        var messages: [Message] = []
        if let documents = self.tape.member("documents", of: self.tape.root, in: bytes) {
            let parts = self.elements(of: documents).compactMap { self.document($0, bytes) }
            if !parts.isEmpty { messages.append(Message(role: .tool, parts: parts)) }
        }
        if let list = self.tape.member("messages", of: self.tape.root, in: bytes) {
            messages += self.elements(of: list).map { self.message($0, bytes) }
        }
        return Conversation(messages: messages)
    }

    private func elements(of node: JSONTape.Node) -> [JSONTape.Node] {
        var elements: [JSONTape.Node] = []
        var next = self.tape.firstElement(of: node)
        while let element = next {
            elements.append(element)
            next = self.tape.element(after: element, of: node)
        }
        return elements
    }

    private func text(_ name: StaticString, of node: JSONTape.Node, _ bytes: Span<UInt8>) -> String? {
        self.tape.member(name, of: node, in: bytes).flatMap { self.tape.string($0, in: bytes) }
    }

    private func document(_ node: JSONTape.Node, _ bytes: Span<UInt8>) -> Message.Part? {
        if let text = self.tape.string(node, in: bytes) { return .document(title: nil, text: text) }
        return (self.text("text", of: node, bytes) ?? self.text("content", of: node, bytes)).map {
            .document(title: self.text("title", of: node, bytes), text: $0)
        }
    }

    private func message(_ node: JSONTape.Node, _ bytes: Span<UInt8>) -> Message {
        let role: Message.Role =
            switch self.text("role", of: node, bytes) {
            case "system", "developer": .system
            case "assistant": .assistant
            case "tool", "function": .tool
            default: .user
            }
        guard let content = self.tape.member("content", of: node, in: bytes) else {
            return Message(role: role, parts: [])
        }
        if let text = self.tape.string(content, in: bytes) { return Message(role: role, parts: [.text(text)]) }
        let parts = self.elements(of: content).compactMap { part -> Message.Part? in
            if let text = self.text("text", of: part, bytes) { return .text(text) }
            guard
                let file = self.tape.member("file", of: part, in: bytes)
                    ?? self.tape.member("document", of: part, in: bytes)
            else { return nil }
            return self.document(file, bytes)
        }
        return Message(role: role, parts: parts)
    }
}
