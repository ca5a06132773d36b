extension Settings {
    /// What models are used for, and how long what is sealed of their exchanges can be read.
    package struct UseCase: Hashable, Sendable {
        package var name = ""
        /// For how many days the details of exchanges can be read, 0 for ever; nil for what holds for all.
        package var metadata: Int?
        /// For how many days prompts and answers can be read, 0 for ever; nil for what holds for all.
        package var content: Int?
    }
}

extension Settings.UseCase {
    static let nameType = ScalarType<String>.name("a name of letters, digits, `.`, `_` and `-`", alsoAllowing: "._-")

    static let type = EntryType<Self>(
        variants: [
            .init(nil, Self.description, "a use case") {
                $0
            } unwrap: {
                $0
            }
        ],
        name: (\.name, Self.nameType),
        isEmptyAllowed: true,
        samples: [])

    private static let description = Section(
        initial: Self(),
        fields: [
            .optional(
                "keep_metadata", \.metadata, Settings.Audit.days,
                "for how many days the details of its exchanges can be read, in the place of audit.keep_metadata",
                example: "400"),
            .optional(
                "keep_content", \.content, Settings.Audit.days,
                "for how many days its prompts and answers can be read, in the place of audit.keep_content",
                example: "30"),
        ])
}
