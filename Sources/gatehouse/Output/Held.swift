import Synchronization

/// A value that is remembered from one call of a printer to the next.
final class Held<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { self.state = Mutex(value) }

    var value: Value { self.state.withLock { $0 } }

    func set(_ value: Value) { self.state.withLock { $0 = value } }
}
