package import Kernel
package import NIOCore

/// A request to a model in OpenAI's shape: the caller's bytes, read once, and the few fields that the path must know.
///
/// Everything else, fields that we have never heard of included, stays in the bytes as it came.
package struct ModelRequest: Sendable {
    package enum Kind: Sendable {
        case chat
        case embeddings
    }

    package let kind: Kind
    package let body: ByteBuffer
    package let tape: JSONTape
    /// The alias of the model that is asked for.
    package let model: String
    package let isStreamed: Bool
    /// Whether the caller asked for the usage of a stream.
    package let wantsUsage: Bool
    /// The bound on the answer's length that the caller set.
    package let maximumTokens: TokenCount?

    private let modelNode: JSONTape.Node
    private let streamOptions: JSONTape.Node?

    /// Reads a body.
    /// - Throws: `RequestError` where it is not JSON or a field that the path must know is missing, twice or of another type.
    package init(_ kind: Kind, body: ByteBuffer) throws(RequestError) {
        let bytes = body.readableBytesUInt8Span
        guard bytes.count > 0 else {
            throw RequestError(code: "invalid_json", message: "the body is empty, expected a JSON object")
        }
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(bytes) } catch {
            let code = error.code == .tooDeep || error.code == .tooComplex ? "request_too_complex" : "invalid_json"
            throw RequestError(code: code, message: "the body is not JSON that can be read: \(error)")
        }
        guard tape.kind(tape.root) == .object else {
            throw RequestError(
                code: "invalid_json", message: "the body is \(tape.kind(tape.root)), expected a JSON object")
        }
        let fields = try Fields(kind, tape, bytes)
        self.kind = kind
        self.body = body
        self.tape = tape
        self.model = fields.model
        self.modelNode = fields.modelNode
        self.isStreamed = fields.isStreamed
        self.streamOptions = fields.streamOptions
        self.wantsUsage = fields.wantsUsage
        self.maximumTokens = fields.maximumTokens
    }

    /// What must change in the bytes for a deployment that knows the model as `name`: its name, and for streams the wish
    /// for usage, without which they could not be metered.
    package func patches(forModel name: String) -> [BytePatch] {
        var patches: [BytePatch] = []
        if name != self.model {
            var content: [UInt8] = []
            JSONString.appendEscaped(name.utf8Span.span, to: &content)
            patches.append(BytePatch(self.tape[self.modelNode].range, content))
        }
        if self.isStreamed, !self.wantsUsage { patches.append(self.usagePatch) }
        return patches
    }

    private var usagePatch: BytePatch {
        let bytes = self.body.readableBytesUInt8Span
        guard let options = self.streamOptions, self.tape.kind(options) == .object else {
            if let options = self.streamOptions {  // null
                return BytePatch(self.tape[options].range, Array(#"{"include_usage":true}"#.utf8))
            }
            let end = self.tape[self.tape.root].range.upperBound - 1
            return BytePatch(end..<end, Array(#","stream_options":{"include_usage":true}"#.utf8))
        }
        if let wish = self.tape.member("include_usage", of: options, in: bytes) {
            return BytePatch(self.tape[wish].range, Array("true".utf8))
        }
        let start = self.tape[options].range.lowerBound + 1
        let separator = self.tape.firstMember(of: options) == nil ? "" : ","
        return BytePatch(start..<start, Array(#""include_usage":true\#(separator)"#.utf8))
    }
}

/// The fields that the path must know, checked.
private struct Fields {
    var model = ""
    var modelNode: JSONTape.Node
    var isStreamed = false
    var streamOptions: JSONTape.Node?
    var wantsUsage = false
    var maximumTokens: TokenCount?

    init(_ kind: ModelRequest.Kind, _ tape: JSONTape, _ bytes: Span<UInt8>) throws(RequestError) {
        self.modelNode = tape.root
        var model: JSONTape.Node?
        var content: JSONTape.Node?
        var stream: JSONTape.Node?
        var limits: (old: JSONTape.Node?, new: JSONTape.Node?)
        var member = tape.firstMember(of: tape.root)
        while let (name, value) = member {
            // A name written with escapes could be one of ours for the provider and none for us.
            if tape[name].hasEscapes {
                throw RequestError(code: "invalid_json", message: "a field's name is written with escapes")
            }
            if tape.isString(name, "model", in: bytes) {
                try Self.set(&model, value, "model")
            } else if tape.isString(name, kind == .chat ? "messages" : "input", in: bytes) {
                try Self.set(&content, value, kind == .chat ? "messages" : "input")
            } else if tape.isString(name, "stream", in: bytes) {
                try Self.set(&stream, value, "stream")
            } else if tape.isString(name, "stream_options", in: bytes) {
                try Self.set(&self.streamOptions, value, "stream_options")
            } else if tape.isString(name, "max_tokens", in: bytes) {
                try Self.set(&limits.old, value, "max_tokens")
            } else if tape.isString(name, "max_completion_tokens", in: bytes) {
                try Self.set(&limits.new, value, "max_completion_tokens")
            }
            member = tape.member(after: value, of: tape.root)
        }

        guard let model else { throw Self.missing("model", "the name of a model") }
        guard let alias = tape.string(model, in: bytes), !alias.isEmpty, alias.utf8.count <= 256 else {
            throw Self.wrong("model", "a string of 1 to 256 bytes")
        }
        self.model = alias
        self.modelNode = model
        guard let content else {
            throw kind == .chat
                ? Self.missing("messages", "a list of messages") : Self.missing("input", "a text or a list")
        }
        if kind == .chat {
            guard tape.kind(content) == .array, tape.firstElement(of: content) != nil else {
                throw Self.wrong("messages", "a list with at least one message")
            }
            try Self.checkMessages(content, tape, bytes)
            try self.readStream(stream, tape, bytes)
            if let limit = [limits.new, limits.old].compactMap({ $0 }).first(where: { tape.kind($0) != .null }) {
                guard let count = tape.integer(limit, in: bytes), count > 0 else {
                    throw Self.wrong(
                        limit == limits.new ? "max_completion_tokens" : "max_tokens", "a whole number above 0")
                }
                self.maximumTokens = TokenCount(count)
            }
        }
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
        _ messages: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(RequestError) {
        var element = tape.firstElement(of: messages)
        var index = 0
        while let message = element {
            guard tape.kind(message) == .object else { throw Self.wrong("messages[\(index)]", "an object") }
            guard let role = tape.member("role", of: message, in: bytes), tape.kind(role) == .string else {
                throw Self.wrong("messages[\(index)].role", "a string such as `user`")
            }
            element = tape.element(after: message, of: messages)
            index += 1
        }
    }

    private static func set(
        _ place: inout JSONTape.Node?, _ value: JSONTape.Node, _ name: String
    ) throws(RequestError) {
        // Two parsers may disagree on which of two counts; then the one that is checked is not the one that is used.
        guard place == nil else {
            throw RequestError(code: "duplicate_field", parameter: name, message: "the field `\(name)` is there twice")
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
