import Kernel
import NIOCore
import Transport

extension Refusal {
    /// The error envelope of OpenAI's API, with the exchange's id beside it.
    func body(_ exchange: String) -> ByteBuffer {
        var json = JSONWriter()
        json.beginObject()
        self.writeError(to: &json, exchange)
        json.endObject()
        return ByteBuffer(bytes: json.bytes)
    }

    /// The frame that tells a client inside a stream that the answer is not complete. No `[DONE]` follows it.
    func frame(_ exchange: String) -> ByteBuffer {
        var frame = ByteBuffer(staticString: "data: ")
        frame.writeImmutableBuffer(self.body(exchange))
        frame.writeStaticString("\n\n")
        return frame
    }

    private func writeError(to json: inout JSONWriter, _ exchange: String) {
        json.name("error")
        json.beginObject()
        json.member("message", self.message)
        json.member("type", "\(self.type)")
        json.name("param")
        if let parameter = self.parameter { json.string(parameter) } else { json.null() }
        json.member("code", self.code)
        json.name("gatehouse")
        json.beginObject()
        json.member("exchange", exchange)
        json.endObject()
        json.endObject()
    }

    /// The fields that belong to an error.
    func addFields(to head: inout AnswerHead) {
        head.add("Content-Type", "application/json" as StaticString)
        head.add("x-should-retry", self.isRetryable ? "true" as StaticString : "false" as StaticString)
        if let retryAfter = self.retryAfter { head.add("Retry-After", String(retryAfter)) }
        if let allowed = self.allowed { head.add("Allow", allowed) }
        if self.status == 401 { head.add("WWW-Authenticate", "Bearer" as StaticString) }
    }
}
