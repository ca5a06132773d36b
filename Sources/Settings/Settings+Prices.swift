package import Kernel

extension Settings {
    /// What exchanges cost.
    package struct Prices: Hashable, Sendable {
        /// What happens where the table has no price for a model.
        package enum Unpriced: String, Sendable, CaseIterable {
            /// The exchange is refused.
            case refuse
            /// `defaultInput` and `defaultOutput` hold.
            case `default`
        }

        /// What `path` says for the table that comes with the gateway.
        static let builtIn = "built-in"

        /// As it was written; `Settings.pricesPath` is the one to open.
        package var path = Self.builtIn
        package var unpriced = Unpriced.default
        /// For a million tokens; more than nearly all models cost, so that budgets err on the careful side.
        package var defaultInput = Microdollars(15_000_000)
        package var defaultOutput = Microdollars(75_000_000)
    }

    /// The price table to read; nil where the one holds that comes with the gateway.
    package var pricesPath: String? {
        self.prices.path == Prices.builtIn ? nil : self.resolved(self.prices.path)
    }
}

extension Settings.Prices {
    static let description = Section(
        initial: Self(),
        fields: [
            .value(
                "path", \.path, .line("the path of a file, or `built-in`", upTo: 4096),
                "the price table, a file such as prices.yaml; built-in is the one that comes with the gateway"),
            .value(
                "unpriced", \.unpriced, .choice,
                "what happens where a model has no price: refuse the exchange, or let the default prices hold; never free"
            ),
            .value(
                "default_input", \.defaultInput, .price, "US dollars for a million input tokens of an unpriced model"),
            .value(
                "default_output", \.defaultOutput, .price,
                "US dollars for a million output tokens of an unpriced model"),
        ])
}
