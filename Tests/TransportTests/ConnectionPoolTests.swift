import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite("The connection pool")
struct ConnectionPoolTests {
    final class Line {
        let number: Int
        init(_ number: Int) { self.number = number }
    }

    private static func pool(limit: Int = 2, waiters: Int = 3) -> ConnectionPool<Line> {
        ConnectionPool(limit: limit, waitersLimit: waiters, keepAlive: .seconds(10))
    }

    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test("The first asks open connections up to the limit, the next ones wait, the last one is refused")
    func limit() {
        var pool = Self.pool()
        #expect(pool.acquire() == .wait(1, opensConnection: true))
        #expect(pool.acquire() == .wait(2, opensConnection: true))
        #expect(pool.acquire() == .wait(3, opensConnection: false))
        #expect(pool.acquire() == .refuse)
        pool.abandon(2)
        #expect(pool.acquire() == .wait(4, opensConnection: false))
    }

    @Test("Who waits longest is served first, whichever connection comes")
    func fairness() {
        var pool = Self.pool()
        let (first, second) = (Line(1), Line(2))
        _ = pool.acquire()
        _ = pool.acquire()
        _ = pool.acquire()
        #expect(pool.connected(second, at: Self.start) == .handOver(to: 1))
        #expect(pool.connected(first, at: Self.start) == .handOver(to: 2))
        #expect(pool.release(second, isReusable: true, at: Self.start) == .handOver(to: 3))
        #expect(pool.release(second, isReusable: true, at: Self.start) == .keep)
    }

