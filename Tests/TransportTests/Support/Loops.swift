import NIOCore
import NIOPosix
import Testing

@testable import Transport

/// The event loop that the tests share; it lives as long as they do.
enum Loops {
    static let one = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Runs a body on the loop, its child tasks included, as exchanges run.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable (LoopExecutor) async throws -> Value
    ) async throws -> Value {
        let executor = LoopExecutor(loop: self.one.next())
        return try await withTaskExecutorPreference(executor) {
            MultiThreadedEventLoopGroup.currentEventLoop?.preconditionInEventLoop()
            return try await body(executor)
        }
    }
}

/// Waits until something holds that other tasks or sockets bring about; fails after a minute, which only a broken one takes.
func eventually(
    _ what: Comment, _ location: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            Issue.record("waited in vain: \(what)", sourceLocation: location)
            return
        }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// A door that a task waits at until the test opens it. Used on one event loop.
final class Door: @unchecked Sendable {
    // SAFE: touched on one event loop only, or on the one thread of an embedded one.
    private let parking = Parking<Void>()
    private var isOpen = false

    var isWaitedAt: Bool { self.parking.isOccupied }

    func pass() async { await self.parking.wait { self.isOpen ? () : nil } }

    func open() {
        self.isOpen = true
        self.parking.resume(returning: ())
    }
}
