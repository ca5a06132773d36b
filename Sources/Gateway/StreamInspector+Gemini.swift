import CloudCodecs
import Codecs
import Framing
import Kernel
import Providers

// Chunks of Gemini's streamGenerateContent.
extension StreamInspector {
    private static let structure: [StaticString] = [
        "id", "name", "role", "mimeType", "thoughtSignature", "finishReason", "category", "probability",
    ]

    mutating func readCandidates(_ text: Span<UInt8>, at offset: Int, into frame: inout Frame) {
        let root = self.tape.root
        if let model = self.tape.member("modelVersion", of: root, in: text) {
            self.servedModel = self.tape.string(model, in: text)
        }
        if let usage = self.tape.member("usageMetadata", of: root, in: text) {
            self.usage = GeminiUsage.usage(JSONView(self.tape, text), usage) ?? self.usage
        }
        if let feedback = self.tape.member("promptFeedback", of: root, in: text),
            self.tape.member("blockReason", of: feedback, in: text) != nil
        {
            self.isDone = true
        }
        guard let candidates = self.tape.member("candidates", of: root, in: text) else { return }
        var next = self.tape.firstElement(of: candidates)
        while let candidate = next {
            next = self.tape.element(after: candidate, of: candidates)
            self.readCandidate(candidate, text, at: offset, into: &frame)
        }
    }

    private mutating func readCandidate(
        _ candidate: JSONTape.Node, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        let index = self.tape.member("index", of: candidate, in: text).flatMap { self.tape.integer($0, in: text) } ?? 0
        let isFinished =
            self.tape.member("finishReason", of: candidate, in: text).map { self.tape.kind($0) == .string } ?? false
        self.choices[index] = isFinished || self.choices[index] == true
        let before = frame.pieces.count
        var member = self.tape.firstMember(of: candidate)
        while let (name, value) = member {
            member = self.tape.member(after: value, of: candidate)
            if self.tape.isString(name, "content", in: text), let parts = self.tape.member("parts", of: value, in: text)
            {
                self.readParts(parts, of: index, text, at: offset, into: &frame)
            } else if self.tape.isString(name, "logprobsResult", in: text) {
                frame.tokens.append((before..<frame.pieces.count, self.tape[value].range.shifted(by: offset)))
            } else {
                self.addStrings(
                    below: value, choice: index, isWhole: true, except: Self.structure, text, at: offset, into: &frame)
            }
        }
        if frame.pieces.count > before { self.settleOthers(of: index, than: frame.pieces[before...]) }
    }

    /// Text goes on from chunk to chunk, thoughts apart from words; all other parts come whole.
    private mutating func readParts(
        _ parts: JSONTape.Node, of candidate: Int, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        var next = self.tape.firstElement(of: parts)
        while let part = next {
            next = self.tape.element(after: part, of: parts)
            let isThought = self.tape.member("thought", of: part, in: text).map { self.tape.kind($0) == .true } ?? false
            var member = self.tape.firstMember(of: part)
            while let (name, value) = member {
                member = self.tape.member(after: value, of: part)
                if self.tape.isString(name, "text", in: text) {
                    self.add(
                        value, Self.field(of: isThought ? "thought" : "text"), choice: candidate, text, at: offset,
                        into: &frame)
                } else if !Self.structure.contains(where: { self.tape.isString(name, $0, in: text) }) {
                    if self.tape.kind(value) == .string {
                        self.add(
                            value, Self.field(of: text.extracting(self.tape[name].range)), choice: candidate,
                            isWhole: true, text, at: offset, into: &frame)
                    } else {
                        let isCall = self.tape.isString(name, "functionCall", in: text)
                        self.addStrings(
                            below: value, choice: candidate, tool: isCall ? Self.wholeCall : 0, isWhole: true,
                            except: Self.structure, text, at: offset, into: &frame)
                    }
                }
            }
        }
    }
}
