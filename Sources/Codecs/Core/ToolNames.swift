package import Conversation

/// The names of a request's tools as a provider takes them: those it would refuse are rewritten, no two to the same.
package struct ToolNames: Sendable {
    private var sent: [String: String] = [:]
    /// The caller's names by the rewritten ones.
    package private(set) var originals: [String: String] = [:]

    /// Names are taken from the tools, from calls in the conversation and from the choice of a tool.
    /// - Throws: `CodecError` where two tools have the same name.
    package init(
        _ request: borrowing ChatRequest, longest: Int, isAllowed: (UInt8) -> Bool
    ) throws(CodecError) {
        var names: [String] = []
        var seen: Set<String> = []
        for (index, tool) in request.tools.enumerated() {
            guard seen.insert(tool.name).inserted else {
                throw CodecError(
                    .invalidValue, "`\(tool.name.prefix(80))` names two tools", at: "tools[\(index)].name")
            }
            names.append(tool.name)
        }
        for message in request.conversation.messages {
            for part in message.parts {
                let name: String? =
                    switch part {
                    case .toolCall(let call): call.name
                    case .toolResult(let result): result.name
                    default: nil
                    }
                if let name, seen.insert(name).inserted { names.append(name) }
            }
        }
        func isFine(_ name: String) -> Bool {
            !name.isEmpty && name.utf8.count <= longest && name.utf8.allSatisfy(isAllowed)
        }
        let odd = names.filter { !isFine($0) }
        guard !odd.isEmpty else { return }
        var taken = Set(names.filter(isFine))
        /// The last number that was tried behind a name, so that many that collide do not try the same again.
        var numbers: [String: Int] = [:]
        for name in odd {
            let plain = String(
                decoding: name.utf8.prefix(longest).map { isAllowed($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
            var candidate = plain.isEmpty ? "_" : plain
            while !taken.insert(candidate).inserted {
                let number = numbers[plain, default: 1] + 1
                numbers[plain] = number
                let suffix = "_\(number)"
                candidate = String(plain.utf8.prefix(longest - suffix.utf8.count)) ?? ""
                candidate += suffix
            }
            self.sent[name] = candidate
            self.originals[candidate] = name
        }
    }

    /// What OpenAI, Anthropic and Bedrock allow: letters, digits, `_` and `-`.
    package static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The name as the provider takes it.
    package subscript(name: String) -> String { self.sent[name] ?? name }
}
