import Audit
import Kernel
import TestSupport
import Testing

extension RecorderMachine {
    /// What became of a batch: nil where it is kept.
    fileprivate mutating func finish(_ error: StoreError?) -> Completion {
        self.finish(error.map { .failure($0) } ?? .success(Array(0..<1000)))
    }
}

@Suite("The recorder's decisions")
struct RecorderMachineTests {
    typealias Machine = RecorderMachine<Int>

    static let limits = RecorderLimits(
        capacity: 8, batch: 4, linger: .milliseconds(5), gather: .milliseconds(1), firstPause: .milliseconds(100),
        longestPause: .milliseconds(350), drainAttempts: 2)
    static let down = StoreError(.unavailable, "down")
    static let refused = StoreError(.constraint, "no")

    private func machine() -> Machine { Machine(Self.limits) }

    private func events(_ numbers: Int...) -> [Event] { numbers.map(Samples.event) }

    @Test("The first event that somebody waits for is written at once")
    func first() {
        var machine = self.machine()
        #expect(machine.next() == .rest)
        #expect(machine.add(Samples.event(1), waiter: 1) == .start)
        #expect(machine.next() == .write(self.events(1)))
        let completion = machine.finish(nil)
        #expect(completion.waiters == [1])
        #expect(completion.error == nil)
        #expect(machine.next() == .rest)
    }

    @Test("What came while the last batch was written becomes the next, after a moment for company, in order")
    func group() {
        var machine = self.machine()
        _ = machine.add(Samples.event(1), waiter: 1)
        _ = machine.next()
        #expect(machine.add(Samples.event(2), waiter: 2) == .queued)
        #expect(machine.add(Samples.event(3), waiter: nil) == .queued)
        #expect(machine.finish(nil).waiters == [1])
        #expect(machine.next() == .gather(.milliseconds(1)))
        #expect(machine.add(Samples.event(4), waiter: 4) == .queued)
        #expect(machine.next(hasGathered: true) == .write(self.events(2, 3, 4)))
        #expect(machine.finish(nil).waiters == [2, 4])
    }

    @Test("A full batch ends the wait for company")
    func full() {
        var machine = self.machine()
        _ = machine.add(Samples.event(1), waiter: 1)
        _ = machine.next()
        _ = machine.add(Samples.event(2), waiter: 2)
        _ = machine.finish(nil)
        _ = machine.next()
        #expect(machine.add(Samples.event(3), waiter: 3) == .queued)
        #expect(machine.add(Samples.event(4), waiter: 4) == .queued)
        #expect(machine.add(Samples.event(5), waiter: 5) == .wake)
        #expect(machine.isWoken)
        #expect(machine.add(Samples.event(6), waiter: 6) == .queued, "one wake-up is enough")
        #expect(machine.next(hasGathered: true) == .write(self.events(2, 3, 4, 5)), "not more than a batch holds")
        _ = machine.finish(nil)
        #expect(machine.next() == .gather(.milliseconds(1)))
        #expect(machine.next(hasGathered: true) == .write(self.events(6)))
    }

    @Test("The wait for company ends when as many wait as did before")
    func company() {
        var machine = self.machine()
        for number in 1...3 { _ = machine.add(Samples.event(number), waiter: number) }
        #expect(machine.next() == .write(self.events(1, 2, 3)))
        _ = machine.add(Samples.event(4), waiter: 4)
        _ = machine.finish(nil)
        #expect(machine.next() == .gather(.milliseconds(1)))
        #expect(machine.add(Samples.event(5), waiter: 5) == .queued)
        #expect(machine.add(Samples.event(6), waiter: 6) == .wake)
        #expect(machine.next(hasGathered: true) == .write(self.events(4, 5, 6)))
        for number in 7...9 { _ = machine.add(Samples.event(number), waiter: number) }
        _ = machine.finish(nil)
        #expect(machine.next() == .write(self.events(7, 8, 9)), "all are there already")
    }

