/// What is known of one key: the template, the JSON Schema and the list of variables are made of these.
struct KeyDescription: Sendable {
    enum Presence: Hashable, Sendable {
        case required
        /// May be left out, and means something by that.
        case optional
        /// May be left out; the value, as it would be written, that it then has.
        case defaulted(String)
    }

    enum Form: Sendable {
        case scalar(ScalarForm)
        case list(ScalarForm, isEmptyAllowed: Bool)
        case section([KeyDescription])
        case entries(EntriesDescription)
    }

    let name: String
    /// One sentence, lower-case start, no final period.
    let documentation: String
    let form: Form
    let presence: Presence
    /// What a value must be, as in "expected …"; nil where the form says it.
    let expectation: String?
    /// A value, as it would be written.
    let example: String
    /// Whether the template sets it rather than showing it as a comment.
    let isEssential: Bool

    /// The documentation as a sentence that stands alone.
    var sentence: String { self.documentation.capitalizedSentence }
}

extension String {
    /// With a capital at its start and a period at its end.
    var capitalizedSentence: String { self.prefix(1).uppercased() + self.dropFirst() + "." }
}

/// What is known of a mapping from names to entries of one sort.
struct EntriesDescription: Sendable {
    /// One set of keys that an entry may have.
    struct Variant: Sendable {
        /// The value of the first key, `kind`, that chooses this variant; nil where there is only one.
        let kind: String?
        let documentation: String
        let keys: [KeyDescription]
    }

    /// An entry that the template shows.
    struct Sample: Sendable {
        let name: String
        let comment: String?
        /// Whether the template sets it rather than showing it as a comment.
        let isActive: Bool
        let kind: String?
        /// What differs from the defaults, as it would be written.
        let values: [String: String]
    }

    /// The pattern of the names.
    let names: String
    let isEmptyAllowed: Bool
    let variants: [Variant]
    let samples: [Sample]
}
