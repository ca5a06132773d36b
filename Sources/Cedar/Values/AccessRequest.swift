/// What is asked: may this principal do this to that resource, in this context?
package struct AccessRequest: Hashable, Sendable {
    package let principal: EntityUID
    package let action: EntityUID
    package let resource: EntityUID
    package let context: RecordValue

    package init(principal: EntityUID, action: EntityUID, resource: EntityUID, context: RecordValue = .empty) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
    }
}
