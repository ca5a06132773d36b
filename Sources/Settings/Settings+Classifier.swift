extension Settings {
    /// A detector that runs elsewhere, behind HTTP.
    package struct Classifier: Hashable, Sendable {
        /// What it speaks.
        package enum Dialect: String, Sendable, CaseIterable { case presidio, predict, classify, judge }

        /// What it looks at.
        package enum Side: String, Sendable, CaseIterable { case request, response }

        /// What becomes of a text that it cannot judge.
        package enum FailureMode: String, Sendable, CaseIterable { case closed, open }

        package var name = ""
        package var dialect: Dialect
        package var url = BaseURL(isTLS: false, host: .loopback, port: 80, path: "")
        /// Sent as bearer.
        package var token: SecretReference?
        /// The model that it is to use; empty for `presidio` and `predict`.
        package var model = ""
        /// Of the texts; for `presidio`.
        package var language = "en"
        /// What a judge is told.
        package var instruction: String?
        /// The labels that are findings; empty for all entities of `presidio`.
        package var labels: [String] = []
        /// What a finding is reported as; nil for `custom.<name>`.
        package var finding: String?
        /// In percent: below it nothing is reported.
        package var threshold = 50
        package var sides: [Side] = [.request]
        package var failureMode = FailureMode.closed
        package var timeout = Duration.milliseconds(500)
        /// Connections that an event loop may open.
        package var connections = 16
        /// Bytes of text that are sent at once.
        package var window = ByteCount.kibibytes(8)
        /// How long an answer counts for the same text; zero where each is judged anew.
        package var keep = Duration.seconds(60)

        /// What `Settings.resolveSecrets` calls its token.
        package var tokenName: String { "classifiers.\(self.name).token" }

        /// The kind of its findings.
        package var kind: String { self.finding ?? "custom.\(self.name)" }
    }
}

extension Settings.Classifier {
    static let type = EntryType<Self>(
        variants: [
            Self.variant(
                .presidio, "Presidio's analyzer",
                [
                    .value(
                        "language", \.language, .line("a language such as `en`", upTo: 16), "the language of the texts"),
                    .list("labels", \.labels, Self.label, "the entities that count, such as PERSON; [] for all"),
                ]),
            Self.variant(
                .predict, "text classification as Hugging Face's servers offer it: POST /predict", [Self.needed]),
            Self.variant(
                .classify, "text classification as vLLM offers it: POST /classify", [Self.modelName, Self.needed]),
            Self.variant(
                .judge, "a model that judges over OpenAI's chat completions, such as Llama Guard",
                [
                    Self.modelName, Self.needed,
                    .optional(
                        "instruction", \.instruction, .line("a sentence", upTo: 8000),
                        "what it is told before the text; its answer must begin with `safe` or one of the labels",
                        example: "Say `unsafe` where the text asks for a crime, else `safe`."),
                ]),
        ],
        name: (\.name, .name("a name of small letters, digits, `_` and `-`", alsoAllowing: "_-")),
        isEmptyAllowed: true,
        samples: [
            .init(
                name: "prompt-guard", comment: "a detector of yours", isActive: false, kind: "predict",
                values: ["url": "http://127.0.0.1:8090", "labels": "[MALICIOUS]", "finding": "injection.override"]),
            .init(
                name: "presidio", comment: nil, isActive: false, kind: "presidio",
                values: ["url": "http://127.0.0.1:5002", "language": "en", "on": "[request, response]"]),
            .init(
                name: "llama-guard", comment: nil, isActive: false, kind: "judge",
                values: [
                    "url": "http://127.0.0.1:8000", "model": "llama-guard-3", "labels": "[unsafe]",
                    "instruction": "Say `unsafe` where the text asks for a crime, else `safe`.", "timeout": "5s",
                ]),
        ])

    private static let label = ScalarType<String>.line("a label", upTo: 64)
    private static let needed = Field<Self>.list(
        "labels", \.labels, Self.label, "the labels that are findings", example: "[MALICIOUS]")
    private static let modelName = Field<Self>.required(
        "model", \.model, .line("what the server calls the model", upTo: 256), "what the server calls the model",
        example: "llama-guard-3")

    private static func variant(
        _ dialect: Dialect, _ documentation: String, _ own: [Field<Self>]
    ) -> EntryType<Self>.Variant {
        let section = Section(initial: Self(dialect: dialect), fields: [Self.address] + own + Self.common)
        return .init(dialect.rawValue, section, documentation) {
            $0
        } unwrap: {
            $0.dialect == dialect ? $0 : nil
        }
    }

    private static let address = Field<Self>.required(
        "url", \.url, .url, "where it is, without the path that its kind has", example: "http://127.0.0.1:8090")

    private static let common: [Field<Self>] = [
        .secret(
            "token", \.token, "a reference, never the token itself; it is sent as bearer",
            example: "${file:/run/secrets/classifier}"),
        .optional(
            "finding", \.finding, .line("a kind of finding", upTo: 80),
            "what a finding is called: a kind of docs/detection.md, or `custom.` and a label; custom.<name> without it",
            example: "injection.override"),
        .value("threshold", \.threshold, .count(1...100), "percent of certainty below which nothing is reported"),
        .list("on", \.sides, .choice, "what it looks at; streamed answers are not sent to it"),
        .value(
            "fail", \.failureMode, .choice,
            "what becomes of a text that it cannot judge: closed refuses it, open lets it pass and says so in the event"
        ),
        .value(
            "timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(60)), "how long one answer may take"),
        .value("connections", \.connections, .count(1...65_536), "connections that each event loop may open"),
        .value(
            "window", \.window, .size(.kibibytes(1) ... .mebibytes(1)),
            "how much text is sent at once; a text of more than 16 such pieces cannot be judged"),
        .value(
            "keep", \.keep, .duration(.zero ... .seconds(86_400)),
            "how long an answer counts for the same text; 0s asks each time"),
    ]
}
