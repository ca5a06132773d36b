package import Kernel
package import NIOCore

/// What an error body of a model server says, in whatever variant servers send it.
package struct UpstreamErrorBody: Sendable {
    package let message: String
    package let type: String?
    package let code: String?
    package let parameter: String?

    package init(message: String, type: String? = nil, code: String? = nil, parameter: String? = nil) {
        self.message = message
        self.type = type
        self.code = code
        self.parameter = parameter
    }

    /// Reads a body; nil where it is not JSON that says what is wrong. Texts are as long as they came.
    package init?(_ body: ByteBuffer) {
        let bytes = body.readableBytesUInt8Span
        guard let tape = try? JSONTape(bytes) else { return nil }
        // Gemini puts the errors of its streams in a list.
        let root = tape.kind(tape.root) == .array ? tape.firstElement(of: tape.root) ?? tape.root : tape.root
        if let error = UpstreamErrorBody(tape, of: root, bytes) {
            self = error
            return
        }
        // Bedrock has no envelope, and spells its one field in two ways.
        guard let message = tape.member("message", of: root, in: bytes) ?? tape.member("Message", of: root, in: bytes),
            let text = tape.string(message, in: bytes)
        else { return nil }
        self.init(message: text)
    }

    /// Reads the `error` member of an object: an object with `message`, or a bare string.
    package init?(_ tape: JSONTape, of object: JSONTape.Node, _ bytes: Span<UInt8>) {
        guard let error = tape.member("error", of: object, in: bytes), tape.kind(error) != .null else { return nil }
        if let text = tape.string(error, in: bytes) {
            self.init(message: text)
        } else {
            self.init(eventIn: tape, of: error, bytes)
        }
    }

    /// Reads an object that is itself the error, such as an `error` event of OpenAI's responses.
    package init(eventIn tape: JSONTape, of error: JSONTape.Node, _ bytes: Span<UInt8>) {
        func text(_ name: StaticString) -> String? {
            tape.member(name, of: error, in: bytes).flatMap { tape.string($0, in: bytes) }
        }
        self.init(
            message: text("message") ?? "the model's provider gave no reason", type: text("type") ?? text("status"),
            code: text("code"), parameter: text("param"))
    }
}
