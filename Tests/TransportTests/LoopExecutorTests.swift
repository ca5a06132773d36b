import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import Transport

@Suite("The executor of a loop", .timeLimit(.minutes(5)))
struct LoopExecutorTests {
    @Test("Tasks run on their loop from beginning to end, their children too")
    func staysOnTheLoop() async throws {
        let loop = Loops.one.next()
        try await Loops.run { _ in
            #expect(loop.inEventLoop)
            await Task.yield()
            #expect(loop.inEventLoop)
            await withTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        await Task.yield()
                        #expect(loop.inEventLoop)
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(1))
            #expect(loop.inEventLoop, "even after it was away")
        }
    }

    @Test("What a loop's own work makes ready runs when it drains, in order, and what that makes ready too")
    func drains() {
        let loop = EmbeddedEventLoop()
        let executor = LoopExecutor(loop: loop)
        let notes = Notes()
        for number in 0..<3 {
            _ = Task(executorPreference: executor) {
                notes.add("a\(number)")
                await Task.yield()
                notes.add("b\(number)")
            }
        }
        #expect(notes.lines.isEmpty)
        executor.drain()
        #expect(notes.lines == ["a0", "a1", "a2", "b0", "b1", "b2"])
        executor.drain()
        #expect(notes.lines.count == 6)
    }

    @Test("What nobody drains runs in the loop's next turn")
    func nextTurn() {
        let loop = EmbeddedEventLoop()
        let executor = LoopExecutor(loop: loop)
        let notes = Notes()
        _ = Task(executorPreference: executor) { notes.add("ran") }
        loop.run()
        #expect(notes.lines == ["ran"])
        _ = Task(executorPreference: executor) { notes.add("again") }
        loop.run()
        #expect(notes.lines == ["ran", "again"])
    }

    @Test("A job that drains does not run others inside itself")
    func drainInsideAJob() {
        let loop = EmbeddedEventLoop()
        let executor = LoopExecutor(loop: loop)
        let notes = Notes()
        _ = Task(executorPreference: executor) {
            notes.add("first begins")
            executor.drain()
            notes.add("first ends")
        }
        _ = Task(executorPreference: executor) { notes.add("second") }
        executor.drain()
        #expect(notes.lines == ["first begins", "first ends", "second"])
    }
}
