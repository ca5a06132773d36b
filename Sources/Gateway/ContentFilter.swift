import Kernel
import NIOCore

/// How policy stops an answer that the client has begun to read.
enum ContentFilter {
    /// How a stream ends that policy stops half way: as OpenAI's own content filter ends one.
    static func ending(_ id: String, at time: Timestamp, model: String, _ choices: [Int]) -> ByteBuffer {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", id)
        json.member("object", "chat.completion.chunk")
        json.member("created", time.unixSeconds)
        json.member("model", model)
        json.name("choices")
        json.beginArray()
        for choice in choices {
            json.beginObject()
            json.member("index", choice)
            json.name("delta")
            json.beginObject()
            json.endObject()
            json.member("finish_reason", "content_filter")
            json.endObject()
        }
        json.endArray()
        json.endObject()
        var ending = ByteBuffer(staticString: "data: ")
        ending.writeBytes(json.bytes)
        ending.writeStaticString("\n\ndata: [DONE]\n\n")
        return ending
    }
}
