package import Hardening

extension Settings {
    /// A name that applications ask for, and where it leads.
    package struct Model: Hashable, Sendable {
        package var name = ""
        /// The name of the provider.
        package var provider = ""
        /// What the provider calls the model; nil only for `extractive`, and for `replay` where it is called as here.
        package var model: String?
        /// The most output tokens of an answer: said to providers that want a bound where the caller names none, and what
        /// is set aside for the answer before it comes.
        package var maxTokens: Int?
        /// The names of other models that are asked in its place, in this order, where its provider fails. Each exists
        /// and is another one. Circles are allowed: the list of a model that stands in for another is not followed.
        package var fallbacks: [String] = []
        /// What policies know as `resource.approved`; by the default policies everyone may use what is approved.
        package var isApproved = true
        /// The `ModelGroup`s of policies that it belongs to.
        package var groups: [String] = []
        /// Where its provider computes, as policies know it by `resource.region`.
        package var region: String?
        /// How much of its exchanges is sealed; nil for what `audit.content` says.
        package var content: Settings.Audit.Content?
        /// What it is used for; `audit.use_cases` may say how long what is sealed of that is kept.
        package var useCase: String?
        /// What is done to its requests before it reads them.
        package var hardening = Hardening()
    }
}

extension Settings.Model {
    package static let nameType = ScalarType<String>.name(
        "a name of letters, digits and `._:/@-`", alsoAllowing: "._:/@-")

    static let type = EntryType<Self>(
        variants: [
            .init(nil, Self.description, "a model") {
                $0
            } unwrap: {
                $0
            }
        ],
        name: (\.name, Self.nameType),
        isEmptyAllowed: false,
        samples: [
            .init(name: "demo", comment: nil, isActive: true, kind: nil, values: ["provider": "local"]),
            .init(
                name: "gpt-4o-mini", comment: nil, isActive: false, kind: nil,
                values: [
                    "provider": "openai", "model": "gpt-4o-mini", "max_tokens": "16384", "fallbacks": "[demo]",
                    "groups": "[small]", "region": "eu", "use_case": "hiring",
                    "scope": "Answer questions about our insurance products.", "spotlight": "delimit",
                    "warn_of_injections": "true",
                ]),
        ])

    private static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "provider", \.provider, .line("the name of a provider", upTo: 128), "the name of a provider above",
                example: "local"),
            .optional(
                "model", \.model, .line("what the provider calls the model", upTo: 256),
                "what the provider calls the model; not for extractive", example: "gpt-4o-mini"),
            .optional(
                "max_tokens", \.maxTokens, .count(1...10_000_000),
                "the most tokens of an answer: sent where a provider wants a bound and the caller names none",
                example: "4096"),
            .list(
                "fallbacks", \.fallbacks, Self.nameType,
                "other models that are asked, in this order, where its provider fails"),
            .value(
                "approved", \.isApproved, .truth,
                "whether everyone may use it by the policies that the gateway comes with"),
            .list(
                "groups", \.groups, .name("a name of letters, digits, `.`, `_` and `-`", alsoAllowing: "._-"),
                "the groups of models that it belongs to, for policies"),
            .optional(
                "region", \.region, .line("a region such as `eu`", upTo: 64), "where it computes, for policies",
                example: "eu"),
            .optional(
                "content", \.content, .choice, "what is sealed of its exchanges, in the place of audit.content",
                example: "full"),
            .optional(
                "use_case", \.useCase, Settings.UseCase.nameType,
                "what it is used for: audit.use_cases may say how long what is sealed of that can be read",
                example: "hiring"),
            .optional(
                "scope", \.hardening.scope, .line("a sentence", upTo: 2000),
                "what it is there for: said to it before anything else, with the wish to decline the rest",
                example: "Answer questions about our insurance products."),
            .list(
                "never", \.hardening.outOfScope, .line("a sentence", upTo: 2000),
                "what it is told never to do, whoever asks"),
            .value(
                "warn_of_injections", \.hardening.warnsOfInjections, .truth,
                "whether it is told that what tools and documents say is data and no instruction"),
            .optional(
                "spotlight", \.hardening.separation, .choice,
                "how what tools and documents say is marked as data: between marks that nobody can guess, with a sign for white space, or in base64",
                example: "delimit"),
        ])
}
