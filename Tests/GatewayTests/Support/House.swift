import Audit
import Detection
import Framing
import Identity
import Injection
import Kernel
import Metering
import NIOCore
import NIOPosix
import Policy
import Providers
import Screening
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Gateway

/// Time that stands still until a test moves it.
final class ManualClock: WallClock {
    private let time = Mutex(Timestamp(microseconds: 1_795_248_930_000_000))

    func now() -> Timestamp { self.time.withLock { $0 } }
    func move(by duration: Duration) { self.time.withLock { $0 = $0.advanced(by: duration) } }
}

/// Keeps events in memory, or refuses to.
final class MemoryEvents: EventSink {
    private struct State {
        var events: [Event] = []
        var failure: StoreError?
    }

    private let state = Mutex(State())

    func append(_ events: [Event]) throws(StoreError) -> [Int64] {
        let result = self.state.withLock { state -> Result<[Int64], StoreError> in
            if let failure = state.failure { return .failure(failure) }
            state.events += events
            return .success(events.indices.map { Int64(state.events.count - events.count + $0) })
        }
        return try result.get()
    }

    func fail(_ error: StoreError?) { self.state.withLock { $0.failure = error } }

    var all: [Event] { self.state.withLock(\.events) }

    var exchanges: [ExchangeEvent] {
        self.state.withLock { state in
            state.events.compactMap { event in if case .exchange(let exchange) = event { exchange } else { nil } }
        }
    }
}

/// A gateway with everything that it needs, and no socket.
final class House: Sendable {
    /// Our own secret towards the deployment.
    static let providerKey = "sk-provider-0123456789abcdef"
    static let start = Timestamp(microseconds: 1_795_248_930_000_000)

    /// The keys that there are, by what is shown.
    static let keys: [(shown: String, key: VirtualKey)] = [
        ("gatehouse_application", House.key(1)),
        ("gatehouse_owls_only", House.key(2, models: ["owl"])),
        ("gatehouse_nothing", House.key(3, models: [])),
        ("gatehouse_expired", House.key(4, expiresAt: House.start)),
        ("gatehouse_revoked", House.key(5, revokedAt: House.start)),
        ("gatehouse_expires_later", House.key(6, expiresAt: House.start.advanced(by: .milliseconds(1)))),
    ]

    private static func key(
        _ number: UInt64, models: [String]? = nil, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) -> VirtualKey {
        var random = SplitMix(seed: number)
        let born = Timestamp(microseconds: 1_700_000_000_000_000)
        return VirtualKey(
            id: Identifier(at: born, using: &random), name: "key \(number)", role: .application, models: models,
            createdAt: born, expiresAt: expiresAt, revokedAt: revokedAt)
    }

    static func ring(_ keys: [(shown: String, key: VirtualKey)] = House.keys) -> KeyRing {
        KeyRing(keys.map { (digest: KeyDigest(of: $0.shown.utf8Span.span), key: $0.key) })
    }

    /// Every pattern, compiled once.
    private static let compiled = Result { try PatternDatabase() }

    static var patterns: PatternDatabase {
        get throws { try self.compiled.get() }
    }

    let clock = ManualClock()
    let events = MemoryEvents()
    let recorder: Recorder
    let gateway: Gateway

    init(
        _ rules: [Rule] = [], request: PatternDatabase? = nil, response: PatternDatabase? = nil,
        admission: AdmissionLimits = AdmissionLimits(total: 100, perKey: 100), recordsBehind: Bool = false,
        queue: Int = 100, screen: Screen? = nil
    ) {
        self.recorder = Recorder(store: self.events, capacity: queue)
        var configuration = Self.configuration(rules, request, response, admission, recordsBehind)
        configuration.screen = screen
        configuration.answerScreen = screen
        self.gateway = Gateway(
            configuration: configuration, keys: Self.ring(), recorder: self.recorder, clock: self.clock,
            conversationSecret: [UInt8](repeating: 7, count: 32))
    }

    /// The whole cascade both ways.
    static func cascade(_ rules: [Rule]) throws -> House {
        let screen = try self.screen.get()
        return House(rules, request: screen.patterns, response: screen.patterns, screen: screen)
    }

    private static let screen = Result {
        try Screen.complete(injections: try InjectionDetector.embedded(), names: nil)
    }

    /// With all detectors both ways.
    static func guarded(_ rules: [Rule]) throws -> House {
        House(rules, request: try self.patterns, response: try self.patterns)
    }

    static func configuration(
        _ rules: [Rule] = [], _ request: PatternDatabase? = nil, _ response: PatternDatabase? = nil,
        _ admission: AdmissionLimits = AdmissionLimits(total: 100, perKey: 100), _ recordsBehind: Bool = false,
        fingerprint: String = "f00d"
    ) -> GatewayConfiguration {
        let endpoint = UpstreamEndpoint(
            key: "test", host: "127.0.0.1", port: 1, tls: nil, connections: 1, connectTimeout: .seconds(1),
            keepAlive: .seconds(1), lifetime: .seconds(1))
        func hosted(_ name: String, _ service: any ModelService) -> any Provider {
            HostedProvider(
                name: name, service: service, endpoint: endpoint, responseTimeout: .seconds(60),
                idleTimeout: .seconds(30), clock: ManualClock())
        }
        let key = Secret(Self.providerKey)
        let provider = hosted(
            "forest", OpenAIService(authority: "forest.example", basePath: "/v1", key: key))
        let river = hosted(
            "river", AnthropicService(authority: "river.example", basePath: "", key: key, version: "2023-06-01"))
        let lake = hosted("lake", GeminiService(authority: "lake.example", basePath: "", key: key))
        let models = [
            Model(alias: "owl", provider: provider, providerModel: "owl"),
            Model(alias: "small-owl", provider: provider, providerModel: "strix \"minor\""),
            Model(alias: "otter", provider: river, providerModel: "otter-1"),
            Model(alias: "pike", provider: lake, providerModel: "pike-1"),
        ]
        let terms = models.map { model in
            (
                model.alias,
                ModelTerms(
                    facts: ModelFacts(alias: model.alias, provider: model.provider.name, boundary: .external),
                    pricing: .assumed(ModelPrice(rates: ModelPrice.Rates(input: 1_000_000, output: 2_000_000))))
            )
        }
        return GatewayConfiguration(
            models: ModelCatalog(models), terms: Dictionary(uniqueKeysWithValues: terms),
            passing: [PassingProvider(provider, boundary: .external)],
            policy: Rules(rules), requestPatterns: request, responsePatterns: response, admission: admission,
            recordsBehind: recordsBehind, fingerprint: fingerprint)
    }
}

