import Audit
import Conversation
import Kernel

#if canImport(Glibc)
    import Glibc
#endif

/// Random bytes as a gateway takes them: all at once.
@Sendable func entropy(_ count: Int) -> [UInt8] {
    // SAFE: the system fills the whole buffer, which is initialised when it has.
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        guard let start = buffer.baseAddress else { return }
        unsafe arc4random_buf(start, count)
        filled = count
    }
}

/// What a chat with a finding leaves behind, of one of fifty keys.
struct Events {
    private var random = SystemRandomNumberGenerator()
    private var clock = Timestamp(microseconds: 1_795_000_000_000_000)
    private let principals = (0..<50).map { Principal(kind: .service, id: "key_01arz3ndektsv4rrffq69g5f\($0 + 10)") }
    private let question = """
        {"action":"infer","context":{"findings":{"pii.email_address":1},"time":"2026-11-21T08:15:30.000Z"},\
        "principal":{"id":"key_01arz3ndektsv4rrffq69g5fav","roles":[],"type":"service"},\
        "resource":{"alias":"fast","boundary":"external","provider":"openai","type":"model"}}
        """
    private let decision = """
        {"determining":["redact-personal-data"],"effect":"forbid",\
        "remedy":{"kinds":["pii.email_address"],"type":"redact"}}
        """

    mutating func next() -> Event {
        self.clock = self.clock.advanced(by: .microseconds(700))
        return .exchange(
            ExchangeEvent(
                id: Identifier(at: self.clock, using: &self.random), startedAt: self.clock,
                duration: .microseconds(183_250), principal: self.principals[Int(self.random.next() % 50)],
                operation: .chatCompletion, model: "fast", provider: "openai", deployment: "gpt-4o-mini",
                servedModel: "gpt-4o-mini-2026-07-18", isStreamed: true, outcome: .answered, status: 200,
                findings: [FindingCount(stage: .request, kind: "pii.email_address", count: 1)],
                decisions: [
                    DecisionRecord(
                        stage: .request, effect: .forbid, remedy: "redact", policies: ["redact-personal-data"],
                        question: self.question, decision: self.decision)
                ],
                usage: TokenUsage(input: 412, output: 187, cached: 0, reasoning: 0, source: .reported),
                cost: Microdollars(120), requestBytes: 2048, responseBytes: 1042, attempts: 1,
                configuration: "a1b2c3d4e5f6", detectors: "1", start: 41))
    }

    mutating func batch(_ count: Int) -> [Event] { (0..<count).map { _ in self.next() } }

    /// An exchange of which the leaf says everything: nothing was found and nothing decided that is not the rule.
    mutating func plain() -> Event {
        self.clock = self.clock.advanced(by: .microseconds(50))
        return .exchange(
            ExchangeEvent(
                id: Identifier(at: self.clock, using: &self.random), startedAt: self.clock,
                duration: .microseconds(1_250), principal: self.principals[Int(self.random.next() % 50)],
                operation: .chatCompletion, model: "fast", provider: "openai", deployment: "gpt-4o-mini",
                servedModel: "gpt-4o-mini-2026-07-18", outcome: .answered, status: 200,
                usage: TokenUsage(input: 412, output: 187, cached: 0, reasoning: 0, source: .reported),
                cost: Microdollars(120), requestBytes: 2048, responseBytes: 1042, attempts: 1,
                configuration: "a1b2c3d4e5f6", detectors: "1"))
    }
}
