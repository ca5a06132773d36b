package import Codecs
package import Kernel
package import NIOCore

/// A request to a model in the caller's shape: the caller's bytes, read once, and the few fields that the path must know.
///
/// Everything else, fields that we have never heard of included, stays in the bytes as it came.
///
/// A class, because each async function that hands a value on keeps a copy of it for as long as the exchange lasts.
package final class ModelRequest: Sendable {
    package enum Kind: Hashable, Sendable {
        /// A model's answer to a conversation.
        case chat(WireShape)
        /// How many tokens a conversation has.
        case tokenCount(WireShape)
        case embeddings

        /// The shape that the body is in and the answer is to be in.
        package var shape: WireShape {
            switch self {
            case .chat(let shape), .tokenCount(let shape): shape
            case .embeddings: .openAIChat
            }
        }
    }

    /// What path and head say, before the body is read.
    package struct Address: Sendable {
        package let kind: Kind
        /// The model, where the path names it.
        package var model: String?
        /// Whether a stream is asked for, where the path says so.
        package var isStreamed: Bool?
        /// Whether a stream is to be a JSON array, as Gemini's are without `alt=sse`, and not events.
        package var isArray = false
        /// What `anthropic-version` and `anthropic-beta` say.
        package var version: String?
        package var beta: String?

        package init(_ kind: Kind, model: String? = nil, isStreamed: Bool? = nil) {
            self.kind = kind
            self.model = model
            self.isStreamed = isStreamed
        }
    }

    package let address: Address
    package let body: ByteBuffer
    package let tape: JSONTape
    /// The alias of the model that is asked for.
    package let model: String
    package let isStreamed: Bool
    /// Whether the caller asked for the usage of a stream; shapes that always tell it count as asked.
    package let wantsUsage: Bool
    /// The bound on the answer's length that the caller set.
    package let maximumTokens: TokenCount?
    /// What in the body was made for this request alone, such as the marks around data: no part of what is asked.
    package let marks: [[UInt8]]

    private let modelNode: JSONTape.Node?
    private let streamOptions: JSONTape.Node?

    package var kind: Kind { self.address.kind }
    package var shape: WireShape { self.address.kind.shape }

    /// Reads a body.
    /// - Throws: `RequestError` where it is not JSON or a field that the path must know is missing, twice or of another type.
    package init(_ address: Address, body: ByteBuffer, marks: [[UInt8]] = []) throws(RequestError) {
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
        let fields = try RequestFields(address, tape, bytes)
        self.address = address
        self.body = body
        self.tape = tape
        self.marks = marks
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
        if let node = self.modelNode {
            let body = self.body
            if !self.tape.isString(node, saying: name, in: body.readableBytesUInt8Span) {
                patches.append(BytePatch(self.tape[node].range, Self.quoted(name)))
            }
        } else if self.address.model != nil, self.shape != .gemini {
            // Such as a deployment in Azure's paths: the path alone says which model.
            let start = self.tape[self.tape.root].range.lowerBound + 1
            let separator = self.tape.firstMember(of: self.tape.root) == nil ? "" : ","
            patches.append(
                BytePatch(start..<start, Array(#""model":""#.utf8) + Self.quoted(name) + Array("\"\(separator)".utf8)))
        }
        if self.kind == .chat(.openAIChat), self.isStreamed, !self.wantsUsage { patches.append(self.usagePatch) }
        return patches
    }

    private static func quoted(_ name: String) -> [UInt8] {
        var content: [UInt8] = []
        JSONString.appendEscaped(name.utf8Span.span, to: &content)
        return content
    }

    private var usagePatch: BytePatch {
        let body = self.body
        let bytes = body.readableBytesUInt8Span
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

    /// Whether the caller sets how the answer is drawn, which newer versions of Anthropic's API refuse.
    package var hasSampling: Bool {
        let body = self.body
        let bytes = body.readableBytesUInt8Span
        return ["temperature", "top_p", "top_k"].contains { (name: StaticString) in
            self.tape.member(name, of: self.tape.root, in: bytes) != nil
        }
    }
}