/// What a client sends.
struct Ask: Sendable {
    var line = "POST /v1/chat/completions"
    var fields = ["Authorization: Bearer gatehouse_application"]
    var body = #"{"model":"owl","messages":[{"role":"user","content":"hello"}]}"#
    /// In the place of a body.
    var refusal: RequestRefusal?
    /// How many pieces of a stream the client takes before it goes away; nil for all.
    var patience: Int?
    /// Called before each piece is taken.
    var onWrite: (@Sendable () -> Void)?

    /// A chat of one message.
    static func chat(_ text: String, more: String = "") -> Ask {
        var content: [UInt8] = []
        JSONString.appendEscaped(text.utf8Span.span, to: &content)
        return Ask(body: #"{"model":"owl","messages":[{"role":"user","content":"\#(shown(content))"}]\#(more)}"#)
    }

    static func streamed(_ more: String = "") -> Ask { Self.chat("hello", more: #","stream":true\#(more)"#) }

    func inbound() throws -> Inbound {
        let text = "\(self.line) HTTP/1.1\r\nHost: gatehouse\r\n\(self.fields.map { $0 + "\r\n" }.joined())\r\n"
        let bytes = ByteBuffer(string: text)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.readableBytesUInt8Span))
        return .request(InboundRequest(head: head, bytes: bytes))
    }
}

/// What became of it.
struct Outcome: Sendable {
    let status: Int?
    /// The fields of the answer, one a line.
    let head: String
    let body: String
    let pieces: [[UInt8]]
    let end: ScriptedWire.End?
    let calls: [ScriptedWire.Call]
    let bodyReads: Int
    let event: ExchangeEvent?

    /// The answer as JSON; `null` where it is none.
    var json: JSONDocument { (try? JSONDocument(Array(self.body.utf8))) ?? .null }
    var code: String? { self.json["error", "code"]?.text }
    var message: String? { self.json["error", "message"]?.text }

    /// The value of a field.
    func field(_ name: String) -> String? {
        let line = self.head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
        return line.map { String($0.dropFirst(name.count + 2)) }
    }

    /// The data of each event of a stream.
    var frames: [String] { Outcome.frames(of: self.body) }

    static func frames(of stream: String) -> [String] {
        stream.replacing("\r\n", with: "\n").split(separator: "\n\n").map { $0.drop { $0 == "\n" } }.map {
            $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : String($0)
        }
    }
}

extension House {
    static let hello =
        #"{"id":"c1","object":"chat.completion","model":"owl-2026","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}"#

    /// Takes a request through the path.
    func exchange(
        _ ask: Ask = Ask(), upstream: @escaping ScriptedWire.Upstream = { _ in .json(House.hello) }
    ) async throws -> Outcome {
        try await self.serve(try ask.inbound(), ask, upstream)
    }

    func serve(
        _ inbound: Inbound, _ ask: Ask = Ask(),
        _ upstream: @escaping ScriptedWire.Upstream = { _ in .json(House.hello) }
    ) async throws -> Outcome {
        let before = self.events.exchanges.count
        let executor = LoopExecutor(loop: Self.loops.next())
        let body = ask.refusal.map(Result<ByteBuffer, RequestRefusal>.failure) ?? .success(ByteBuffer(string: ask.body))
        return await withTaskExecutorPreference(executor) {
            let wire = ScriptedWire(executor, body: body, patience: ask.patience, upstream: upstream)
            wire.onWrite = ask.onWrite
            await self.gateway.lane().handle(inbound, on: wire)
            await self.recorder.drain()
            #expect(wire.ends.count == 1, "an exchange ends once, this one \(wire.ends)")
            let head = wire.head.map { String(buffer: $0.lines) } ?? ""
            let events = self.events.exchanges.dropFirst(before).filter {
                head.isEmpty || head.contains($0.id.description)
            }
            #expect(events.count <= 1, "an exchange leaves one event")
            return Outcome(
                status: wire.head?.status, head: head, body: shown(wire.pieces.joined()), pieces: wire.pieces,
                end: wire.ends.first, calls: wire.calls, bodyReads: wire.bodyReads, event: events.first)
        }
    }

    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    static var anyLoop: any EventLoop { self.loops.next() }
}

extension AdministrativeEvent {
    static var started: AdministrativeEvent {
        var random = SystemRandomNumberGenerator()
        return AdministrativeEvent(
            id: Identifier(at: House.start, using: &random), time: House.start,
            actor: Principal(kind: .service, id: "gatehouse"), act: .serverStopped)
    }
}

extension DecisionRecord {
    /// Without what was asked and answered word for word.
    var bare: DecisionRecord {
        DecisionRecord(stage: self.stage, effect: self.effect, remedy: self.remedy, policies: self.policies)
    }
}