    @Test("After a crowd the first one waits for the others, and soon no more where nobody comes")
    func crowd() {
        var machine = self.machine()
        for number in 1...4 { _ = machine.add(Samples.event(number), waiter: number) }
        #expect(machine.next() == .write(self.events(1, 2, 3, 4)))
        _ = machine.finish(nil)
        #expect(machine.next() == .gather(.milliseconds(2)), "they come back")
        #expect(machine.add(Samples.event(5), waiter: 5) == .queued, "the first of them wakes nobody")
        for number in 6...7 { #expect(machine.add(Samples.event(number), waiter: number) == .queued) }
        #expect(machine.add(Samples.event(8), waiter: 8) == .wake)
        #expect(machine.next(hasGathered: true) == .write(self.events(5, 6, 7, 8)))
        _ = machine.finish(nil)
        for number in 9...10 {
            #expect(machine.next() == .gather(.milliseconds(2)))
            #expect(machine.next(hasGathered: true) == .rest)
            #expect(machine.add(Samples.event(number), waiter: number) == .start)
            #expect(machine.next() == .gather(.milliseconds(1)))
            #expect(machine.next(hasGathered: true) == .write(self.events(number)))
            _ = machine.finish(nil)
        }
        #expect(machine.next() == .rest)
        _ = machine.add(Samples.event(11), waiter: 11)
        #expect(machine.next() == .write(self.events(11)))
    }

    @Test("What comes while the crowd is expected goes with it; what nobody waits for goes on lying")
    func expecting() {
        var machine = self.machine()
        for number in 1...4 { _ = machine.add(Samples.event(number), waiter: number) }
        _ = machine.next()
        _ = machine.finish(nil)
        #expect(machine.next() == .gather(.milliseconds(2)))
        #expect(machine.add(Samples.event(5), waiter: 5) == .queued)
        #expect(machine.next(hasGathered: true) == .write(self.events(5)), "nobody else came in time")
        for number in 6...9 { _ = machine.add(Samples.event(number), waiter: number) }
        _ = machine.finish(nil)
        #expect(machine.next() == .write(self.events(6, 7, 8, 9)))
        _ = machine.finish(nil)
        #expect(machine.next() == .gather(.milliseconds(2)))
        #expect(machine.add(Samples.event(10), waiter: nil) == .queued)
        #expect(machine.next(hasGathered: true) == .gather(.milliseconds(5)))
        #expect(machine.next(hasGathered: true) == .write(self.events(10)))
    }

    @Test("Events that nobody waits for lie a while, and go with the first that somebody waits for")
    func linger() {
        var machine = self.machine()
        #expect(machine.add(Samples.event(1), waiter: nil) == .start)
        #expect(machine.next() == .gather(.milliseconds(5)))
        #expect(machine.add(Samples.event(2), waiter: nil) == .queued)
        #expect(machine.add(Samples.event(3), waiter: 3) == .wake)
        #expect(machine.next(hasGathered: true) == .write(self.events(1, 2, 3)))
        #expect(machine.finish(nil).waiters == [3])
    }

    @Test("A batch that is full at once does not lie")
    func fullBehind() {
        var machine = self.machine()
        for number in 1...4 { _ = machine.add(Samples.event(number), waiter: nil) }
        #expect(machine.next() == .write(self.events(1, 2, 3, 4)))
    }

    @Test("Nothing is taken beyond the capacity, and admission ends a quarter before")
    func capacity() {
        var machine = self.machine()
        for number in 1...5 {
            #expect(machine.add(Samples.event(number), waiter: nil) != .full)
            #expect(machine.hasRoom)
        }
        _ = machine.add(Samples.event(6), waiter: nil)
        #expect(!machine.hasRoom)
        _ = machine.add(Samples.event(7), waiter: nil)
        _ = machine.next()
        #expect(machine.add(Samples.event(8), waiter: nil) == .queued, "what is being written counts as well")
        #expect(machine.add(Samples.event(9), waiter: 9) == .full)
        #expect(machine.statistics.refused == 1)
        _ = machine.finish(nil)
        #expect(machine.count == 4)
        #expect(machine.hasRoom)
    }

    @Test("Where the store is down, everybody who waits hears so, and what nobody waits for is tried again first")
    func down() {
        var machine = self.machine()
        _ = machine.add(Samples.event(1), waiter: nil)
        _ = machine.add(Samples.event(2), waiter: 2)
        _ = machine.add(Samples.event(3), waiter: nil)
        #expect(machine.next() == .write(self.events(1, 2, 3)))
        _ = machine.add(Samples.event(4), waiter: nil)
        let completion = machine.finish(Self.down)
        #expect(completion.waiters == [2])
        #expect(completion.error == Self.down)
        #expect(completion.incident == .failed(Self.down, callers: 1, queued: 3))
        #expect(machine.next() == .gather(.milliseconds(100)))
        #expect(machine.add(Samples.event(5), waiter: nil) == .queued, "a full batch is no reason to hurry now")
        #expect(machine.next(hasGathered: true) == .write(self.events(1, 3, 4, 5)))
        #expect(machine.finish(nil).incident == .recovered(failures: 1))
        #expect(machine.statistics.failed == 1)
        #expect(machine.statistics.written == 4)
        #expect(machine.statistics.dropped == 0)
    }

    @Test("The pause doubles up to its limit, and ends for whoever waits")
    func pause() {
        var machine = self.machine()
        _ = machine.add(Samples.event(1), waiter: nil)
        _ = machine.next()
        for pause in [100, 200, 350, 350] {
            _ = machine.next(hasGathered: true)
            _ = machine.finish(Self.down)
            #expect(machine.next() == .gather(.milliseconds(pause)))
        }
        #expect(machine.add(Samples.event(2), waiter: 2) == .wake)
        #expect(machine.next(hasGathered: true) == .write(self.events(1, 2)))
        #expect(machine.finish(Self.down).waiters == [2])
    }

    @Test("Where the store will not have one event, only that one fails")
    func isolation() {
        var machine = self.machine()
        for number in 1...4 { _ = machine.add(Samples.event(number), waiter: number == 2 ? nil : number) }
        #expect(machine.next() == .write(self.events(1, 2, 3, 4)))
        _ = machine.add(Samples.event(5), waiter: 5)
        let completion = machine.finish(Self.refused)
        #expect(completion.waiters.isEmpty && completion.incident == nil)

        #expect(machine.next() == .write(self.events(1)))
        #expect(machine.finish(nil).waiters == [1])
        #expect(machine.next() == .write(self.events(2)))
        #expect(machine.finish(Self.refused).incident == .dropped(Samples.event(2).id, Self.refused))
        #expect(machine.next() == .write(self.events(3)))
        let third = machine.finish(Self.refused)
        #expect(third.waiters == [3] && third.error == Self.refused)
        #expect(machine.next() == .write(self.events(4)))
        #expect(machine.finish(nil).waiters == [4])

        _ = machine.add(Samples.event(6), waiter: 6)
        #expect(machine.next() == .gather(.milliseconds(1)))
        #expect(machine.next(hasGathered: true) == .write(self.events(5, 6)), "and batches are batches again")
        #expect(machine.statistics.dropped == 1)
        #expect(machine.statistics.failed == 1)
    }

    @Test("What is urgent overtakes what waits, in its own order, and has room of its own")
    func urgent() {
        var machine = self.machine()
        for number in 1...5 { _ = machine.add(Samples.event(number), waiter: nil) }
        #expect(machine.next() == .write(self.events(1, 2, 3, 4)))
        for number in 6...8 { _ = machine.add(Samples.event(number), waiter: nil) }
        #expect(machine.add(Samples.event(9), waiter: 9) == .full)
        #expect(machine.add(Samples.urgent(20), waiter: 20) == .queued)
        #expect(machine.add(Samples.urgent(21), waiter: nil) == .queued)
        _ = machine.finish(nil)
        #expect(
            machine.next(hasGathered: true) == .write([20, 21].map(Samples.urgent) + [5, 6].map(Samples.event)))
        _ = machine.add(Samples.urgent(22), waiter: nil)
        #expect(machine.finish(nil).waiters == [20])
        #expect(
            machine.next(hasGathered: true) == .write([Samples.urgent(22)] + [7, 8].map(Samples.event)))
    }

    @Test("What is urgent waits for what is tried one by one, and overtakes the rest")
    func urgentWhileIsolated() {
        var machine = self.machine()
        for number in 1...2 { _ = machine.add(Samples.event(number), waiter: nil) }
        _ = machine.next(hasGathered: true)
        _ = machine.add(Samples.event(3), waiter: nil)
        _ = machine.finish(Self.refused)
        #expect(machine.next() == .write(self.events(1)))
        _ = machine.add(Samples.urgent(20), waiter: nil)
        _ = machine.finish(nil)
        #expect(machine.next() == .write(self.events(2)))
        _ = machine.finish(nil)
        #expect(machine.next(hasGathered: true) == .write([Samples.urgent(20), Samples.event(3)]))
    }

    @Test("A store that goes down while events are tried one by one loses none of them")
    func downWhileIsolated() {
        var machine = self.machine()
        for number in 1...3 { _ = machine.add(Samples.event(number), waiter: nil) }
        _ = machine.next(hasGathered: true)
        _ = machine.finish(Self.refused)
        #expect(machine.next() == .write(self.events(1)))
        _ = machine.finish(Self.down)
        #expect(machine.next() == .gather(.milliseconds(100)))
        for number in 1...3 {
            #expect(machine.next(hasGathered: true) == .write(self.events(number)))
            _ = machine.finish(nil)
        }
        #expect(machine.next() == .rest)
        #expect(machine.statistics.written == 3)
    }

    @Test("Draining hurries what lies, and ends when nothing is queued")
    func drain() {
        var machine = self.machine()
        #expect(machine.drain(90) == .full, "there is nothing to wait for")
        _ = machine.add(Samples.event(1), waiter: nil)
        #expect(machine.next() == .gather(.milliseconds(5)))
        #expect(machine.drain(91) == .wake)
        #expect(machine.next(hasGathered: true) == .write(self.events(1)))
        _ = machine.add(Samples.event(2), waiter: nil)
        #expect(machine.finish(nil).drained.isEmpty)
        #expect(machine.drain(92) == .queued)
        #expect(machine.next() == .write(self.events(2)), "nothing lies while somebody drains")
        let completion = machine.finish(nil)
        #expect(completion.drained == [91, 92])
        #expect(completion.left == 0)
    }

    @Test("Draining gives up on a store that stays down, and says what is left")
    func drainInVain() {
        var machine = self.machine()
        for number in 1...3 { _ = machine.add(Samples.event(number), waiter: nil) }
        _ = machine.drain(90)
        _ = machine.next(hasGathered: true)
        #expect(machine.finish(Self.down).drained.isEmpty)
        #expect(machine.next() == .gather(.milliseconds(100)))
        _ = machine.next(hasGathered: true)
        let completion = machine.finish(Self.down)
        #expect(completion.drained == [90])
        #expect(completion.left == 3)
    }

    @Test(
        "Whatever happens, every waiter hears once and every event is kept once or accounted for",
        arguments: 0..<200 as Range<UInt64>)
    func property(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var machine = self.machine()
        var owed: [Int: Event] = [:]
        var behind: [Event] = []
        var kept: [Event] = []
        var dropped = 0
        func write(_ batch: [Event]) {
            let poison = batch.contains { event in Samples.event(13).id == event.id }
            let error: StoreError? = poison ? Self.refused : random.chance(20) ? Self.down : nil
            if error == nil { kept += batch }
            let completion = machine.finish(error)
            for waiter in completion.waiters {
                let event = owed.removeValue(forKey: waiter)
                #expect(event != nil, "told once")
                #expect((completion.error == nil) == event.map(kept.contains), "told the truth")
            }
            if case .dropped? = completion.incident { dropped += 1 }
        }
        for number in 0..<60 {
            let isUrgent = random.chance(10)
            let event = isUrgent ? Samples.urgent(number) : Samples.event(number)
            let waiter = isUrgent || random.chance(50) ? number : nil
            if machine.add(event, waiter: waiter) != .full {
                if let waiter { owed[waiter] = event } else { behind.append(event) }
            }
            guard random.chance(40), case .write(let batch) = machine.next(hasGathered: random.chance(50)) else {
                continue
            }
            write(batch)
        }
        while case .write(let batch) = machine.next(hasGathered: true) { write(batch) }
        #expect(owed.isEmpty)
        #expect(Set(kept).count == kept.count)
        #expect(machine.statistics.written == kept.count)
        #expect(machine.statistics.dropped == dropped)
        #expect(behind.count { kept.contains($0) } + dropped == behind.count)
        let order = kept.filter(behind.contains).map(\.time)
        #expect(order == order.sorted(), "what nobody waits for keeps its order, failures or not")
    }
}
