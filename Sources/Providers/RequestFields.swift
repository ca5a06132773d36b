import Codecs
import Kernel

/// The fields of a request that the path must know, checked.
struct RequestFields {
    var model = ""
    /// Where the body names the model; nil where only the path does.
    var modelNode: JSONTape.Node?
    var isStreamed = false
    var streamOptions: JSONTape.Node?
    var wantsUsage = false
    var maximumTokens: TokenCount?

    /// How a shape calls what all of them have.
    private struct Names {
        let content: StaticString
        /// What is expected of the content, for whoever leaves it out.
        let expected: String
        var isList = true
        /// What bounds the length of an answer, the name that counts first.
        var limit: StaticString?
        var olderLimit: StaticString?
        var streams = true
    }

    private static func names(_ kind: ModelRequest.Kind) -> Names {
        switch kind {
        case .embeddings: Names(content: "input", expected: "a text or a list", isList: false, streams: false)
        case .tokenCount(.gemini): Names(content: "contents", expected: "a list of contents", streams: false)
        case .tokenCount: Names(content: "messages", expected: "a list of messages", streams: false)
        case .chat(.openAIResponses):
            Names(content: "input", expected: "a text or a list", isList: false, limit: "max_output_tokens")
        case .chat(.anthropicMessages):
            Names(content: "messages", expected: "a list of messages", limit: "max_tokens")
        case .chat(.gemini): Names(content: "contents", expected: "a list of contents", streams: false)
        case .chat(.openAIChat), .chat(.bedrockConverse):
            Names(
                content: "messages", expected: "a list of messages", limit: "max_completion_tokens",
                olderLimit: "max_tokens")
        }
    }

    init(_ address: ModelRequest.Address, _ tape: JSONTape, _ bytes: Span<UInt8>) throws(RequestError) {
        let names = Self.names(address.kind)
        var model: JSONTape.Node?
        var content: JSONTape.Node?
        var stream: JSONTape.Node?
        var limit: JSONTape.Node?
        var olderLimit: JSONTape.Node?
        var member = tape.firstMember(of: tape.root)
        while let (name, value) = member {
            // A name written with escapes could be one of ours for the provider and none for us.
            if tape[name].hasEscapes {
                throw RequestError(code: "invalid_json", message: "a field's name is written with escapes")
            }
            if tape.isString(name, "model", in: bytes) {
                try Self.set(&model, value, "model")
            } else if tape.isString(name, names.content, in: bytes) {
                try Self.set(&content, value, names.content)
            } else if names.streams, tape.isString(name, "stream", in: bytes) {
                try Self.set(&stream, value, "stream")
            } else if names.streams, tape.isString(name, "stream_options", in: bytes) {
                try Self.set(&self.streamOptions, value, "stream_options")
            } else if let wanted = names.limit, tape.isString(name, wanted, in: bytes) {
                try Self.set(&limit, value, wanted)
            } else if let wanted = names.olderLimit, tape.isString(name, wanted, in: bytes) {
                try Self.set(&olderLimit, value, wanted)
            }
            member = tape.member(after: value, of: tape.root)
        }

        try self.readModel(model, address, tape, bytes)
        guard let content else { throw Self.missing("\(names.content)", names.expected) }
        if names.isList {
            guard tape.kind(content) == .array, tape.firstElement(of: content) != nil else {
                throw Self.wrong("\(names.content)", "a list with at least one message")
            }
            try Self.checkMessages(
                content, names.content, isRoleNeeded: address.kind.shape != .gemini, tape, bytes)
        }
        self.isStreamed = address.isStreamed ?? false
        if names.streams { try self.readStream(stream, tape, bytes) }
        if case .chat(let shape) = address.kind, shape != .openAIChat { self.wantsUsage = true }
        if address.kind == .chat(.anthropicMessages), limit == nil {
            throw Self.missing("max_tokens", "the most tokens to answer with")
        }
        for case (let name?, let limit?) in [(names.limit, limit), (names.olderLimit, olderLimit)] {
            guard tape.kind(limit) != .null else { continue }
            guard let count = tape.integer(limit, in: bytes), count > 0 else {
                throw Self.wrong("\(name)", "a whole number above 0")
            }
            self.maximumTokens = TokenCount(count)
            break
        }
    }

    /// The path's word counts before the body's.
    private mutating func readModel(
        _ node: JSONTape.Node?, _ address: ModelRequest.Address, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(RequestError) {
        self.modelNode = node
        if let model = address.model {
            guard node.map({ tape.kind($0) == .string }) ?? true else { throw Self.wrong("model", "a string") }
            self.model = model
            return
        }
        guard let node else { throw Self.missing("model", "the name of a model") }
        guard let alias = tape.string(node, in: bytes), !alias.isEmpty, alias.utf8.count <= 256 else {
            throw Self.wrong("model", "a string of 1 to 256 bytes")
        }
        self.model = alias
    }

    private mutating func readStream(
        _ stream: JSONTape.Node?, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(RequestError) {
        if let stream {
            switch tape.kind(stream) {
            case .true: self.isStreamed = true
            case .false, .null: break
            default: throw Self.wrong("stream", "true or false")
            }
        }
        guard let options = self.streamOptions, tape.kind(options) != .null else { return }
        guard tape.kind(options) == .object else { throw Self.wrong("stream_options", "an object") }
        if let wish = tape.member("include_usage", of: options, in: bytes) {
            switch tape.kind(wish) {
            case .true: self.wantsUsage = true
            case .false, .null: break
            default: throw Self.wrong("stream_options.include_usage", "true or false")
            }
        }
    }

    /// Each message is an object whose role is a string: what else it holds is the provider's affair.
    private static func checkMessages(
        _ messages: JSONTape.Node, _ list: StaticString, isRoleNeeded: Bool, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(RequestError) {
        var element = tape.firstElement(of: messages)
        var index = 0
        while let message = element {
            guard tape.kind(message) == .object else { throw Self.wrong("\(list)[\(index)]", "an object") }
            if isRoleNeeded {
                guard let role = tape.member("role", of: message, in: bytes), tape.kind(role) == .string else {
                    throw Self.wrong("\(list)[\(index)].role", "a string such as `user`")
                }
            }
            element = tape.element(after: message, of: messages)
            index += 1
        }
    }

    private static func set(
        _ place: inout JSONTape.Node?, _ value: JSONTape.Node, _ name: StaticString
    ) throws(RequestError) {
        // Two parsers may disagree on which of two counts; then the one that is checked is not the one that is used.
        guard place == nil else {
            throw RequestError(
                code: "duplicate_field", parameter: "\(name)", message: "the field `\(name)` is there twice")
        }
        place = value
    }

    private static func missing(_ name: String, _ expected: String) -> RequestError {
        RequestError(
            code: "missing_required_parameter", parameter: name,
            message: "the field `\(name)` is missing, expected \(expected)")
    }

    private static func wrong(_ name: String, _ expected: String) -> RequestError {
        RequestError(code: "invalid_type", parameter: name, message: "`\(name)` is not \(expected)")
    }
}
