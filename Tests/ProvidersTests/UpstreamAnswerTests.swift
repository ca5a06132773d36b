import Codecs
import Conversation
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing
import Transport

@Suite("What servers answer")
struct UpstreamAnswerTests {
    // MARK: Errors

    struct Case: Shown {
        let body: String
        var message: String?
        var type: String?
        var code: String?
        var parameter: String?
        var name: String { self.body }
    }

    static let errors: [Case] = [
        Case(
            body: #"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#, message: "m", type: "t", code: "c",
            parameter: "p"),
        Case(body: #"{"error":{"message":"m","type":null,"param":null,"code":null}}"#, message: "m"),
        Case(body: #"{"error":{"message":"m","code":400}}"#, message: "m"),
        Case(body: #"{"error":{"message":"a\"b\u00e9"}}"#, message: "a\"bé"),
        Case(body: #"{"error":{}}"#, message: "the model's provider gave no reason"),
        Case(body: #"{"error":{"message":{"x":1}}}"#, message: "the model's provider gave no reason"),
        Case(body: #"{"error":"bare"}"#, message: "bare"), Case(body: #"{"error":""}"#, message: ""),
        Case(body: #"{"object":"error","error":{"message":"m"},"x":1}"#, message: "m"), Case(body: #"{"error":null}"#),
        Case(body: "{}"),
        Case(body: #"{"detail":"x"}"#), Case(body: #"[{"error":"x"}]"#, message: "x"),
        Case(body: #"{"message":"x"}"#, message: "x"), Case(body: #"{"Message":"x"}"#, message: "x"), Case(body: ""),
        Case(body: "<html>"),
        Case(body: #"{"error":"cut"#),
        Case(body: #""error""#),
    ]

    @Test("Errors are read in whatever variant they come, and what is none is none", arguments: Self.errors)
    func error(_ row: Case) {
        let error = UpstreamErrorBody(ByteBuffer(string: row.body))
        #expect(error?.message == row.message)
        #expect(error?.type == row.type)
        #expect(error?.code == row.code)
        #expect(error?.parameter == row.parameter)
    }

    // MARK: Usage

    static let usages: [(String, TokenUsage?)] = [
        (
            #"{"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
            TokenUsage(input: 1, output: 2, source: .reported)
        ),
        (#"{"usage":{"prompt_tokens":0,"completion_tokens":0}}"#, TokenUsage(input: 0, output: 0, source: .reported)),
        (#"{"usage":{"prompt_tokens":4}}"#, TokenUsage(input: 4, output: 0, source: .reported)),
        (
            #"{"usage":{"prompt_tokens":9,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":7,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":6}}}"#,
            TokenUsage(input: 9, output: 8, cached: 7, reasoning: 6, audioInput: 1, source: .reported)
        ),
        (
            #"{"usage":{"prompt_tokens":9,"prompt_tokens_details":null,"completion_tokens_details":5}}"#,
            TokenUsage(input: 9, output: 0, source: .reported)
        ),
        (#"{"usage":{"prompt_tokens":9,"completion_tokens":-1}}"#, TokenUsage(input: 9, output: 0, source: .reported)),
        (#"{"usage":null}"#, nil), (#"{"usage":{}}"#, nil), (#"{"usage":{"completion_tokens":5}}"#, nil),
        (#"{"usage":{"prompt_tokens":"5"}}"#, nil),
        (#"{"usage":{"prompt_tokens":5.0}}"#, nil), (#"{"usage":{"prompt_tokens":-5}}"#, nil), (#"{"usage":[1]}"#, nil),
        (#"{"x":{"usage":{"prompt_tokens":5}}}"#, nil),
        ("{}", nil), ("[]", nil),
    ]

    @Test("Usage is read where it is what it should be", arguments: Self.usages)
    func usage(_ body: String, _ expected: TokenUsage?) throws {
        let bytes = Array(body.utf8)
        let tape = try JSONTape(bytes.span)
        let usage = OpenAIChat.usage(JSONView(tape, bytes.span))
        #expect(usage == expected)
    }

    @Test("The catalog knows its aliases in order, and of two alike the first")
    func catalog() {
        struct Named: Provider {
            let name: String
            func answer(
                _ request: ModelRequest, model: Model, redactions: [BytePatch], over wire: any Wire,
                _ context: OperationContext
            ) async throws(ProviderError) -> ProviderAnswer {
                throw .unsupported(RequestError(code: "none", message: "none"))
            }
            func scrubbed(_ message: String) -> String { message }
        }
        let (a, b) = (Named(name: "a"), Named(name: "b"))
        let catalog = ModelCatalog([
            Model(alias: "z", provider: a, providerModel: "1"), Model(alias: "é", provider: a, providerModel: "2"),
            Model(alias: "a", provider: a, providerModel: "3"), Model(alias: "a", provider: b, providerModel: "4"),
        ])
        #expect(catalog.aliases == ["a", "z", "é"])
        #expect(catalog["a"]?.provider.name == "a")
        #expect(catalog["a"]?.providerModel == "3")
        #expect(catalog["A"] == nil)
        #expect(ModelCatalog([]).aliases.isEmpty)
    }
}
