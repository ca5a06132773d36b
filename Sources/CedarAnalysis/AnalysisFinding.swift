package import Cedar

/// Something that an author of policies would want to know.
package struct AnalysisFinding: Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// No request meets the policy's conditions.
        case unreachable
        /// Whatever the policy says, others say the same without it.
        case shadowed
        /// Whatever the policy permits, some forbid denies.
        case overridden
        /// A permit and a forbid with the same meaning.
        case contradictory
        /// A permit for every request there is.
        case overBroad
        /// A policy that does not validate, about which nothing else is said.
        case invalid
        /// A question that could not be answered.
        case undecided
    }

    package let code: Code
    package let policy: PolicyID
    /// The other policies that make it so.
    package let others: [PolicyID]
    package let location: SourceLocation
    /// One sentence without a period.
    package let message: String

    package var description: String { "policy `\(self.policy)`: \(self.message)" }
}
