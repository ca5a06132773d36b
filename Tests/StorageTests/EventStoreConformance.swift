import Audit
import Dispatch
import Kernel
import TestSupport
import Testing

/// What every store of events does, whatever database stands behind it: one check a row.
///
/// A check is given two views of one empty store, as two processes have them.
struct EventStoreConformance: Shown {
    let name: String
    private let check: @Sendable (_ store: any EventStore, _ other: any EventStore) async throws -> Void

    private init(_ name: String, _ check: @escaping @Sendable (any EventStore, any EventStore) async throws -> Void) {
        self.name = name
        self.check = check
    }

    func run(_ make: () async throws -> (any EventStore, any EventStore)) async throws {
        let (store, other) = try await make()
        try await self.check(store, other)
    }

    static func everything(in store: any EventStore) async throws -> [StoredEvent] {
        try await store.events(matching: EventFilter(order: .oldestFirst, limit: 1000), .patient)
    }

    /// What a filter means, in so many words.
    static func matches(_ event: Event, _ filter: EventFilter) -> Bool {
        var model: String?
        var outcome: ExchangeEvent.Outcome?
        if case .exchange(let exchange) = event {
            model = exchange.provider == nil ? exchange.model.map { _ in "?" } : exchange.model
            outcome = exchange.outcome
        }
        func millisecond(_ time: Timestamp) -> Int64 { time.microseconds / 1000 }
        let time = millisecond(event.time)
        return (filter.since.map { time >= millisecond($0) } ?? true)
            && (filter.until.map { time < millisecond($0) } ?? true)
            && (filter.principal.map { event.principal?.id == $0 } ?? true)
            && (filter.model.map { model == ExchangeEvent.kept($0) } ?? true)
            && (filter.outcome.map { outcome == $0 } ?? true)
            && (filter.exchange.map { event.id == .exchange($0) } ?? true)
            && (filter.kind.map { event.kind == $0 } ?? true)
    }

    /// A time before, between, at or after those of the events, or some microseconds off.
    private static func time(_ random: inout SplitMix, _ events: [Event]) -> Timestamp {
        if random.chance(5) { return Timestamp(microseconds: random.pick([.min, -1, 0, .max])) }
        let time = Samples.time(random.below(events.count + 20) - 10)
        return time.advanced(by: .microseconds(random.pick([0, 0, 999, 1000, -1, -1000])))
    }

    static func filter(_ events: [Event], _ random: inout SplitMix) -> EventFilter {
        func maybe<Value>(_ percent: Int, _ make: (inout SplitMix) -> Value) -> Value? {
            random.chance(percent) ? make(&random) : nil
        }
        var exchange: Identifier<Exchange>?
        if random.chance(10), case .exchange(let event) = random.pick(events) { exchange = event.id }
        return EventFilter(
            since: maybe(30) { time(&$0, events) }, until: maybe(30) { time(&$0, events) },
            principal: maybe(20) { $0.pick(Samples.keys) }, model: maybe(20) { $0.pick(Samples.models) },
            outcome: maybe(20) { $0.pick(ExchangeEvent.Outcome.allCases) }, exchange: exchange,
            kind: maybe(20) { $0.pick(Event.Kind.allCases) },
            after: maybe(20) { Int64($0.below(events.count + 4)) - 1 }, order: random.pick(EventFilter.Order.allCases),
            limit: random.pick([1, 3, 50, 1000]))
    }

