/// One sentence, heading, list item or line of code of a source.
struct Sentence: Hashable {
    enum Role {
        case statement
        /// Ends in a question mark: it leads to an answer and is none.
        case question
        /// Names what follows; also a line that ends in a colon, or the first row of a table.
        case heading
        /// The question that is being answered: neither answer nor context.
        case asked
    }

    /// Where it stands in its text, white space and list marks trimmed.
    var range: Range<Int>
    var role: Role
    /// Counts the stretches of text between blank lines.
    let paragraph: Int
    /// The heading above it, as an index into the sentences of its text.
    let heading: Int?
    /// The line that introduces the list it is in, the first row of its table, or the question it stands behind.
    let lead: Int?
    /// The sentences just before it in its paragraph, whose subject it probably continues; none for list items and code.
    let earlier: Range<Int>
}
