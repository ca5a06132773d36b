import Detection
import Foundation
import Logging
import ServiceLifecycle

/// Has the library look for patterns that our own engine looks for since the start or a reload: to compile them for it
/// takes up to a second, and requests do not wait for that.
struct PatternHastener: Service {
    let begun: AsyncStream<PatternDatabase>

    func run() async throws {
        let logger = Logger(label: "gatehouse.detectors")
        for await database in self.begun.cancelOnGracefulShutdown() {
            if let error = await Self.hasten(database) {
                // The same is found, more slowly.
                logger.warning("the pattern library cannot be used", metadata: ["reason": "\(error.message)"])
            }
        }
    }

    /// On a thread of its own, behind all who answer requests. What the compiler needed goes back to the kernel.
    private static func hasten(_ database: PatternDatabase) async -> PatternError? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                var failure: PatternError?
                do throws(PatternError) { try database.hasten() } catch { failure = error }
                ProcessMemory.releaseWhatStartNeeded()
                continuation.resume(returning: failure)
            }
        }
    }
}
