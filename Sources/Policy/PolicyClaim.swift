package import Cedar

/// What must hold whatever the policies say, written as a policy: a `forbid` claims that no request that it fits is
/// permitted, a `permit` that each one is.
package struct PolicyClaim: Sendable {
    package let id: String
    package let file: String
    package let claim: CedarPolicy
    /// In words.
    package let message: String?

    init(_ rule: PolicyRule) {
        self.id = rule.id
        self.file = rule.file
        self.claim = rule.policy
        self.message = rule.message
    }
}
