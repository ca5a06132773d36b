package import Cedar

/// One kind of request that a schema allows.
package struct RequestEnvironment: Sendable {
    package let principal: EntityType
    package let action: Schema.ActionDefinition
    package let resource: EntityType
}

extension Schema {
    /// Every kind of request that the schema allows, in a stable order.
    package var environments: some Sequence<RequestEnvironment> {
        self.sortedActions.lazy.compactMap { self.actions[$0] }.flatMap { action in
            action.principals.lazy.flatMap { principal in
                action.resources.lazy.map {
                    RequestEnvironment(principal: principal, action: action, resource: $0)
                }
            }
        }
    }
}
