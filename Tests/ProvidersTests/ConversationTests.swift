import Codecs
import Conversation
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing

@Suite("A request as a conversation")
struct ConversationTests {
    struct Case: Shown {
        let name: String
        let messages: String
        var documents: String?
        let expected: [Message]
    }

    private static func user(_ parts: Message.Part...) -> [Message] { [Message(role: .user, parts: parts)] }

    static let cases: [Case] = [
        Case(name: "a text", messages: #"{"role":"user","content":"hi \u00e9"}"#, expected: user(.text("hi é"))),
        Case(
            name: "roles",
            messages: ["system", "developer", "user", "assistant", "tool", "function", "wizard"]
                .map { #"{"role":"\#($0)","content":"x"}"# }.joined(separator: ","),
            expected: [.system, .system, .user, .assistant, .tool, .tool, .user].map {
                Message(role: $0, parts: [.text("x")])
            }),
        Case(name: "no content", messages: #"{"role":"user"}"#, expected: user()),
        Case(name: "nothing for content", messages: #"{"role":"user","content":null}"#, expected: user()),
        Case(name: "a number for content", messages: #"{"role":"user","content":5}"#, expected: user()),
        Case(
            name: "parts of text, and parts that are none",
            messages:
                #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"b"},7]}"#,
            expected: user(.text("a"), .text("b"))),
        Case(
            name: "a file", messages: #"{"role":"user","content":[{"type":"file","file":{"title":"t","text":"d"}}]}"#,
            expected: user(.document(title: "t", text: "d"))),
        Case(
            name: "a file of bytes",
            messages: #"{"role":"user","content":[{"type":"file","file":{"file_data":"AAAA"}}]}"#,
            expected: user()),
        Case(
            name: "a document in words", messages: #"{"role":"user","content":[{"type":"document","document":"d"}]}"#,
            expected: user(.document(title: nil, text: "d"))),
        Case(
            name: "documents beside the messages", messages: #"{"role":"user","content":"q"}"#,
            documents: #"["one",{"text":"two","title":"t"},{"content":"three"},{"title":"none"},5]"#,
            expected: [
                Message(
                    role: .tool,
                    parts: [
                        .document(title: nil, text: "one"), .document(title: "t", text: "two"),
                        .document(title: nil, text: "three"),
                    ])
            ] + user(.text("q"))),
        Case(
            name: "documents that are none", messages: #"{"role":"user","content":"q"}"#, documents: #"{"text":"x"}"#,
            expected: user(.text("q"))),
    ]

    @Test("Texts and documents are read, all else is left out", arguments: Self.cases)
    func reads(_ row: Case) throws {
        let documents = row.documents.map { #","documents":\#($0)"# } ?? ""
        let request = try ModelRequest(
            ModelRequest.Address(.chat(.openAIChat)),
            body: ByteBuffer(string: #"{"model":"m","messages":[\#(row.messages)]\#(documents)}"#))
        #expect(request.conversation == Conversation(messages: row.expected))
    }

    @Test("A token is counted for every four bytes that were begun")
    func estimate() {
        #expect([0, 1, 4, 5, 4000].map { TokenEstimate.tokens(inTextOf: $0).value } == [0, 1, 1, 2, 1000])
    }
}
