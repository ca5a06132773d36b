package import Policy
package import Settings

extension Settings {
    /// What policy knows of a model; nil where it is of a provider that there is not.
    package func facts(of model: Settings.Model) -> ModelFacts? {
        guard let provider = self.provider(named: model.provider) else { return nil }
        return ModelFacts(
            alias: model.name, provider: provider.name,
            boundary: self.boundary(of: provider) == .local ? .local : .external, region: model.region,
            isApproved: model.isApproved, groups: model.groups)
    }
}
