package import Cedar

/// A statement about all requests, kept beside the policies.
///
/// Written like a policy, with its name in the annotation `@property`: `forbid` says that nothing in its scope that
/// meets its conditions is permitted, `permit` that all of it is.
package struct PolicyProperty: Sendable {
    package let name: Text
    package let claim: CedarPolicy

    /// Reads all properties of a text.
    /// - Throws: `CedarError` where the text is not Cedar, or a clause has no name or one that another has.
    package static func properties(_ text: String) throws(CedarError) -> [PolicyProperty] {
        var properties: [PolicyProperty] = []
        var names: Set<Text> = []
        for claim in try CedarParser.policies(text) {
            guard let name = claim.annotation("property"), !name.isEmpty else {
                throw CedarError(.syntax, "a property has its name in `@property(\"…\")`", at: claim.location)
            }
            guard !claim.isTemplate else {
                throw CedarError(.template, "the property `\(name)` has a slot", at: claim.location)
            }
            guard names.insert(name).inserted else {
                throw CedarError(.duplicate, "two properties have the name `\(name)`", at: claim.location)
            }
            properties.append(PolicyProperty(name: name, claim: claim))
        }
        return properties
    }
}
