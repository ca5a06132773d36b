/// The few sentences that the answerer says in its own words; all others are quoted.
enum ExtractiveReplies {
    static let sourcesHeading = "\n\nSources:\n"

    static let greeting = """
        Hello. I answer from the texts that come with a question: I quote the sentences that fit best and say where they \
        stand. Send a text in a system message, a document or the question itself, and ask about it.
        """

    static let noQuestion = """
        I was asked nothing. Send a question as the last user message, with the text to look in beside it.
        """

    static let nothingToSearch = """
        I have nothing to look in: no text came with this question, and I answer only by quoting texts that I am given. \
        Add one as a system message, a document or a part of the question, and ask again.
        """

    static func nothingFits(sources: Int, isCut: Bool) -> String {
        let place = sources == 1 ? "in the text that I was given" : "in the \(sources) texts that I was given"
        let rest = isCut ? " They are longer than I read; the rest may answer it." : ""
        return "I found nothing \(place) that answers this.\(rest)"
    }
}
