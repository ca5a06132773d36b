// Metering: what an exchange costs, before it is made and afterwards, exact to the millionth of a dollar.

/// The price table with what holds where it has no price: the one place that is asked what a model costs.
package struct PriceBook: Hashable, Sendable {
    /// What holds for a model that the table does not know. Nothing is free because it is unknown.
    package enum Unlisted: Hashable, Sendable {
        /// The exchange is refused.
        case refused
        /// It is charged like this.
        case charged(ModelPrice)
    }

    /// What is known of a model's price.
    package enum Pricing: Hashable, Sendable {
        /// It answers within the gateway and costs nothing.
        case free
        /// The table says so.
        case listed(PriceTable.Entry)
        /// The table has nothing: what the configuration says of such models.
        case assumed(ModelPrice)
        /// The table has nothing, and the configuration wants no guess.
        case refused

        /// nil where there is none to charge.
        package var price: ModelPrice? {
            switch self {
            case .free, .refused: nil
            case .listed(let entry): entry.price
            case .assumed(let price): price
            }
        }
    }

    package let table: PriceTable
    package let unlisted: Unlisted

    package init(table: PriceTable, unlisted: Unlisted) {
        self.table = table
        self.unlisted = unlisted
    }

    /// Looks a model up as `PriceTable.entry` does. Costs a few dictionary look-ups: done when the configuration is
    /// loaded, not for each exchange.
    /// - Parameters:
    ///   - model: What the provider calls it.
    ///   - provider: The provider's own name, which has precedence: `groq` finds the prices of `groq/…`.
    ///   - kind: The kind of the provider, such as `openai`. `extractive` and `replay` are free.
    /// - Returns: What is to be charged, or that nothing is, or that the exchange is to be refused.
    package func pricing(of model: String, provider: String, kind: String) -> Pricing {
        if kind == "extractive" || kind == "replay" { return .free }
        if let entry = self.table.entry(for: model, provider: provider, kind: kind) { return .listed(entry) }
        switch self.unlisted {
        case .refused: return .refused
        case .charged(let price): return .assumed(price)
        }
    }
}
