import TestSupport
import Testing
import TextSearch

@Suite("The texts of payloads")
struct PayloadTextTests {
    private static func texts(_ content: String) -> [String] { PayloadText.texts(of: Array(content.utf8)) }

    @Test("Of JSON, every string is a text, with its escapes undone")
    func json() {
        #expect(Self.texts(#"{"a":"one","b":["t\u0077o",{"c":"three"}],"d":4}"#) == ["one", "two", "three"])
    }

    @Test("Of a stream, the pieces of a text are one, whatever lies between them")
    func stream() {
        func chunk(_ index: Int, _ text: String) -> String {
            #"data: {"choices":[{"index":\#(index),"delta":{"content":"\#(text)"}}]}"# + "\n\n"
        }
        let stream = chunk(0, "acc") + chunk(1, "x") + ": ping\n\n" + chunk(0, "ount 4711") + "data: [DONE]\n\n"
        #expect(Self.texts(stream) == ["account 4711", "x"])
    }

    @Test("Of named events and of arrays that stand for a stream, too")
    func shapes() {
        let named = ["acc", "ount"].map {
            "event: content_block_delta\n"
                + #"data: {"type":"x","index":0,"delta":{"text":"\#($0)"}}"# + "\n\n"
        }.joined()
        #expect(Self.texts(named).contains("account"))
        let array =
            #"[{"candidates":[{"content":{"parts":[{"text":"acc"}]}}]},{"candidates":[{"content":{"parts":[{"text":"ount"}]}}]}]"#
        #expect(Self.texts(array) == ["account"])
    }

    @Test("What is neither is a text as a whole, also where it was cut", arguments: ["plain words", "", #"{"a":"b"#])
    func plain(_ content: String) { #expect(Self.texts(content) == [content]) }
}
