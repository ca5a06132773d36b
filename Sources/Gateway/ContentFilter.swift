import Codecs
import Kernel
import NIOCore

/// How policy stops an answer that the client has begun to read: as the provider's own filter would end it.
enum ContentFilter {
    static func ending(
        _ shape: WireShape, _ id: String, at time: Timestamp, model: String, _ choices: [Int],
        number: Int
    ) -> ByteBuffer {
        switch shape {
        case .openAIChat, .bedrockConverse: self.chunk(id, at: time, model: model, choices)
        case .openAIResponses: self.incomplete(id, at: time, model: model, number)
        case .anthropicMessages: self.refusal()
        case .gemini: self.candidates(choices)
        }
    }

    private static func chunk(_ id: String, at time: Timestamp, model: String, _ choices: [Int]) -> ByteBuffer {
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

    private static func incomplete(
        _ id: String, at time: Timestamp, model: String, _ number: Int
    ) -> ByteBuffer {
        var json = JSONWriter()
        json.beginObject()
        json.member("type", "response.incomplete")
        json.member("sequence_number", number)
        json.name("response")
        json.beginObject()
        json.member("id", id)
        json.member("object", "response")
        json.member("created_at", time.unixSeconds)
        json.member("status", "incomplete")
        json.name("incomplete_details")
        json.beginObject()
        json.member("reason", "content_filter")
        json.endObject()
        json.member("model", model)
        json.name("output")
        json.beginArray()
        json.endArray()
        json.endObject()
        json.endObject()
        var ending = ByteBuffer(staticString: "event: response.incomplete\ndata: ")
        ending.writeBytes(json.bytes)
        ending.writeStaticString("\n\n")
        return ending
    }

    private static func refusal() -> ByteBuffer {
        ByteBuffer(
            staticString: """
                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null},"usage":{"output_tokens":0}}

                event: message_stop
                data: {"type":"message_stop"}


                """)
    }

    private static func candidates(_ choices: [Int]) -> ByteBuffer {
        let candidates = choices.map { #"{"index":\#($0),"finishReason":"SAFETY"}"# }.joined(separator: ",")
        return ByteBuffer(string: "data: {\"candidates\":[\(candidates)]}\r\n\r\n")
    }
}
