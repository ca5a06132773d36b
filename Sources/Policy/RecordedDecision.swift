import Kernel

/// A question and its answer as an event keeps them.
package struct RecordedDecision: Sendable {
    package let question: Question
    package let decision: Decision

    /// Those of an event, in their order; none where the event has none, or was recorded before questions were.
    ///
    /// An exchange's event has them in `decisions`, each with the members `question` and `decision`.
    /// - Throws: where a question or decision is there and cannot be read.
    package static func all(inEvent json: [UInt8]) throws(PolicyFormatError) -> [RecordedDecision] {
        let bytes = json.span
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(bytes) } catch {
            throw PolicyFormatError(error.message, path: "", offset: error.offset)
        }
        guard let list = tape.member("decisions", of: tape.root, in: bytes) else { return [] }
        var records: [RecordedDecision] = []
        var next = tape.firstElement(of: list)
        while let element = next {
            next = tape.element(after: element, of: list)
            guard let question = tape.member("question", of: element, in: bytes),
                let decision = tape.member("decision", of: element, in: bytes)
            else { continue }
            records.append(
                RecordedDecision(
                    question: try Question(
                        JSONTree(tape, question, bytes, path: "question"), vocabulary: Question.Vocabulary()),
                    decision: try Decision(JSONTree(tape, decision, bytes, path: "decision"))))
        }
        return records
    }
}
