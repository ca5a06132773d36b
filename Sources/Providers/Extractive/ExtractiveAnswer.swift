package import Conversation

/// What the extractive answerer says, with where it took it from.
package struct ExtractiveAnswer: Hashable, Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// Sentences of the sources are quoted.
        case answered
        /// There were texts, and none of their sentences fits.
        case nothingFits
        /// A question without any text to look in.
        case nothingToSearch
        /// Nothing was asked.
        case noQuestion
        /// A greeting, or a question about the answerer itself, answered by saying what it does.
        case greeting
    }

    /// One quoted sentence.
    package struct Citation: Hashable, Sendable {
        /// The number of its source in the text; sentences of one source share it.
        package let number: Int
        /// What the list at the end calls the source: the title of a document, or what kind of message it was.
        package let source: String
        /// As it stands in the source. The answer's text has single spaces where the source breaks the line.
        package let sentence: String
    }

    package let outcome: Outcome
    /// The answer in pieces as they are streamed, one token each (`TextPieces`); joined they are the text.
    package let pieces: [String]
    /// One for each sentence quoted, in the order of the text.
    package let citations: [Citation]
    /// The share of the question that the best sentence covers, from 0 to 1, rare words counting more; 0 where none fits.
    /// A measure of words shared, not of truth.
    package let confidence: Double
    /// Whether the token bound ended the text early.
    package let isCut: Bool
    /// Our own count, and so the provider's report: input is all text of the conversation, output the pieces.
    package let usage: TokenUsage

    package var text: String { self.pieces.joined() }

    /// The answer as it is streamed.
    package var events: [AnswerEvent] {
        [.begin(AnswerOpening(id: "", model: ""))] + self.pieces.map { .text($0) }
            + [.usage(self.usage), .stop(self.isCut ? .length : .end), .end]
    }

    /// Whether every statement of the text is quoted from a source.
    package var isGrounded: Bool { self.outcome == .answered }
}
