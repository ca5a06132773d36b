import Anchors
import Kernel
import ServiceLifecycle

/// Looks each second whether a checkpoint is due.
struct PublishingService: Service {
    let publisher: CheckpointPublisher
    let clock: any WallClock

    func run() async throws {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            await self.publisher.publishIfDue(at: self.clock.now())
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
        }
    }
}
