import Audit
import Conversation
import Crypto
import Kernel
import Synchronization
import TestSupport
import Testing

/// A vault in memory.
final class MemoryVault: KeyVault {
    private struct State {
        var random = SplitMix(seed: 7)
        var revision: Int64 = 0
        var questions = 0
        var subjects: [String: [UInt8]?] = [:]
        var months: [String: [UInt8]?] = [:]
        var names: [String: Principal] = [:]
        var erasures: [String: Timestamp] = [:]
        var holds: [LegalHold] = []
        var orders: [ErasureOrder] = []
    }

    private let state = Mutex(State())

    func pseudonymKey() throws(StoreError) -> SymmetricKey { SymmetricKey(data: [UInt8](repeating: 1, count: 32)) }
    func revision() throws(StoreError) -> Int64 {
        self.state.withLock { state in
            state.questions += 1
            return state.revision
        }
    }

    /// How often somebody asked whether something was destroyed.
    var questions: Int { self.state.withLock(\.questions) }

    func sealingKey(
        for pseudonym: String, name: Principal?, month: Month, _ retention: RetentionClass
    ) throws(StoreError) -> PayloadKey {
        self.state.withLock { state in
            func key(_ keys: inout [String: [UInt8]?], _ name: String) -> (String, [UInt8]) {
                var generation = 1
                while true {
                    let id = generation == 1 ? name : "\(name)~\(generation)"
                    switch keys[id] {
                    case .some(.some(let key)): return (id, key)
                    case .some(.none): generation += 1
                    case .none:
                        let key = (0..<32).map { _ in UInt8(state.random.below(256)) }
                        keys[id] = .some(key)
                        return (id, key)
                    }
                }
            }
            var (subjects, months) = (state.subjects, state.months)
            let subject = key(&subjects, pseudonym)
            let month = key(&months, "\(month)/\(retention.name)")
            (state.subjects, state.months) = (subjects, months)
            if let name { state.names[pseudonym] = name }
            let parts = month.0.split(separator: "/")
            let generation = parts[1].split(separator: "~").dropFirst().first.map { "~\($0)" } ?? ""
            return PayloadKey(
                id: "\(subject.0)/\(parts[0])\(generation)/\(retention.name)", subject: subject.1, month: month.1)
        }
    }

    func key(_ id: String) throws(StoreError) -> PayloadKey? {
        let parts = id.split(separator: "/").map(String.init)
        return self.state.withLock { state in
            guard case .some(.some(let subject)) = state.subjects[parts[0]],
                case .some(.some(let month)) = state.months["\(parts[1])/\(parts[2])"]
            else { return nil }
            return PayloadKey(id: id, subject: subject, month: month)
        }
    }

    func principal(of pseudonym: String) throws(StoreError) -> Principal? {
        self.state.withLock { $0.names[pseudonym] }
    }

    func isDestroyed(_ id: String) throws(StoreError) -> Bool {
        let parts = id.split(separator: "/").map(String.init)
        return self.state.withLock {
            $0.subjects[parts[0]] == .some(.none) || $0.months["\(parts[1])/\(parts[2])"] == .some(.none)
        }
    }

    func lastErasure(of pseudonym: String) throws(StoreError) -> Timestamp? {
        self.state.withLock { $0.erasures[pseudonym] }
    }

    func eraseSubject(_ pseudonym: String, at time: Timestamp) throws(StoreError) -> Int {
        self.state.withLock { state in
            let names = state.subjects.keys.filter { $0 == pseudonym || $0.hasPrefix(pseudonym + "~") }
            let there = names.filter { state.subjects[$0] != .some(.none) }
            for name in there { state.subjects[name] = .some(.none) }
            state.names[pseudonym] = nil
            state.erasures[pseudonym] = time
            state.revision += 1
            return there.count
        }
    }

    func eraseMonths(
        through month: Month, _ retention: RetentionClass, at time: Timestamp
    ) throws(StoreError) -> [Month] {
        self.state.withLock { state in
            var erased: [Month] = []
            for (name, key) in state.months where key != nil {
                let parts = name.split(separator: "/").map(String.init)
                guard parts[1] == retention.name, let found = Month(parts[0]), found <= month else { continue }
                state.months[name] = .some(.none)
                erased.append(found)
            }
            state.revision += 1
            return erased.sorted()
        }
    }

    func oldestMonths() throws(StoreError) -> [RetentionClass: Month] { [:] }

    func holds() throws(StoreError) -> [LegalHold] { self.state.withLock(\.holds) }
    func keep(_ hold: LegalHold) throws(StoreError) {
        self.state.withLock { state in
            state.holds.removeAll { $0.id == hold.id }
            state.holds.append(hold)
        }
    }
    func orders() throws(StoreError) -> [ErasureOrder] { self.state.withLock(\.orders) }
    func keep(_ order: ErasureOrder) throws(StoreError) {
        self.state.withLock { state in
            state.orders.removeAll { $0.id == order.id }
            state.orders.append(order)
        }
    }
}

