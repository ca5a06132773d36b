import Codecs
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing

@Suite("A request to a model")
struct ModelRequestTests {
    private static func read(_ body: String, _ kind: ModelRequest.Kind = .chat(.openAIChat)) throws(RequestError)
        -> ModelRequest
    {
        try ModelRequest(ModelRequest.Address(kind), body: ByteBuffer(string: body))
    }

    private static func chat(_ more: String) -> String { #"{"model":"owl","messages":[{"role":"user"}]\#(more)}"# }

    // MARK: Reading

    struct Accepted: Shown {
        let body: String
        var kind = ModelRequest.Kind.chat(.openAIChat)
        var model = "owl"
        var isStreamed = false
        var wantsUsage = false
        var maximum: TokenCount?
        var name: String { self.body }
    }

    static let accepted: [Accepted] = [
        Accepted(body: chat("")), Accepted(body: chat(#","stream":false"#)), Accepted(body: chat(#","stream":null"#)),
        Accepted(body: chat(#","stream":true"#), isStreamed: true),
        Accepted(
            body: chat(#","stream":true,"stream_options":{"include_usage":true}"#), isStreamed: true, wantsUsage: true),
        Accepted(body: chat(#","stream":true,"stream_options":{"include_usage":false}"#), isStreamed: true),
        Accepted(body: chat(#","stream":true,"stream_options":{"include_usage":null}"#), isStreamed: true),
        Accepted(body: chat(#","stream":true,"stream_options":null"#), isStreamed: true),
        Accepted(body: chat(#","max_tokens":5"#), maximum: 5),
        Accepted(body: chat(#","max_completion_tokens":6"#), maximum: 6),
        Accepted(body: chat(#","max_tokens":5,"max_completion_tokens":6"#), maximum: 6),
        Accepted(body: chat(#","max_tokens":5,"max_completion_tokens":null"#), maximum: 5),
        Accepted(body: chat(#","max_tokens":null"#)),
        Accepted(body: #"{"model":"a/b:c \u0041é","messages":[{"role":"user"}]}"#, model: "a/b:c Aé"),
        Accepted(body: #"{"messages":[{"role":"user","content":[]},{"role":"x"}],"model":"owl"}"#),
        Accepted(body: #"{"model":"owl","input":"text"}"#, kind: .embeddings),
        Accepted(body: #"{"model":"owl","input":[1,2]}"#, kind: .embeddings),
        Accepted(body: #"{"model":"owl","input":null,"messages":5,"stream":true}"#, kind: .embeddings),
        Accepted(
            body: #" {"x\\":{"model":"y"},"model":"owl","messages":[{"role":"user","model":"z"}]} "#.replacing(
                #"\\"#, with: "")),
    ]

    @Test("What the path must know is read, and the body stays", arguments: Self.accepted)
    func reads(_ row: Accepted) throws {
        let request = try Self.read(row.body, row.kind)
        #expect(request.model == row.model)
        #expect(request.isStreamed == row.isStreamed)
        #expect(request.wantsUsage == row.wantsUsage)
        #expect(request.maximumTokens == row.maximum)
        #expect(String(buffer: request.body) == row.body)
    }

    struct Refused: Shown {
        let body: String
        let code: String
        var parameter: String?
        var kind = ModelRequest.Kind.chat(.openAIChat)
        var name: String { "\(self.code) \(self.parameter ?? ""): \(self.body.prefix(90))" }

        init(_ code: String, _ parameter: String?, _ body: String, _ kind: ModelRequest.Kind = .chat(.openAIChat)) {
            self.body = body
            self.code = code
            self.parameter = parameter
            self.kind = kind
        }
    }

    static let refused: [Refused] = [
        Refused("invalid_json", nil, ""), Refused("invalid_json", nil, "x"), Refused("invalid_json", nil, "[]"),
        Refused("invalid_json", nil, "1"),
        Refused("invalid_json", nil, chat(",")), Refused("invalid_json", nil, chat("") + "{}"),
        Refused("invalid_json", nil, chat(#","str\u0065am":true"#)),
        Refused(
            "request_too_complex", nil,
            chat(",\"x\":" + String(repeating: "[", count: 128) + String(repeating: "]", count: 128))),
        Refused("missing_required_parameter", "model", #"{"messages":[{"role":"user"}]}"#),
        Refused("missing_required_parameter", "messages", #"{"model":"owl","input":"x"}"#),
        Refused("missing_required_parameter", "input", #"{"model":"owl","messages":[{"role":"user"}]}"#, .embeddings),
        Refused("invalid_type", "model", #"{"model":"","messages":[{"role":"user"}]}"#),
        Refused("invalid_type", "model", #"{"model":["owl"],"messages":[{"role":"user"}]}"#),
        Refused(
            "invalid_type", "model", #"{"model":"\#(String(repeating: "a", count: 257))","messages":[{"role":"user"}]}"#
        ),
        Refused("invalid_type", "messages", #"{"model":"owl","messages":{"role":"user"}}"#),
        Refused("invalid_type", "messages", #"{"model":"owl","messages":[]}"#),
        Refused("invalid_type", "messages", #"{"model":"owl","messages":null}"#),
        Refused("invalid_type", "messages[1]", #"{"model":"owl","messages":[{"role":"user"},"hello"]}"#),
        Refused("invalid_type", "messages[0].role", #"{"model":"owl","messages":[{"content":"x"}]}"#),
        Refused("invalid_type", "messages[0].role", #"{"model":"owl","messages":[{"role":null}]}"#),
        Refused("invalid_type", "stream", chat(#","stream":1"#)),
        Refused("invalid_type", "stream", chat(#","stream":"true""#)),
        Refused("invalid_type", "stream_options", chat(#","stream":true,"stream_options":true"#)),
        Refused(
            "invalid_type", "stream_options.include_usage",
            chat(#","stream":true,"stream_options":{"include_usage":"yes"}"#)),
        Refused(
            "invalid_type", "stream_options.include_usage",
            chat(#","stream":true,"stream_options":{"include_usage":1}"#)),
        Refused("invalid_type", "max_tokens", chat(#","max_tokens":0"#)),
        Refused("invalid_type", "max_tokens", chat(#","max_tokens":-1"#)),
        Refused("invalid_type", "max_tokens", chat(#","max_tokens":1.5"#)),
        Refused("invalid_type", "max_tokens", chat(#","max_tokens":"5""#)),
        Refused("invalid_type", "max_tokens", chat(#","max_tokens":99999999999999999999"#)),
        Refused("invalid_type", "max_completion_tokens", chat(#","max_completion_tokens":0,"max_tokens":5"#)),
        Refused("invalid_type", "max_tokens", chat(#","max_completion_tokens":null,"max_tokens":0"#)),
        Refused("duplicate_field", "model", chat(#","model":"owl""#)),
        Refused("duplicate_field", "messages", chat(#","messages":[]"#)),
        Refused("duplicate_field", "stream", chat(#","stream":true,"stream":true"#)),
        Refused("duplicate_field", "stream_options", chat(#","stream_options":null,"stream_options":null"#)),
        Refused("duplicate_field", "max_tokens", chat(#","max_tokens":1,"max_tokens":1"#)),
        Refused(
            "duplicate_field", "max_completion_tokens", chat(#","max_completion_tokens":1,"max_completion_tokens":1"#)),
        Refused("duplicate_field", "input", #"{"model":"owl","input":"a","input":"b"}"#, .embeddings),
    ]

    @Test("What is missing, double or of another type is refused by name", arguments: Self.refused)
    func refuses(_ row: Refused) {
        let error = #expect(throws: RequestError.self) { try Self.read(row.body, row.kind) }
        #expect(error?.code == row.code)
        #expect(error?.parameter == row.parameter)
        #expect(error?.message.isEmpty == false)
    }

    // MARK: Changing

    static let patched: [(String, String, String)] = [
        (chat(""), "owl", chat("")), (chat(""), "strix", #"{"model":"strix","messages":[{"role":"user"}]}"#),
        (chat(""), "a\"b\\c\n", #"{"model":"a\"b\\c\n","messages":[{"role":"user"}]}"#),
        (
            #"{"model":"\u006fwl","messages":[{"role":"user"}]}"#, "owl",
            #"{"model":"\u006fwl","messages":[{"role":"user"}]}"#
        ),
        (chat(#","stream":true"#), "owl", chat(#","stream":true,"stream_options":{"include_usage":true}"#)),
        (
            chat(#","stream":true,"stream_options":null"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        ),
        (
            chat(#","stream":true,"stream_options":{}"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        ),
        (
            chat(#","stream":true,"stream_options":{ }"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true }"#)
        ),
        (
            chat(#","stream":true,"stream_options":{"x":{}}"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true,"x":{}}"#)
        ),
        (
            chat(#","stream":true,"stream_options":{"include_usage":false}"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        ),
        (
            chat(#","stream":true,"stream_options":{"include_usage":null}"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        ),
        (
            chat(#","stream":true,"stream_options":{"include_usage":true}"#), "owl",
            chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        ),
        (
            chat(#","stream_options":{"include_usage":false}"#), "owl",
            chat(#","stream_options":{"include_usage":false}"#)
        ),
        (
            "  " + chat(#","stream":true"#) + " \n", "strix",
            "  "
                + #"{"model":"strix","messages":[{"role":"user"}],"stream":true,"stream_options":{"include_usage":true}}"#
                + " \n"
        ),
    ]

    @Test("Only the name and the wish for usage change, and the result is read as before", arguments: Self.patched)
    func patches(_ body: String, _ model: String, _ expected: String) throws {
        let request = try Self.read(body)
        let changed = request.body.patched(request.patches(forModel: model))
        #expect(String(buffer: changed) == expected)
        let again = try ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: changed)
        #expect(again.model == model)
        #expect(again.isStreamed == request.isStreamed)
        #expect(!again.isStreamed || again.wantsUsage)
        #expect(again.patches(forModel: model).isEmpty, "nothing is left to change")
    }

    @Test("A body that nothing changes is the same buffer; one that is a part of another is patched in its place")
    func buffers() throws {
        var buffer = ByteBuffer(string: "before" + Self.chat("") + "behind")
        buffer.moveReaderIndex(forwardBy: 6)
        let read = buffer.readSlice(length: Self.chat("").utf8.count)
        let slice = try #require(read)
        let request = try ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: slice)
        #expect(request.body.patched([]) == slice)
        #expect(
            String(buffer: request.body.patched(request.patches(forModel: "strix")))
                == #"{"model":"strix","messages":[{"role":"user"}]}"#)
        #expect(String(buffer: slice) == Self.chat(""))
    }

    @Test("Bytes that nobody wrote are read or refused, never more than that", arguments: 0..<150 as Range<UInt64>)
    func mutated(_ seed: UInt64) {
        var random = TestSupport.SplitMix(seed: seed)
        var body = Array(random.pick(Self.accepted).body.utf8)
        for _ in 0..<(1 + random.below(3)) where !body.isEmpty {
            let position = random.below(body.count)
            switch random.below(3) {
            case 0: body[position] = UInt8(truncatingIfNeeded: random.next())
            case 1: body.remove(at: position)
            default: body.insert(random.pick(Array(#"[]{},:"\u0ntf1"#.utf8)), at: position)
            }
        }
        guard let request = try? ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: ByteBuffer(bytes: body))
        else { return }
        let changed = request.body.patched(request.patches(forModel: "strix"))
        #expect(throws: Never.self) { try ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: changed) }
    }
}