    @Test("A connection that came back last leaves first")
    func lastInFirstOut() {
        var pool = Self.pool(limit: 3)
        let lines = (0..<3).map { Line($0) }
        for _ in lines { _ = pool.acquire() }
        for line in lines { _ = pool.connected(line, at: Self.start) }
        for line in [1, 0, 2] { #expect(pool.release(lines[line], isReusable: true, at: Self.start) == .keep) }
        #expect(pool.acquire() == .lease(lines[2]))
        #expect(pool.acquire() == .lease(lines[0]))
        #expect(pool.acquire() == .lease(lines[1]))
        #expect(pool.acquire() == .wait(4, opensConnection: false))
    }

    @Test("A broken connection makes room: a new one is opened for whoever waits")
    func replaced() {
        var pool = Self.pool(limit: 1)
        let line = Line(1)
        _ = pool.acquire()
        _ = pool.connected(line, at: Self.start)
        #expect(pool.acquire() == .wait(2, opensConnection: false))
        #expect(pool.release(line, isReusable: false, at: Self.start) == .close(opensConnection: true))
        #expect(pool.connected(Line(2), at: Self.start) == .handOver(to: 2))
        #expect(pool.release(line, isReusable: false, at: Self.start) == .close(opensConnection: false))
        #expect(pool.acquire() == .wait(3, opensConnection: true))
    }

    @Test("One failed attempt is told to one who waits; for the next one another attempt is made")
    func connectFailed() {
        var pool = Self.pool(limit: 1)
        _ = pool.acquire()
        _ = pool.acquire()
        _ = pool.acquire()
        #expect(pool.connectFailed() == .init(waiter: 1, opensConnection: true))
        #expect(pool.connectFailed() == .init(waiter: 2, opensConnection: true))
        #expect(pool.connectFailed() == .init(waiter: 3, opensConnection: false))
        #expect(pool.acquire() == .wait(4, opensConnection: true))
        pool.abandon(4)
        #expect(pool.connectFailed() == .init(waiter: nil, opensConnection: false))
    }

    @Test("What was opened for somebody who does not wait any more is kept")
    func abandoned() {
        var pool = Self.pool()
        let line = Line(1)
        _ = pool.acquire()
        pool.abandon(1)
        #expect(pool.connected(line, at: Self.start) == .keep)
        #expect(pool.acquire() == .lease(line))
    }

    @Test("What was closed while idle is not handed out")
    func closedWhileIdle() {
        var pool = Self.pool()
        let (first, second) = (Line(1), Line(2))
        _ = pool.acquire()
        _ = pool.acquire()
        for line in [first, second] { _ = pool.connected(line, at: Self.start) }
        for line in [first, second] { _ = pool.release(line, isReusable: true, at: Self.start) }
        pool.closedWhileIdle(second)
        pool.closedWhileIdle(second)
        #expect(pool.acquire() == .lease(first))
        #expect(pool.acquire() == .wait(3, opensConnection: true))
    }

    @Test("What was idle for the time to keep it is taken out, the longest idle first")
    func expiry() {
        var pool = Self.pool(limit: 3)
        let lines = (0..<3).map { Line($0) }
        for _ in lines { _ = pool.acquire() }
        for line in lines { _ = pool.connected(line, at: Self.start) }
        for (seconds, line) in lines.enumerated() {
            _ = pool.release(line, isReusable: true, at: Self.start + .seconds(Int64(seconds)))
        }
        #expect(pool.expire(at: Self.start + .seconds(9)).isEmpty)
        #expect(pool.expire(at: Self.start + .seconds(11)).map(\.number) == [0, 1])
        #expect(pool.acquire() == .lease(lines[2]))
        _ = pool.release(lines[2], isReusable: true, at: Self.start + .seconds(12))
        #expect(pool.expireAll().map(\.number) == [2])
        #expect(pool.acquire() == .wait(4, opensConnection: true))
    }

    // MARK: Any order of events

    /// Plays the client and the network, and keeps its own account.
    private struct Model {
        let limit: Int
        let waitersLimit: Int
        var pool: ConnectionPool<Line>
        var now = ConnectionPoolTests.start
        var opening = 0
        var leased: [Line] = []
        var idle: [Line] = []
        var waiting: [Int] = []
        var served: Set<Int> = []
        var gone: Set<Int> = []
        var made = 0

        init(limit: Int, waiters: Int) {
            self.limit = limit
            self.waitersLimit = waiters
            self.pool = ConnectionPoolTests.pool(limit: limit, waiters: waiters)
        }

        mutating func acquire() {
            switch self.pool.acquire() {
            case .lease(let line):
                #expect(line === self.idle.last, "last in, first out")
                self.idle.removeLast()
                self.leased.append(line)
            case .wait(let waiter, let opens):
                #expect(self.idle.isEmpty)
                #expect(!self.waiting.contains(waiter) && !self.served.contains(waiter) && !self.gone.contains(waiter))
                self.waiting.append(waiter)
                self.opening += opens ? 1 : 0
            case .refuse:
                #expect(self.waiting.count == self.waitersLimit)
            }
        }

        mutating func comes() {
            guard self.opening > 0 else { return }
            self.opening -= 1
            self.made += 1
            let line = Line(self.made)
            self.leased.append(line)
            self.carryOut(self.pool.connected(line, at: self.now), line)
        }

        mutating func fails() {
            guard self.opening > 0 else { return }
            self.opening -= 1
            let failure = self.pool.connectFailed()
            #expect(failure.waiter == self.waiting.first)
            if let waiter = failure.waiter {
                self.waiting.removeFirst()
                self.gone.insert(waiter)
            }
            self.opening += failure.opensConnection ? 1 : 0
        }

        mutating func release(_ index: Int, isReusable: Bool) {
            guard self.leased.indices.contains(index) else { return }
            let line = self.leased[index]
            self.carryOut(self.pool.release(line, isReusable: isReusable, at: self.now), line)
        }

        mutating func carryOut(_ release: ConnectionPool<Line>.Release, _ line: Line) {
            switch release {
            case .handOver(let waiter):
                #expect(waiter == self.waiting.first, "first come, first served")
                self.waiting.removeFirst()
                self.served.insert(waiter)
            case .keep:
                #expect(self.waiting.isEmpty)
                self.leased.removeAll { $0 === line }
                self.idle.append(line)
            case .close(let opens):
                self.leased.removeAll { $0 === line }
                self.opening += opens ? 1 : 0
            }
        }

        mutating func abandon(_ index: Int) {
            guard self.waiting.indices.contains(index) else { return }
            let waiter = self.waiting.remove(at: index)
            self.gone.insert(waiter)
            self.pool.abandon(waiter)
        }

        mutating func expire() {
            let expired = self.pool.expire(at: self.now)
            #expect(zip(expired, self.idle).allSatisfy { $0 === $1 })
            self.idle.removeFirst(expired.count)
        }

        func check() {
            #expect(self.opening + self.leased.count + self.idle.count <= self.limit, "never more than the limit")
            #expect(self.waiting.count <= self.waitersLimit)
            #expect(self.waiting.isEmpty || self.opening + self.leased.count > 0, "somebody waits and nothing comes")
        }
    }

    @Test(
        "However things happen: never more than the limit, and everybody who waits is served or gives up",
        arguments: 0..<100 as Range<UInt64>)
    func anyOrder(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var model = Model(limit: 1 + random.below(4), waiters: random.below(5))
        for _ in 0..<200 {
            model.now = model.now + .seconds(Int64(random.below(4)))
            switch random.below(10) {
            case 0, 1, 2: model.acquire()
            case 3, 4: model.comes()
            case 5: model.fails()
            case 6, 7: model.release(random.below(4), isReusable: random.chance(70))
            case 8: model.abandon(random.below(5))
            default:
                if let line = model.idle.first, random.chance(50) {
                    model.pool.closedWhileIdle(line)
                    model.idle.removeFirst()
                } else {
                    model.expire()
                }
            }
            model.check()
        }
        // Everything that is under way comes to its end: nobody is left.
        for _ in 0..<100 where !model.waiting.isEmpty {
            model.comes()
            model.release(0, isReusable: true)
            model.check()
        }
        #expect(model.waiting.isEmpty)
    }
}

extension ConnectionPool.Acquisition {
    fileprivate static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.lease(let left), .lease(let right)): left === right
        case (.wait(let left, let leftOpens), .wait(let right, let rightOpens)):
            left == right && leftOpens == rightOpens
        case (.refuse, .refuse): true
        default: false
        }
    }
}