@Suite("Sealing")
struct SealingTests {
    static let key = PayloadKey(
        id: "p:a/2026-11/metadata", subject: Array(0..<32), month: Array(32..<64))
    static let random = Array(100..<(100 + UInt8(SealedPayload.randomBytes)))

    static func sealed(_ text: String) throws -> (payload: SealedPayload, reference: Leaf.Payload) {
        try Self.key.seal(Array(text.utf8), .detail, event: Array("exch_1".utf8), random: Self.random[...])
    }

    @Test("What is sealed is opened with the same keys, and the leaf binds ciphertext and content")
    func roundTrip() throws {
        let (payload, reference) = try Self.sealed("names and questions")
        let opened = try Self.key.open(payload, event: Array("exch_1".utf8))
        #expect(opened.content == Array("names and questions".utf8))
        #expect(reference.count == 19)
        #expect(reference.keys == "p:a/2026-11/metadata")
        #expect(reference.cipherHash == payload.cipherHash)
        #expect(reference.commitment == SealedPayload.commitment(to: opened.salted))
        #expect(!shown(payload.sealed).contains("names"))
        #expect(payload.nonce.count == 12)
        #expect(payload.ciphertext.count == 32 + 19 + 16)
    }

    @Test("It opens neither for another event, nor as another kind, nor with another key, nor changed")
    func bound() throws {
        let (payload, _) = try Self.sealed("x")
        let id = Array("exch_1".utf8)
        #expect(throws: PayloadError.altered) { try Self.key.open(payload, event: Array("exch_2".utf8)) }
        let other = SealedPayload(kind: .prompt, keys: payload.keys, sealed: payload.sealed)
        #expect(throws: PayloadError.altered) { try Self.key.open(other, event: id) }
        for (subject, month) in [(Array(1..<33), Array(32..<64)), (Array(0..<32), Array(33..<65))]
            as [([UInt8], [UInt8])]
        {
            let key = PayloadKey(id: payload.keys, subject: subject, month: month)
            #expect(throws: PayloadError.altered) { try key.open(payload, event: id) }
        }
        for position in payload.sealed.indices {
            var bytes = payload.sealed
            bytes[position] ^= 1
            let changed = SealedPayload(kind: .detail, keys: payload.keys, sealed: bytes)
            #expect(throws: PayloadError.altered) { try Self.key.open(changed, event: id) }
        }
        let short = SealedPayload(kind: .detail, keys: payload.keys, sealed: [1, 2, 3])
        #expect(throws: PayloadError.altered) { try Self.key.open(short, event: id) }
    }

    static func sealer(_ vault: MemoryVault) throws -> Sealer {
        let random = Mutex(SplitMix(seed: 3))
        return try Sealer(vault: vault) { count in
            random.withLock { random in (0..<count).map { _ in UInt8(random.below(256)) } }
        }
    }

    @Test(
        "No leaf holds a name or a stranger's text, and its detail holds the event", arguments: 0..<200 as Range<UInt64>
    )
    func seal(_ seed: UInt64) throws {
        let vault = MemoryVault()
        let sealer = try Self.sealer(vault)
        let unsealer = try Unsealer(vault: vault, sealer: sealer)
        var random = SplitMix(seed: seed)
        let event = Samples.random(&random)
        let entry = try #require(try sealer.seal([event]).first)
        let leaf = try Leaf(entry.leaf.bytes())
        #expect(leaf.actor == event.principal.map { sealer.pseudonym(of: $0) })
        #expect(try unsealer.event(leaf, detail: entry.payloads.first, at: 4).event == event)
        #expect(try unsealer.event(leaf, detail: entry.payloads.first, at: 4).sequence == 5)
        if case .exchange(let exchange) = event, exchange.provider == nil, exchange.model != nil {
            #expect(leaf.resource == "model:?")
        }
        let gone = try unsealer.event(leaf, detail: nil, at: 4)
        #expect(gone.isErased == !entry.payloads.isEmpty)
        #expect(gone.event.kind == event.kind)
        #expect(gone.event.id == event.id)
    }

    @Test(
        "Where the leaf tells everything, nothing is sealed and the event is read back as itself",
        arguments: 0..<200 as Range<UInt64>)
    func plain(_ seed: UInt64) throws {
        let vault = MemoryVault()
        let sealer = try Self.sealer(vault)
        let unsealer = try Unsealer(vault: vault, sealer: sealer)
        var random = SplitMix(seed: seed)
        let time = Timestamp(microseconds: Int64(random.below(1 << 50)))
        let exchange = Samples.exchange(at: time, &random, isPlain: true)
        let entry = try #require(try sealer.seal([.exchange(exchange)]).first)
        let names = [exchange.model, exchange.provider, exchange.deployment, exchange.servedModel]
        let hasLongName = (names.compactMap(\.self) + [exchange.configuration, exchange.detectors])
            .contains { $0.utf8.count > 128 }
        #expect(entry.payloads.isEmpty == !hasLongName)
        guard !hasLongName else { return }
        let stored = try unsealer.event(try Leaf(entry.leaf.bytes()), detail: nil, at: 0)
        #expect(stored.event == .exchange(exchange))
        #expect(stored.json == Event.exchange(exchange).json())
        #expect(!stored.isErased)
    }

