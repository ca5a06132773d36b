/// What models cost, as of a day.
package struct PriceTable: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// Whose model and what it is called: `openai/gpt-4o`. Before the slash stands a kind of provider or the name of
        /// one.
        package let name: String
        /// Other spellings of the model, without what stands before the slash.
        package let aliases: [String]
        package let price: ModelPrice

        package init(name: String, aliases: [String] = [], price: ModelPrice) {
            self.name = name
            self.aliases = aliases
            self.price = price
        }

        /// What stands before the slash.
        package var owner: Substring { self.name.prefix { $0 != "/" } }

        /// All names that it is found by.
        package var names: [String] { [self.name] + self.aliases.map { "\(self.owner)/\($0)" } }
    }

    /// The day of the prices, such as `2026-11-21`.
    package let date: String
    package let entries: [Entry]
    private let places: [String: Int]

    /// Where two entries claim one name, the first has it.
    package init(date: String, entries: [Entry]) {
        self.date = date
        self.entries = entries
        var places: [String: Int] = [:]
        for (place, entry) in entries.enumerated() {
            for name in entry.names where places[name] == nil { places[name] = place }
        }
        self.places = places
    }

    /// The entry of that very name or alias, such as `openai/gpt-4o`.
    package func entry(named name: String) -> Entry? { self.places[name].map { self.entries[$0] } }

    /// The entry that holds for a model of a provider; nil where none does.
    ///
    /// It is sought under the provider's own name, then under its kind, then under the kind whose list prices those
    /// are: `azure` finds `openai/…`, `vertex` finds `gemini/…`. Under each of them it is sought as it is spelled, then
    /// without what only names a version or a place (`ModelSpelling`). A part of a name is never enough:
    /// `gpt-4o-audio-preview` does not cost what `gpt-4o` costs.
    package func entry(for model: String, provider: String, kind: String) -> Entry? {
        var owners = [provider]
        if kind != provider { owners.append(kind) }
        switch kind {
        case "azure": owners.append("openai")
        case "vertex": owners.append("gemini")
        default: break
        }
        let spellings = ModelSpelling.all(of: model)
        for owner in owners {
            for spelling in spellings {
                if let entry = self.entry(named: "\(owner)/\(spelling)") { return entry }
            }
        }
        return nil
    }
}
