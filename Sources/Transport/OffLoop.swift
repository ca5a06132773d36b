import NIOPosix

/// Does work that takes longer than an event loop may be busy: on NIO's thread pool, while the loop serves others.
///
/// The task goes on where it was, on its own loop.
package func offLoop<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        NIOThreadPool.singleton.submit { _ in continuation.resume(returning: work()) }
    }
}
