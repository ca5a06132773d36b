// Transport: HTTP/1.1 on SwiftNIO, server and pooled client; an exchange stays on one event loop from socket to socket.

package import NIOCore

/// Runs a task's jobs on one event loop, so that an exchange written as a straight async function never changes thread.
///
/// Jobs enqueued by the loop itself (a channel handler resumed a waiting exchange) run when the handler calls `drain()` at
/// the end of its work, or in the loop's next turn: no lock and no wake-up. Jobs from elsewhere go through the loop's queue.
package final class LoopExecutor: TaskExecutor, @unchecked Sendable {
    // SAFE: `ready`, `isScheduled`, `isDraining` and `flushes` are touched on the event loop only; `enqueue` checks where it
    // runs.
    package let loop: any EventLoop
    /// What the loop's connections have written and not sent yet.
    let flushes: FlushQueue
    private var ready: [ReadyJob] = []
    private var isScheduled = false
    private var isDraining = false

    package init(loop: any EventLoop) {
        self.loop = loop
        self.flushes = FlushQueue(loop: loop)
        self.ready.reserveCapacity(16)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = ReadyJob(UnownedJob(job))
        guard self.loop.inEventLoop else {
            self.loop.execute {
                self.ready.append(job)
                self.drain()
            }
            return
        }
        self.ready.append(job)
        guard !self.isScheduled, !self.isDraining else { return }
        self.isScheduled = true
        self.loop.execute {
            self.isScheduled = false
            self.drain()
        }
    }

    /// Cancels a task of this loop; what that makes ready runs later.
    ///
    /// A cancellation handler runs inside the call, while the runtime walks the task's records. A job that ran from there,
    /// because a handler closed a channel whose own handler drains, could be that very task, and take a record away from
    /// under the walk.
    func cancel(_ task: Task<Void, Never>) {
        let wasDraining = self.isDraining
        self.isDraining = true
        task.cancel()
        self.isDraining = wasDraining
    }

    /// Runs what is ready, and what becomes ready meanwhile. Only on the loop; does nothing when called from a job.
    package func drain() {
        guard !self.isDraining, !self.ready.isEmpty else { return }
        self.isDraining = true
        var next = 0
        while next < self.ready.count {
            let job = self.ready[next]
            next += 1
            job.run(on: self)
        }
        self.ready.removeAll(keepingCapacity: true)
        self.isDraining = false
    }
}

/// A job that is run once.
@safe private struct ReadyJob: Sendable {
    // SAFE: the executor owns each job that it was given and runs it exactly once.
    private let job: UnownedJob

    init(_ job: UnownedJob) { self.job = job }

    func run(on executor: LoopExecutor) {
        unsafe self.job.runSynchronously(on: executor.asUnownedTaskExecutor())
    }
}
