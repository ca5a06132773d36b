import Cedar

/// A policy, or the statement of a property, with its conditions where the analysis keeps them.
struct Clause {
    let policy: CedarPolicy
    /// The roots of its conditions in the tree that all share.
    let conditions: [Int]
}

/// What a clause says, and whether that is wanted.
struct Goal {
    let clause: Clause
    let isTrue: Bool
}
