import Audit
import Conversation
import Dispatch
import Kernel
import Synchronization
import TestSupport

/// Events for tests: plain ones by number, and random ones that use every member.
enum Samples {
    /// One that differs from others only by its number.
    static func event(_ number: Int) -> Event {
        var random = SplitMix(seed: UInt64(number))
        let time = Timestamp(microseconds: 1_795_000_000_000_000 + Int64(number) * 1000)
        return .exchange(
            ExchangeEvent(
                id: Identifier(at: time, using: &random), startedAt: time, duration: .milliseconds(12), principal: nil,
                operation: .models, outcome: .answered, status: 200, requestBytes: 0, responseBytes: number,
                configuration: "c", detectors: "d"))
    }

    /// One that overtakes.
    static func urgent(_ number: Int) -> Event {
        var random = SplitMix(seed: UInt64(number))
        let time = Timestamp(microseconds: 1_795_000_000_000_000 + Int64(number) * 1000)
        return .administrative(
            AdministrativeEvent(
                id: Identifier(at: time, using: &random), time: time, actor: Principal(kind: .operator, id: "uid-0"),
                act: .serverStopped))
    }

    static func random(_ random: inout SplitMix) -> Event {
        let time = Timestamp(microseconds: Int64(random.below(1 << 50)))
        return random.chance(80)
            ? .exchange(self.exchange(at: time, &random))
            : .administrative(
                AdministrativeEvent(
                    id: Identifier(at: time, using: &random), time: time, actor: self.principal(&random),
                    act: self.act(&random)))
    }

    /// One of which everything may be said; of a plain one, only what its leaf has room for.
    static func exchange(
        at time: Timestamp, _ random: inout SplitMix, isPlain: Bool = false
    ) -> ExchangeEvent {
        func maybe<Value>(_ make: (inout SplitMix) -> Value) -> Value? { random.chance(50) ? make(&random) : nil }
        return ExchangeEvent(
            id: Identifier(at: time, using: &random), startedAt: time,
            duration: .microseconds(random.below(1 << 40)), principal: maybe(self.principal),
            operation: random.pick(ExchangeEvent.Act.allCases), model: maybe(JSONDocument.text),
            provider: isPlain ? JSONDocument.text(&random) : maybe(JSONDocument.text),
            deployment: maybe(JSONDocument.text),
            servedModel: maybe(JSONDocument.text), isStreamed: random.chance(50),
            outcome: random.pick(ExchangeEvent.Outcome.allCases), status: random.below(600),
            code: isPlain ? maybe { $0.pick(["upstream_reset", "no.such-model"]) } : maybe(JSONDocument.text),
            findings: (0..<(isPlain ? 0 : random.below(4))).map { _ in
                FindingCount(
                    stage: random.pick(ExchangeEvent.Stage.allCases), kind: JSONDocument.text(&random),
                    count: random.below(1 << 30))
            },
            decisions: (0..<(isPlain ? 0 : random.below(4))).map { _ in
                DecisionRecord(
                    stage: random.pick(ExchangeEvent.Stage.allCases),
                    effect: random.pick(DecisionRecord.Effect.allCases), remedy: maybe(JSONDocument.text),
                    policies: (0..<random.below(3)).map { _ in JSONDocument.text(&random) })
            },
            usage: maybe { random in
                TokenUsage(
                    input: TokenCount(random.below(1 << 40)), output: TokenCount(random.below(1 << 40)),
                    cached: TokenCount(random.below(99)), reasoning: TokenCount(random.below(99)),
                    source: random.pick(TokenUsage.Source.allCases))
            },
            requestBytes: random.below(1 << 40), responseBytes: random.below(1 << 40), attempts: random.below(9),
            configuration: JSONDocument.text(&random), detectors: JSONDocument.text(&random))
    }

    private static func principal(_ random: inout SplitMix) -> Principal {
        Principal(kind: random.pick(Principal.Kind.allCases), id: JSONDocument.text(&random))
    }

    private static func act(_ random: inout SplitMix) -> AdministrativeEvent.Act {
        let text = JSONDocument.text(&random)
        return switch random.below(17) {
        case 9: .erasureRequested(of: text, order: JSONDocument.text(&random))
        case 10: .erasureExecuted(of: text, order: JSONDocument.text(&random))
        case 11: .erasureBlocked(of: text, hold: JSONDocument.text(&random))
        case 12: .holdPlaced(hold: text, matter: JSONDocument.text(&random))
        case 13: .holdReleaseRequested(hold: text)
        case 14: .holdReleased(hold: text)
        case 15: .exportMade(of: text)
        case 16: .payloadRead(of: text, why: JSONDocument.text(&random))
        case 0: .keyCreated(key: text)
        case 1: .keyRevoked(key: text)
        case 2: .configurationReloaded(configuration: text)
        case 3: .configurationRefused(reason: text)
        case 4: .serverStarted(version: JSONDocument.text(&random), configuration: text)
        case 5: .policiesProposed(bundle: text)
        case 6: .policiesApproved(bundle: text)
        case 7: .policiesActivated(bundle: text)
        default: .serverStopped
        }
    }
}

/// A sink that a test holds by the hand: each append waits until the test has said what becomes of it.
final class HeldSink: EventSink {
    /// The batches as they arrive, in order.
    let batches: AsyncStream<[Event]>
    private let arrivals: AsyncStream<[Event]>.Continuation
    private let permits = DispatchSemaphore(value: 0)
    private let answers = Mutex<[StoreError?]>([])
    private let stored = Mutex<[Event]>([])

    init() { (self.batches, self.arrivals) = AsyncStream.makeStream() }

    /// What is kept.
    var kept: [Event] { self.stored.withLock { $0 } }

    /// Says what becomes of the next batches, in order; nil keeps one.
    func answer(_ answers: StoreError?...) {
        self.answers.withLock { $0 += answers }
        for _ in answers { self.permits.signal() }
    }

    func append(_ events: [Event]) throws(StoreError) -> [Int64] {
        self.arrivals.yield(events)
        self.permits.wait()
        if let error = self.answers.withLock({ $0.removeFirst() }) { throw error }
        return self.stored.withLock { stored in
            stored += events
            return events.indices.map { Int64(stored.count - events.count + $0) }
        }
    }
}

/// A sink held by the hand that says what is made ready for it.
final class ReadyingSink: EventSink {
    let held = HeldSink()
    /// What is made ready, in order.
    let readied: AsyncStream<[Event]>
    private let arrivals: AsyncStream<[Event]>.Continuation
    private let count = Mutex(0)

    init() { (self.readied, self.arrivals) = AsyncStream.makeStream() }

    /// How many batches were committed as they had been made ready.
    var commits: Int { self.count.withLock { $0 } }

    func append(_ events: [Event]) throws(StoreError) -> [Int64] { try self.held.append(events) }

    func prepare(_ events: [Event]) throws(StoreError) -> PreparedEvents {
        self.arrivals.yield(events)
        return PreparedEvents { () throws(StoreError) in
            self.count.withLock { $0 += 1 }
            return try self.held.append(events)
        }
    }
}

/// A sink that keeps everything at once.
final class ReadySink: EventSink {
    private let stored = Mutex<[[Event]]>([])

    var batches: [[Event]] { self.stored.withLock { $0 } }

    func append(_ events: [Event]) throws(StoreError) -> [Int64] {
        self.stored.withLock { stored in
            let start = stored.reduce(0) { $0 + $1.count }
            stored.append(events)
            return events.indices.map { Int64(start + $0) }
        }
    }
}
