import Codecs
import Conversation
import Kernel
import Providers
import Testing

@Suite("The extractive answerer's answers on the wire")
struct ExtractiveStreamTests {
    static let options = AnswerOptions(model: "answers", created: 1_795_000_000, exchange: "exch_1")

    private func answer(maximumTokens: TokenCount? = nil) -> ExtractiveAnswer {
        ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .system, parts: [.text("The office opens at nine \u{1F600}. 駐車場は裏です。")]),
                Message(role: .user, parts: [.text("When does the office open?")]),
            ]), maximumTokens: maximumTokens)
    }

    @Test("A streamed answer says piece by piece what the whole one says, then why it ends and what it used")
    func streams() throws {
        let answer = self.answer()
        #expect(answer.outcome == .answered)
        var writer = OpenAIChat.streamWriter(Self.options)
        var bytes: [UInt8] = []
        for event in answer.events { writer.write(event, into: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
        var reader = OpenAIChat.streamReader()
        var events: [AnswerEvent] = []
        reader.receive(bytes.span, into: &events)
        reader.finish(into: &events)
        var pieces: [String] = []
        for case .text(let piece, choice: 0) in events { pieces.append(piece) }
        #expect(pieces == answer.pieces)
        #expect(pieces.count == answer.usage.output.value)
        #expect(events.contains(.usage(answer.usage)))
        #expect(events.contains(.stop(.end)))
        #expect(events.last == .end)
    }

    @Test("An answer that the bound on its length cuts says so")
    func cut() {
        let answer = self.answer(maximumTokens: 3)
        #expect(answer.isCut)
        #expect(answer.events.contains(.stop(.length)))
    }
}
