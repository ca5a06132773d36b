package import Codecs
package import Conversation
import Kernel

/// The usage object. Its prompt tokens include what came from the cache; its candidates do not include thoughts.
package enum GeminiUsage {
    /// What `usageMetadata` says; nil where it is none.
    package static func usage(_ json: borrowing JSONView, _ node: JSONView.Node) -> TokenUsage? {
        guard json.kind(node) == .object, let input = json.tokens("promptTokenCount", of: node) else { return nil }
        let thoughts = json.tokens("thoughtsTokenCount", of: node) ?? 0
        return TokenUsage(
            input: input + (json.tokens("toolUsePromptTokenCount", of: node) ?? 0),
            output: (json.tokens("candidatesTokenCount", of: node) ?? 0) + thoughts,
            cached: json.tokens("cachedContentTokenCount", of: node) ?? 0, reasoning: thoughts,
            audioInput: self.audio(json, "promptTokensDetails", of: node),
            audioOutput: self.audio(json, "candidatesTokensDetails", of: node), source: .reported)
    }

    private static func audio(
        _ json: borrowing JSONView, _ name: StaticString, of node: JSONView.Node
    ) -> TokenCount {
        for detail in json.value(name, of: node).map({ json.elements(of: $0) }) ?? []
        where json.text("modality", of: detail) == "AUDIO" {
            return json.tokens("tokenCount", of: detail) ?? 0
        }
        return 0
    }

    /// Clients stumble where there is none, so what nobody counted is told as nothing.
    static func write(_ usage: TokenUsage?, to json: inout JSONWriter) {
        let usage = usage ?? TokenUsage(input: 0, output: 0, source: .estimated)
        json.object("usageMetadata") { json in
            json.member("promptTokenCount", usage.input.value)
            json.member("candidatesTokenCount", max(0, usage.output.value - usage.reasoning.value))
            json.member("totalTokenCount", (usage.input + usage.output).value)
            if usage.reasoning > 0 { json.member("thoughtsTokenCount", usage.reasoning.value) }
            if usage.cached > 0 { json.member("cachedContentTokenCount", usage.cached.value) }
            self.write("promptTokensDetails", audio: usage.audioInput, of: usage.input, to: &json)
            self.write("candidatesTokensDetails", audio: usage.audioOutput, of: usage.output, to: &json)
        }
    }

    private static func write(
        _ name: StaticString, audio: TokenCount, of all: TokenCount, to json: inout JSONWriter
    ) {
        guard audio > 0 else { return }
        json.array(name) { json in
            json.object { json in
                json.member("modality", "TEXT")
                json.member("tokenCount", max(0, all.value - audio.value))
            }
            json.object { json in
                json.member("modality", "AUDIO")
                json.member("tokenCount", audio.value)
            }
        }
    }
}
