import NIOCore
import NIOEmbedded
import Testing

@testable import Transport

@Suite("What a loop's connections write leaves together")
struct FlushQueueTests {
    /// Notes which connection is flushed.
    private final class Flushes: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        let name: Int
        let note: (Int) -> Void

        init(_ name: Int, _ note: @escaping (Int) -> Void) {
            self.name = name
            self.note = note
        }

        func flush(context: ChannelHandlerContext) { self.note(self.name) }
    }

    /// A handler behind it, which is the one that writes.
    private final class Writer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    }

    /// Connections of one loop, and what was flushed of them.
    private final class Crowd {
        let loop = EmbeddedEventLoop()
        let queue: FlushQueue
        var flushed: [Int] = []
        private var channels: [EmbeddedChannel] = []
        private var writers: [Writer] = []
        /// Called when a connection is flushed.
        var onFlush: (Int) -> Void = { _ in }

        init(_ count: Int) throws {
            self.queue = FlushQueue(loop: self.loop)
            for name in 0..<count {
                let writer = Writer()
                let flushes = Flushes(name) { [unowned self] name in
                    self.flushed.append(name)
                    self.onFlush(name)
                }
                let channel = EmbeddedChannel(handlers: [flushes, writer], loop: self.loop)
                self.channels.append(channel)
                self.writers.append(writer)
            }
        }

        func flush(_ name: Int) {
            if let context = self.writers[name].context { self.queue.flush(context) }
        }
    }

    @Test("Nothing leaves before the loop's turn is over, then everything does, in order and once")
    func turn() throws {
        let crowd = try Crowd(3)
        for name in [2, 0, 1] { crowd.flush(name) }
        #expect(crowd.flushed == [])
        crowd.loop.run()
        #expect(crowd.flushed == [2, 0, 1])
        crowd.loop.run()
        #expect(crowd.flushed == [2, 0, 1])
    }

    @Test("Where sixteen wait, none waits for the end of the turn")
    func crowd() throws {
        let crowd = try Crowd(17)
        for name in 0..<15 { crowd.flush(name) }
        #expect(crowd.flushed == [])
        crowd.flush(15)
        #expect(crowd.flushed == Array(0..<16))
        crowd.flush(16)
        #expect(crowd.flushed.count == 16)
        crowd.loop.run()
        #expect(crowd.flushed == Array(0..<17))
    }

    @Test("What is written while others are sent leaves in the same turn, behind them")
    func meanwhile() throws {
        let crowd = try Crowd(3)
        crowd.onFlush = { [unowned crowd] name in if name == 0, crowd.flushed.count == 1 { crowd.flush(2) } }
        crowd.flush(0)
        crowd.flush(1)
        crowd.loop.run()
        #expect(crowd.flushed == [0, 1, 2])
    }
}
