import NIOCore

/// Sends what the connections of one event loop have written when the loop's turn is over, or when several have something.
///
/// Sending wakes whoever receives. Sent one by one, between the work on two requests, nearly every message finds its receiver
/// asleep again, and waking it costs more than sending; sent together, the first wakes it and the others find it awake. A
/// message waits for the work on `limit` others at most, and never where the loop has nothing else to do.
final class FlushQueue: @unchecked Sendable {
    // SAFE: every member is touched on the event loop only.

    /// Connections that wait before all are sent.
    private static let limit = 16

    private let loop: any EventLoop
    private var waiting: [ChannelHandlerContext] = []
    /// Storage for the next ones while these are sent.
    private var spare: [ChannelHandlerContext] = []
    private var isScheduled = false

    init(loop: any EventLoop) {
        self.loop = loop
        self.waiting.reserveCapacity(Self.limit)
        self.spare.reserveCapacity(Self.limit)
    }

    /// Sends soon what was written through this context. Only on the loop.
    func flush(_ context: ChannelHandlerContext) {
        self.waiting.append(context)
        guard self.waiting.count < Self.limit else {
            self.flushAll()
            return
        }
        guard !self.isScheduled else { return }
        self.isScheduled = true
        self.loop.execute {
            self.isScheduled = false
            self.flushAll()
        }
    }

    /// Sends everything that waits; what is written meanwhile, by whoever hears of it, waits for the next time.
    private func flushAll() {
        var contexts = self.spare
        self.spare = []
        swap(&contexts, &self.waiting)
        for context in contexts { context.flush() }
        contexts.removeAll(keepingCapacity: true)
        self.spare = contexts
    }
}
