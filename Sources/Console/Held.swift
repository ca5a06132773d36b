import Synchronization

/// A value that is remembered from one call of a printer to the next.
package final class Held<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) { self.state = Mutex(value) }

    package var value: Value { self.state.withLock { $0 } }

    package func set(_ value: Value) { self.state.withLock { $0 = value } }
}
