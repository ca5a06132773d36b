import AgentCodecs
import CloudCodecs
import Codecs
import Conversation
import TestSupport
import Testing

@Suite("Schemas that are closed")
struct ClosedSchemaTests {
    struct Case: Shown {
        let name: String
        let schema: String
        let closed: String
        var isNarrowed = false
    }

    static let cases: [Case] = [
        Case(
            name: "an object without a word on it",
            schema: #"{"type":"object","properties":{"a":{"type":"string"}}}"#,
            closed: #"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#),
        Case(
            name: "one that is closed stays as it is written",
            schema: #"{ "type": "object", "additionalProperties" : false }"#,
            closed: #"{ "type": "object", "additionalProperties" : false }"#),
        Case(
            name: "one that is open, which is told",
            schema: #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            closed: #"{"type":"object","additionalProperties":false}"#, isNarrowed: true),
        Case(
            name: "objects inside lists, unions and definitions",
            schema: """
                {"type":"array","items":{"type":"object"},"$defs":{"items":{"anyOf":[{"type":["object","null"]},{"type":"null"}]}}}
                """,
            closed: """
                {"type":"array","items":{"type":"object","additionalProperties":false},
                "$defs":{"items":{"anyOf":[{"type":["object","null"],"additionalProperties":false},{"type":"null"}]}}}
                """),
        Case(
            name: "names of properties, examples and constants are data",
            schema: """
                {"properties":{"properties":{"type":"string","enum":["object"]},"items":{"const":{"type":"object"}}},
                "examples":[{"type":"object"}]}
                """,
            closed: """
                {"properties":{"properties":{"type":"string","enum":["object"]},"items":{"const":{"type":"object"}}},
                "examples":[{"type":"object"}],"additionalProperties":false}
                """),
        Case(name: "what is no object", schema: #"{"type":"string"}"#, closed: #"{"type":"string"}"#),
        Case(
            name: "parts that are odd", schema: #"{"properties":7,"items":true}"#,
            closed: #"{"properties":7,"items":true,"additionalProperties":false}"#),
    ]

    @Test("hold what they name and no more", arguments: cases)
    func closed(_ fit: Case) throws {
        let closed = ClosedSchema(JSONText(wellFormed: Array(fit.schema.utf8)))
        #expect(try Wire.tree(closed.schema.bytes) == Wire.tree(fit.closed))
        if fit.schema == fit.closed { #expect(closed.schema.text == fit.schema) }
        #expect(closed.isNarrowed == fit.isNarrowed)
    }

    @Test("reach Anthropic and Bedrock for a caller whose schemas have no word for it")
    func fromGemini() throws {
        let body = #"""
            {"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"responseMimeType":"application/json",
            "responseSchema":{"type":"OBJECT","properties":{"a":{"type":"OBJECT","properties":{"b":{"type":"STRING"}}}}}}}
            """#
        for (codec, closed) in [
            (AnthropicMessages.self as any WireCodec.Type, #""additionalProperties":false"#),
            (BedrockConverse.self, #"\"additionalProperties\":false"#),
        ] {
            let sent = try Translation(from: GeminiContent.self, to: codec).request(
                Array(body.utf8).span, RequestAddress(model: "m"), EncodingOptions(model: "claude"))
            let text = Wire.text(sent.encoded.body)
            #expect(text.split(separator: closed, omittingEmptySubsequences: false).count == 3, "\(text)")
        }
    }
}
