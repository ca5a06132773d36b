import Codecs
import Kernel

/// The texts of a request that neither its author nor the model wrote: what tools returned, and what documents say.
enum UntrustedText {
    /// Their nodes, in order.
    static func nodes(_ shape: WireShape, _ tape: JSONTape, _ bytes: Span<UInt8>) -> [JSONTape.Node] {
        var walk = Walk(tape: tape)
        switch shape {
        case .openAIChat: walk.chat(bytes)
        case .openAIResponses: walk.responses(bytes)
        case .anthropicMessages: walk.messages(bytes)
        case .gemini: walk.contents(bytes)
        case .bedrockConverse: break  // No caller speaks it.
        }
        return walk.nodes
    }

    private struct Walk {
        let tape: JSONTape
        var nodes: [JSONTape.Node] = []

        mutating func chat(_ bytes: Span<UInt8>) {
            for message in self.elements("messages", of: self.tape.root, bytes)
            where self.isOne(of: ["tool", "function"], "role", of: message, bytes) {
                self.take(self.tape.member("content", of: message, in: bytes), bytes)
            }
        }

        mutating func responses(_ bytes: Span<UInt8>) {
            for item in self.elements("input", of: self.tape.root, bytes) {
                guard let type = self.tape.member("type", of: item, in: bytes), self.isOutput(type, bytes) else {
                    continue
                }
                self.take(self.tape.member("output", of: item, in: bytes), bytes)
                self.take(self.tape.member("results", of: item, in: bytes), bytes)
            }
        }

        /// Every item that says what a tool gave, by OpenAI's names for them.
        private func isOutput(_ type: JSONTape.Node, _ bytes: Span<UInt8>) -> Bool {
            let names: [StaticString] = [
                "function_call_output", "custom_tool_call_output", "local_shell_call_output", "shell_call_output",
                "mcp_call", "file_search_call",
            ]
            return names.contains { self.tape.isString(type, $0, in: bytes) }
        }

        mutating func messages(_ bytes: Span<UInt8>) {
            for message in self.elements("messages", of: self.tape.root, bytes) {
                for block in self.elements("content", of: message, bytes) { self.block(block, bytes) }
            }
        }

        private mutating func block(_ block: JSONTape.Node, _ bytes: Span<UInt8>) {
            if self.isOne(of: ["tool_result", "search_result"], "type", of: block, bytes) {
                let content = self.tape.member("content", of: block, in: bytes)
                self.take(content, bytes)
                guard let content, self.tape.kind(content) == .array else { return }
                for inner in self.children(of: content) { self.block(inner, bytes) }
            } else if self.isOne(of: ["document"], "type", of: block, bytes),
                let source = self.tape.member("source", of: block, in: bytes)
            {
                if self.isOne(of: ["text"], "type", of: source, bytes) {
                    self.take(self.tape.member("data", of: source, in: bytes), bytes)
                }
                self.take(self.tape.member("content", of: source, in: bytes), bytes)
            }
        }

        mutating func contents(_ bytes: Span<UInt8>) {
            for content in self.elements("contents", of: self.tape.root, bytes) {
                for part in self.elements("parts", of: content, bytes) {
                    guard
                        let result = self.tape.member("functionResponse", of: part, in: bytes)
                            ?? self.tape.member("function_response", of: part, in: bytes),
                        let response = self.tape.member("response", of: result, in: bytes)
                    else { continue }
                    self.tape.forEachStringValue(below: response) { _, value in self.nodes.append(value) }
                }
            }
        }

        /// A text, or the texts of a list of parts.
        private mutating func take(_ content: JSONTape.Node?, _ bytes: Span<UInt8>) {
            guard let content else { return }
            switch self.tape.kind(content) {
            case .string:
                self.nodes.append(content)
            case .array:
                for part in self.children(of: content) {
                    guard let text = self.tape.member("text", of: part, in: bytes), self.tape.kind(text) == .string
                    else { continue }
                    self.nodes.append(text)
                }
            default:
                break
            }
        }

        private func isOne(
            of names: [StaticString], _ key: StaticString, of node: JSONTape.Node, _ bytes: Span<UInt8>
        ) -> Bool {
            guard let value = self.tape.member(key, of: node, in: bytes) else { return false }
            return names.contains { self.tape.isString(value, $0, in: bytes) }
        }

        private func elements(
            _ key: StaticString, of node: JSONTape.Node, _ bytes: Span<UInt8>
        ) -> [JSONTape.Node] {
            self.tape.member(key, of: node, in: bytes).map { self.children(of: $0) } ?? []
        }

        private func children(of array: JSONTape.Node) -> [JSONTape.Node] {
            var children: [JSONTape.Node] = []
            var next = self.tape.firstElement(of: array)
            while let child = next {
                children.append(child)
                next = self.tape.element(after: child, of: array)
            }
            return children
        }
    }
}
