package import Kernel

/// What is remembered of an exchange before its bytes leave for a model's provider: without this, nobody is called.
package struct ExchangeStart: Hashable, Sendable {
    package let id: Identifier<Exchange>
    /// When the exchange began.
    package let time: Timestamp
    /// How long it took until the call.
    package let delay: Duration
    package let principal: Principal?
    package let operation: ExchangeEvent.Act
    /// The model's alias.
    package let model: String?
    package let provider: String?
    package let deployment: String?
    package let configuration: String
    package let detectors: String
    package let content: [ExchangeContent]
    /// What the model is used for; see ``ExchangeEvent/useCase``.
    package let useCase: String?

    package init(
        id: Identifier<Exchange>, time: Timestamp, delay: Duration = .zero, principal: Principal?,
        operation: ExchangeEvent.Act, model: String?, provider: String?, deployment: String?, configuration: String,
        detectors: String, content: [ExchangeContent] = [], useCase: String? = nil
    ) {
        self.id = id
        self.time = time
        self.delay = delay
        self.principal = principal
        self.operation = operation
        self.model = model
        self.provider = provider
        self.deployment = deployment
        self.configuration = configuration
        self.detectors = detectors
        self.content = content
        self.useCase = useCase
    }
}

/// An exchange whose start is in the log and whose end is not, noticed when the gateway started again.
package struct ExchangeAbandonment: Hashable, Sendable {
    package let id: Identifier<Exchange>
    /// When it was noticed.
    package let time: Timestamp
    /// The index of the leaf of its start.
    package let start: Int64

    package init(id: Identifier<Exchange>, time: Timestamp, start: Int64) {
        self.id = id
        self.time = time
        self.start = start
    }
}
