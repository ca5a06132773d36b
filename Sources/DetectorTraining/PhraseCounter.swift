internal import Detection
internal import TrainingTexts

/// Counts the phrases of known attacks in texts, as requests are looked over for them.
///
/// So the fusion learns from texts what a phrase is worth beside what the heads see, and need not be told.
struct PhraseCounter {
    private let database: PatternDatabase
    private let scratch = Scratch()

    init() throws(TrainingError) {
        do throws(PatternError) { self.database = try PatternDatabase(kinds: .family(.injection)) } catch {
            throw TrainingError(.malformedGrammar, "the phrases cannot be made ready: \(error)")
        }
    }

    /// The texts with their phrases counted.
    func counted(_ texts: [LabelledText]) -> [LabelledText] {
        var found: [Finding] = []
        return texts.map { text in
            found.removeAll(keepingCapacity: true)
            _ = self.database.scan(text.text.utf8Span.span, with: self.scratch, into: &found)
            var counted = text
            counted.phrases = found.count
            return counted
        }
    }
}