    static let all: [EventStoreConformance] = [
        EventStoreConformance("a new store holds no events") { (store, _) async throws in
            #expect(try await everything(in: store).isEmpty)
        },
        EventStoreConformance("what is kept comes back whole, numbered from 1 in the order of recording") {
            (store, _) async throws in
            let events = Samples.events(40, seed: 1).reversed().map(\.self)
            try store.append(Array(events[0..<25]))
            try store.append([])
            try store.append(Array(events[25...]))
            let stored = try await everything(in: store)
            #expect(stored.map(\.event) == events)
            #expect(stored.map(\.json) == events.map { $0.json() })
            #expect(stored.map(\.sequence) == (1...40).map(Int64.init))
            let newest = try await store.events(matching: EventFilter(limit: 3), .patient)
            #expect(newest == stored.suffix(3).reversed())
        },
        EventStoreConformance("a batch is kept whole or not at all") { (store, _) async throws in
            let events = Samples.events(30, seed: 2)
            try store.append(Array(events[0..<10]))
            for batch in [
                Array(events[10..<20]) + [events[5]] + Array(events[20..<30]), [events[10], events[11], events[10]],
                [events[0]],
            ] {
                #expect(throws: StoreError(.conflict, "")) { try store.append(batch) }
                #expect(try await everything(in: store).map(\.event) == Array(events[0..<10]))
            }
            try store.append(Array(events[10...]))
            let stored = try await everything(in: store)
            #expect(stored.map(\.event) == events)
            #expect(stored.map(\.sequence) == (1...30).map(Int64.init), "a failed batch leaves no gap")
        },
        EventStoreConformance("an event is found by its id") { (store, other) async throws in
            let events = Samples.events(30, seed: 3)
            try store.append(Array(events[0..<20]))
            for (index, event) in events.enumerated() {
                let found = try await other.event(event.id, .patient)
                #expect(found?.event == (index < 20 ? event : nil))
                #expect(found?.sequence == (index < 20 ? Int64(index) + 1 : nil))
            }
        },
        EventStoreConformance("a filter finds what it says, in the order that it says, and no more than it says") {
            (store, _) async throws in
            var random = SplitMix(seed: 4)
            // Recorded in almost, but not quite, the order of time, as it happens.
            let events = Samples.events(300, seed: 4).chunked(by: 7).flatMap { $0.shuffled(using: &random) }
            try store.append(events)
            for _ in 0..<300 {
                let filter = filter(events, &random)
                var expected = events.enumerated().map { (sequence: Int64($0.offset) + 1, event: $0.element) }
                if filter.order == .newestFirst { expected.reverse() }
                expected = expected.filter { row in
                    let isBehind = filter.after.map {
                        filter.order == .newestFirst ? row.sequence < $0 : row.sequence > $0
                    }
                    return (isBehind ?? true) && matches(row.event, filter)
                }
                let found = try await store.events(matching: filter, .patient)
                #expect(found.map(\.sequence) == expected.prefix(filter.limit).map(\.sequence), "\(filter)")
            }
        },
        EventStoreConformance("paging goes past every event once, whichever way") { (store, _) async throws in
            let events = Samples.events(50, seed: 5)
            try store.append(events)
            for order in EventFilter.Order.allCases {
                var pages: [StoredEvent] = []
                while case let page = try await store.events(
                    matching: EventFilter(after: pages.last?.sequence, order: order, limit: 7), .patient), !page.isEmpty
                {
                    pages += page
                }
                #expect(pages.map(\.event) == (order == .oldestFirst ? events : events.reversed()))
            }
        },
        EventStoreConformance("a limit out of bounds is taken as the nearest that is not") { (store, _) async throws in
            try store.append(Samples.events(1100, seed: 6))
            for (limit, count) in [(-5, 1), (0, 1), (1000, 1000), (1001, 1000), (.max, 1000)] {
                #expect(try await store.events(matching: EventFilter(limit: limit), .patient).count == count)
            }
        },
        EventStoreConformance("two processes record at the same time without gaps or doubles") {
            (store, other) async throws in
            let events = Samples.events(200, seed: 7)
            let chunks = events.chunked(by: 5)
            // Appending blocks, so it happens on threads that may be blocked.
            DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
                #expect(throws: Never.self) { try (index % 2 == 0 ? store : other).append(chunks[index]) }
            }
            let stored = try await everything(in: store)
            #expect(stored.map(\.sequence) == (1...200).map(Int64.init))
            #expect(Set(stored.map(\.event)) == Set(events))
            for chunk in chunks {
                let first = stored.firstIndex { $0.event == chunk[0] } ?? 0
                #expect(stored[first..<(first + chunk.count)].map(\.event) == chunk, "a batch stays together")
            }
            #expect(try await everything(in: other) == stored)
        },
        EventStoreConformance("when the deadline has passed, nothing is read") { (store, _) async throws in
            try store.append(Samples.events(1, seed: 8))
            let late = OperationContext.ending(at: .now - .seconds(1))
            await #expect(throws: StoreError(.unavailable, "")) {
                try await store.events(matching: EventFilter(), late)
            }
        },
    ]
}

extension Array {
    /// The same elements in pieces of at most this many.
    func chunked(by count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
