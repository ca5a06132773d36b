package import Kernel
package import NIOCore

/// What an error body in OpenAI's shape says, in whatever variant servers send it.
package struct UpstreamErrorBody: Sendable {
    package let message: String
    package let type: String?
    package let code: String?
    package let parameter: String?

    /// Reads a body; nil where it is not JSON with an `error` in it. Texts are as long as they came.
    package init?(_ body: ByteBuffer) {
        let bytes = body.readableBytesUInt8Span
        guard let tape = try? JSONTape(bytes) else { return nil }
        self.init(tape, of: tape.root, bytes)
    }

    /// Reads the `error` member of an object: an object with `message`, or a bare string.
    package init?(_ tape: JSONTape, of object: JSONTape.Node, _ bytes: Span<UInt8>) {
        guard let error = tape.member("error", of: object, in: bytes), tape.kind(error) != .null else { return nil }
        if let text = tape.string(error, in: bytes) {
            self.message = text
            self.type = nil
            self.code = nil
            self.parameter = nil
            return
        }
        func text(_ name: StaticString) -> String? {
            tape.member(name, of: error, in: bytes).flatMap { tape.string($0, in: bytes) }
        }
        self.message = text("message") ?? "the model's provider gave no reason"
        self.type = text("type")
        self.code = text("code")
        self.parameter = text("param")
    }
}