    @Test("Whether a key was destroyed is asked for each batch that seals something, and once a second where none does")
    func asking() throws {
        let vault = MemoryVault()
        let sealer = try Self.sealer(vault)
        func event(at milliseconds: Int64, isPlain: Bool) -> Event {
            var random = SplitMix(seed: UInt64(milliseconds))
            let time = Timestamp(microseconds: 1_795_000_000_000_000 + milliseconds * 1000)
            return .exchange(
                ExchangeEvent(
                    id: Identifier(at: time, using: &random), startedAt: time, duration: .zero,
                    principal: Principal(kind: .user, id: "anna"), operation: .models, outcome: .answered, status: 200,
                    findings: isPlain ? [] : [FindingCount(stage: .request, kind: "a", count: 1)], requestBytes: 0,
                    responseBytes: 0, configuration: "c", detectors: "d"))
        }
        for milliseconds in [0, 300, 999] as [Int64] { _ = try sealer.seal([event(at: milliseconds, isPlain: true)]) }
        #expect(vault.questions == 1)
        _ = try sealer.seal([event(at: 1000, isPlain: true), event(at: 1001, isPlain: true)])
        #expect(vault.questions == 2)
        for _ in 0..<3 {
            _ = try sealer.seal([event(at: 1002, isPlain: true), event(at: 1003, isPlain: false)])
        }
        #expect(vault.questions == 5)
    }

    @Test("Pseudonyms tell people apart by kind and id, and nothing else")
    func pseudonyms() throws {
        let sealer = try Self.sealer(MemoryVault())
        let names = [
            Principal(kind: .user, id: "ab"), Principal(kind: .user, id: "a"), Principal(kind: .service, id: "ab"),
        ].map { sealer.pseudonym(of: $0) }
        #expect(Set(names).count == 3)
        #expect(names.allSatisfy { $0.hasPrefix("p:") && $0.utf8.count == 24 })
        #expect(sealer.pseudonym(of: Principal(kind: .user, id: "ab")) == names[0])
    }

    @Test("A forgotten person's events cannot be read, others' can, and who comes back gets a new key")
    func forgetting() throws {
        let vault = MemoryVault()
        let sealer = try Self.sealer(vault)
        let unsealer = try Unsealer(vault: vault, sealer: sealer)
        func event(_ id: String, isPlain: Bool = false) -> Event {
            var random = SplitMix(seed: UInt64(id.utf8.count))
            let time = Timestamp(microseconds: 1_795_000_000_000_000)
            return .exchange(
                ExchangeEvent(
                    id: Identifier(at: time, using: &random), startedAt: time, duration: .zero,
                    principal: Principal(kind: .user, id: id), operation: .models, outcome: .answered, status: 200,
                    findings: isPlain ? [] : [FindingCount(stage: .request, kind: "a", count: 1)], requestBytes: 0,
                    responseBytes: 0, configuration: "c", detectors: "d"))
        }
        let entries = try sealer.seal([event("anna"), event("boris!"), event("anna", isPlain: true)])
        #expect(try unsealer.event(entries[2].leaf, detail: nil, at: 2).event == event("anna", isPlain: true))
        let pseudonym = try #require(entries[0].leaf.actor)
        #expect(try unsealer.event(entries[0].leaf, detail: entries[0].payloads[0], at: 0).isErased == false)
        #expect(try vault.eraseSubject(pseudonym, at: Timestamp(microseconds: 1_795_000_000_000_001)) == 1)
        #expect(try unsealer.event(entries[0].leaf, detail: entries[0].payloads[0], at: 0).isErased)
        #expect(try unsealer.event(entries[1].leaf, detail: entries[1].payloads[0], at: 0).isErased == false)
        let again = try sealer.seal([event("anna")])
        #expect(again[0].payloads[0].keys.hasPrefix(pseudonym + "~2/"))
        #expect(try unsealer.event(again[0].leaf, detail: again[0].payloads[0], at: 0).event == event("anna"))
        #expect(try unsealer.event(entries[0].leaf, detail: entries[0].payloads[0], at: 0).isErased)
        let plain = try unsealer.event(entries[2].leaf, detail: nil, at: 2)
        #expect(plain.isErased)
        #expect(plain.event.principal == Principal(kind: .service, id: pseudonym))
    }
}
