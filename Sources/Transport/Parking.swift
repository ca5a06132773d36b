/// A place where one task waits on an event loop until a channel handler of the same loop has something for it.
@safe final class Parking<Value: Sendable>: @unchecked Sendable {
    // SAFE: touched on one event loop only. The continuation is taken out before it is resumed, so that it is resumed once;
    // a second task may not park while one waits.
    private var continuation: UnsafeContinuation<Value, Never>?

    /// Whether somebody waits.
    var isOccupied: Bool { unsafe self.continuation != nil }

    /// Waits for `resume`; returns at once where `ready` has a value. `ready` is asked when nothing can come between.
    func wait(unless ready: () -> Value?) async -> Value {
        await unsafe withUnsafeContinuation { continuation in
            precondition(!self.isOccupied, "one task waits at a time")
            if let value = ready() {
                unsafe continuation.resume(returning: value)
            } else {
                unsafe self.continuation = continuation
            }
        }
    }

    /// Hands the value to whoever waits; does nothing where nobody does.
    func resume(returning value: Value) {
        guard let continuation = unsafe self.continuation else { return }
        unsafe self.continuation = nil
        unsafe continuation.resume(returning: value)
    }
}
