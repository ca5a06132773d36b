extension Settings {
    /// What happens to content in which something was found.
    package struct Rule: Hashable, Sendable {
        package enum Direction: String, Sendable, CaseIterable { case request, response, both }

        /// From the mildest to the strictest.
        package enum Effect: String, Sendable, CaseIterable, Comparable {
            case allow, redact, block

            private var strictness: Int {
                switch self {
                case .allow: 0
                case .redact: 1
                case .block: 2
                }
            }

            package static func < (left: Self, right: Self) -> Bool { left.strictness < right.strictness }
        }

        /// Unique among the rules.
        package var id = ""
        /// Kinds such as `pii.card`, or families such as `pii`; never empty once loaded.
        package var found: [String] = []
        package var direction = Direction.both
        package var effect = Effect.block
        /// Told to whoever is blocked.
        package var message: String?

        /// The rules of a configuration that has none of its own.
        package static let defaults = Self.firstDay.map(\.rule)

        /// The default rules, each with what the template says for it.
        static let firstDay: [(rule: Rule, reason: String)] = [
            (
                Rule(id: "secrets-stay", found: ["secret"], direction: .both, effect: .redact),
                "Whoever sees a key or a token can use it."
            ),
            (
                Rule(
                    id: "card-numbers-stay", found: ["pii.card"], direction: .request, effect: .block,
                    message: "card numbers may not be sent to a model"),
                "No model needs a card number: the request is refused, and whoever sent it is told why."
            ),
            (
                Rule(id: "no-card-numbers-back", found: ["pii.card"], direction: .response, effect: .redact),
                "An answer is already under way: it goes on without the number."
            ),
            (
                Rule(id: "mail-addresses-stay", found: ["pii.email"], direction: .both, effect: .redact),
                "An e-mail address says who somebody is; an answer rarely depends on it."
            ),
            (
                Rule(id: "no-phone-numbers-back", found: ["pii.phone"], direction: .response, effect: .redact),
                "Requests are often about a telephone number, and other numbers look like one: only answers are cleaned."
            ),
        ]
    }
}
