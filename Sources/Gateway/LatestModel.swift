import Providers

/// The model that was looked up last, which is the next one, too, nearly always: an exchange asks for it five times, and each
/// time its name would be hashed.
struct LatestModel {
    private var snapshot: Gateway.Snapshot?
    private var alias = ""
    private var model: Model?
    private var terms: ModelTerms?

    /// The model of an alias in what is in force; nil where there is none.
    mutating func model(_ alias: String, _ snapshot: Gateway.Snapshot) -> Model? {
        self.look(up: alias, snapshot)
        return self.model
    }

    /// What is known of the model of an alias; nil where there is none.
    mutating func terms(_ alias: String, _ snapshot: Gateway.Snapshot) -> ModelTerms? {
        self.look(up: alias, snapshot)
        return self.terms
    }

    private mutating func look(up alias: String, _ snapshot: Gateway.Snapshot) {
        guard self.snapshot !== snapshot || self.alias != alias else { return }
        self.snapshot = snapshot
        self.alias = alias
        self.model = snapshot.configuration.models[alias]
        self.terms = snapshot.configuration.terms[alias]
    }
}
