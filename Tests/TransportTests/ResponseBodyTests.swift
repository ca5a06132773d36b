import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite("A body on its way", .timeLimit(.minutes(5)))
struct ResponseBodyTests {
    private static func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    /// The next piece as text; `(end)` at the end, and the code of an error in parentheses.
    private static func piece(_ body: ResponseBody) async -> String {
        do throws(TransportError) {
            return try await body.next().map { String(buffer: $0) } ?? "(end)"
        } catch {
            return "(\(error.code))"
        }
    }

    /// Everything up to the end, and the error where it ended with one.
    private static func readAll(_ body: ResponseBody) async -> (text: String, error: TransportError.Code?) {
        var text = ""
        do throws(TransportError) {
            while let piece = try await body.next() { text += String(buffer: piece) }
            return (text, nil)
        } catch {
            return (text, error.code)
        }
    }

    @Test("What is there already is read at once, then comes the end, as often as one asks")
    func complete() async throws {
        try await Loops.run { _ in
            let body = ResponseBody(complete: Self.bytes("all"))
            #expect(await Self.piece(body) == "all")
            #expect(await Self.piece(body) == "(end)")
            #expect(await Self.piece(body) == "(end)")
            #expect(await Self.piece(ResponseBody(complete: ByteBuffer())) == "(end)")
        }
    }

    @Test("What comes before it is asked for waits, and is taken in one piece")
    func waits() async throws {
        try await Loops.run { _ in
            let body = ResponseBody()
            #expect(body.push(Self.bytes("a")))
            #expect(body.push(Self.bytes("b")))
            #expect(await Self.piece(body) == "ab")
            #expect(body.push(Self.bytes("c")))
            body.finish()
            #expect(await Self.readAll(body) == ("c", nil))
        }
    }

    @Test("Whoever waits gets the next piece as it comes")
    func handedOver() async throws {
        try await Loops.run { executor in
            let body = ResponseBody()
            async let read = Self.readAll(body)
            for text in ["a", "b", "c"] {
                await Task.yield()
                #expect(body.push(Self.bytes(text)))
            }
            await Task.yield()
            body.finish()
            #expect(await read == ("abc", nil))
        }
    }

    @Test("What came before a failure is handed out before it, and the failure stays")
    func failure() async throws {
        try await Loops.run { _ in
            let body = ResponseBody()
            _ = body.push(Self.bytes("half"))
            body.fail(TransportError(.closed, "cut"))
            body.finish()
            #expect(await Self.readAll(body) == ("half", .closed))
            #expect(await Self.readAll(body) == ("", .closed))
        }
    }

    @Test("A failure reaches whoever waits")
    func failureWhileWaiting() async throws {
        try await Loops.run { _ in
            let body = ResponseBody()
            async let read = Self.readAll(body)
            await Task.yield()
            body.fail(TransportError(.timedOut, "late"))
            #expect(await read == ("", .timedOut))
        }
    }

    @Test("The producer is told to pause above the bound and to go on when it was emptied, once")
    func backPressure() async throws {
        try await Loops.run { _ in
            let notes = Notes()
            let body = ResponseBody { notes.add("\($0)") }
            let half = ByteBuffer(repeating: 0, count: ResponseBody.highWater / 2)
            #expect(body.push(half))
            #expect(body.push(half), "the bound itself may be reached")
            #expect(!body.push(Self.bytes("x")))
            #expect(!body.push(Self.bytes("y")), "and as long as it is not emptied")
            #expect(notes.lines.isEmpty)
            #expect(await Self.piece(body).utf8.count == ResponseBody.highWater + 2)
            #expect(notes.lines == ["resume"])
            #expect(body.push(half))
            _ = await Self.piece(body)
            #expect(notes.lines == ["resume"], "only after a pause")
        }
    }

    @Test("What was put in above the bound is complete when it is finished, and nobody is told to go on")
    func finishedWhilePaused() async throws {
        try await Loops.run { _ in
            let notes = Notes()
            let body = ResponseBody { notes.add("\($0)") }
            #expect(!body.push(ByteBuffer(repeating: 0, count: ResponseBody.highWater + 1)))
            body.finish()
            #expect(await Self.piece(body).utf8.count == ResponseBody.highWater + 1)
            #expect(await Self.piece(body) == "(end)")
            #expect(notes.lines.isEmpty)
        }
    }

    @Test("A cancelled reader hears so, and the producer that nobody reads any more")
    func cancelled() async throws {
        try await Loops.run { executor in
            let notes = Notes()
            let body = ResponseBody { notes.add("\($0)") }
            let task = Task(executorPreference: executor) { await Self.readAll(body) }
            await Task.yield()
            task.cancel()
            #expect(await task.value == ("", .cancelled))
            #expect(notes.lines == ["discard"])
        }
    }

    @Test("A task that is cancelled before it reads waits for nothing, but gets what is there")
    func cancelledBefore() async throws {
        try await Loops.run { executor in
            let body = ResponseBody()
            _ = body.push(Self.bytes("there"))
            let task = Task(executorPreference: executor) { await Self.readAll(body) }
            task.cancel()
            #expect(await task.value == ("there", .cancelled))
        }
    }

    @Test("What nobody will read is thrown away, and the producer told once")
    func discarded() async throws {
        try await Loops.run { _ in
            let notes = Notes()
            let body = ResponseBody { notes.add("\($0)") }
            _ = body.push(Self.bytes("never read"))
            body.discard()
            body.discard()
            #expect(notes.lines == ["discard"])
            #expect(await Self.readAll(body) == ("", .cancelled))
            let complete = ResponseBody { notes.add("\($0)") }
            complete.finish()
            complete.discard()
            #expect(notes.lines == ["discard"])
        }
    }

    @Test("Whatever is put in comes out, whoever is faster", arguments: 0..<30 as Range<UInt64>)
    func anyPace(_ seed: UInt64) async throws {
        try await Loops.run { _ in
            var random = SplitMix(seed: seed)
            let text = (0..<40).map { "piece \($0) of \(seed);" }
            let body = ResponseBody()
            async let read = Self.readAll(body)
            for piece in text {
                for _ in 0..<random.below(3) { await Task.yield() }
                _ = body.push(Self.bytes(piece))
            }
            if random.chance(50) { body.finish() } else { body.fail(TransportError(.closed, "cut")) }
            #expect(await read.text == text.joined())
        }
    }
}
