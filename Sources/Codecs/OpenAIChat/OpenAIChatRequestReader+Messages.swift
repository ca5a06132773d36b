import Conversation
import Kernel

extension OpenAIChatRequestReader {
    mutating func conversation(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> Conversation {
        var messages: [Message] = []
        for (index, element) in try json.requiredElements(of: node).enumerated() {
            do throws(CodecError) {
                let message = try self.message(json, element)
                // What several tools gave back is one message.
                if message.role == .tool, let last = messages.indices.last, messages[last].role == .tool {
                    messages[last].parts += message.parts
                } else {
                    messages.append(message)
                }
            } catch { throw error.inside(index) }
        }
        guard !messages.isEmpty else { throw CodecError(.invalidValue, "the list is empty, expected a message") }
        return Conversation(messages: messages)
    }

    /// What a message holds beside its content.
    private struct Draft {
        var role: Message.Role?
        var content: [Message.Part] = []
        var thoughts: [Message.Part] = []
        var signedThoughts: [Message.Part] = []
        var refusal: Message.Part?
        var calls: [Message.Part] = []
        var marker: CacheMarker?
        var callID: String?
        var name: String?
    }

    private mutating func message(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message {
        var draft = Draft()
        for member in try json.members(of: node) {
            do throws(CodecError) { try self.read(json, member, into: &draft) } catch {
                throw error.inside(member.name)
            }
        }
        guard let role = draft.role else { throw CodecError(.missingField, "expected a role", at: "role") }
        let marker: [Message.Part] = draft.marker.map { [.cacheMarker($0)] } ?? []
        guard role != .tool else {
            guard let callID = draft.callID else {
                throw CodecError(.missingField, "expected the id of the call that is answered", at: "tool_call_id")
            }
            let result = ToolResult(callID: callID, name: draft.name, parts: draft.content)
            return Message(role: .tool, parts: [.toolResult(result)] + marker)
        }
        let thoughts = draft.signedThoughts.isEmpty ? draft.thoughts : draft.signedThoughts
        var parts = thoughts + draft.content
        if let refusal = draft.refusal { parts.append(refusal) }
        return Message(role: role, parts: parts + draft.calls + marker, name: draft.name)
    }

    private mutating func read(
        _ json: borrowing JSONView, _ member: JSONView.Member, into draft: inout Draft
    ) throws(CodecError) {
        switch member.name {
        case "role": draft.role = try Self.role(json, member.value)
        case "content": draft.content = try self.content(json, member.value)
        case "name": draft.name = try json.requiredString(member.value)
        case "tool_call_id": draft.callID = try json.requiredString(member.value)
        case "tool_calls": draft.calls = try self.toolCalls(json, member.value)
        case "refusal": draft.refusal = .refusal(try json.requiredString(member.value))
        case "reasoning_content", "reasoning":
            let text = try json.requiredString(member.value)
            if !text.isEmpty { draft.thoughts = [.thinking(text, signature: nil)] }
        case "thinking_blocks": draft.signedThoughts = OpenAIThoughts.parts(json, member.value)
        case "cache_control": draft.marker = try json.cacheMarker(member.value)
        case "function_call":
            throw CodecError(.unsupported, "functions are translated as tools only, expected `tool_calls`")
        default: self.unknown.note("messages[].\(member.name)")
        }
    }

    private static func role(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> Message.Role {
        switch try json.requiredString(node) {
        case "system", "developer": return .system
        case "user": return .user
        case "assistant": return .assistant
        case "tool": return .tool
        case let other:
            throw CodecError(
                .invalidValue,
                "`\(other.prefix(80))` is no role, expected system, developer, user, assistant or tool")
        }
    }

    private mutating func toolCalls(
        _ json: borrowing JSONView, _ node: JSONView.Node
    ) throws(CodecError) -> [Message.Part] {
        var calls: [Message.Part] = []
        for (index, element) in try json.requiredElements(of: node).enumerated() {
            do throws(CodecError) { calls.append(.toolCall(try self.toolCall(json, element))) } catch {
                throw error.inside(index)
            }
        }
        return calls
    }

    private mutating func toolCall(_ json: borrowing JSONView, _ node: JSONView.Node) throws(CodecError) -> ToolCall {
        var call = ToolCall(id: "", name: "", arguments: "")
        for member in try json.members(of: node) {
            do throws(CodecError) {
                switch member.name {
                case "id": call.id = try json.requiredString(member.value)
                case "type":
                    guard try json.requiredString(member.value) == "function" else {
                        throw CodecError(.unsupported, "only calls of functions are translated, expected `function`")
                    }
                case "function":
                    for field in try json.members(of: member.value) {
                        do throws(CodecError) {
                            switch field.name {
                            case "name": call.name = try json.requiredString(field.value)
                            case "arguments": call.arguments = try json.requiredString(field.value)
                            default: self.unknown.note("messages[].tool_calls[].function.\(field.name)")
                            }
                        } catch { throw error.inside(field.name) }
                    }
                case "index": break
                default: self.unknown.note("messages[].tool_calls[].\(member.name)")
                }
            } catch { throw error.inside(member.name) }
        }
        guard !call.id.isEmpty else { throw CodecError(.missingField, "expected the id of the call", at: "id") }
        guard !call.name.isEmpty else {
            throw CodecError(.missingField, "expected the name of a function", at: "function.name")
        }
        return call
    }
}
