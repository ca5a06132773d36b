import Crypto
package import Kernel
import Synchronization

/// An event ready for the log: its leaf, which the log gives its place, and what is sealed beside it.
package struct LogEntry: Sendable {
    package var leaf: Leaf
    package let payloads: [SealedPayload]

    package init(leaf: Leaf, payloads: [SealedPayload]) {
        self.leaf = leaf
        self.payloads = payloads
    }
}

/// Turns events into what the log keeps of them: pseudonyms for names, a sealed detail for the rest.
///
/// It keeps what it got from the vault in memory until the vault's revision changes. Cost: some microseconds an event.
package final class Sealer: Sendable {
    /// Random bytes, as many as asked for.
    package typealias Entropy = @Sendable (_ count: Int) -> [UInt8]

    private struct KeyName: Hashable {
        let pseudonym: String
        let month: Month
        let retention: RetentionClass
    }

    private struct State {
        var revision: Int64 = -1
        /// Whether the revision was asked for in this batch, and the second of the last event of the one before.
        var isFresh = false
        var second: Int64?
        var pseudonyms: [Principal: String] = [:]
        var keys: [KeyName: PayloadKey] = [:]
        var random: ArraySlice<UInt8> = []
        /// Of the last event, and its month.
        var day: (number: Int64, month: Month)?
    }

    /// How many names and keys are kept at most.
    private static let remembered = 4096

    private let vault: any KeyVault
    private let entropy: Entropy
    private let pseudonymKey: SymmetricKey
    private let state = Mutex(State())

    package init(vault: any KeyVault, entropy: @escaping Entropy) throws(StoreError) {
        self.vault = vault
        self.entropy = entropy
        self.pseudonymKey = try vault.pseudonymKey()
    }

    /// How leaves call somebody.
    package func pseudonym(of principal: Principal) -> String { Pseudonym.of(principal, key: self.pseudonymKey) }

    /// Seals events in their order.
    package func seal(_ events: [Event]) throws(StoreError) -> [LogEntry] {
        let result = self.state.withLock { state -> Result<[LogEntry], StoreError> in
            do throws(StoreError) {
                // Whether something was destroyed is asked before anything is sealed, and once a second where nothing is:
                // asking takes as long as writing a few leaves.
                let second = (events.last?.time.microseconds ?? 0) / 1_000_000
                state.isFresh = false
                if second != state.second { try self.refresh(&state) }
                state.second = second
                var entries: [LogEntry] = []
                entries.reserveCapacity(events.count)
                for event in events { entries.append(try self.seal(event, &state)) }
                return .success(entries)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Lets go of keys that may have been destroyed.
    private func refresh(_ state: inout State) throws(StoreError) {
        guard !state.isFresh else { return }
        let revision = try self.vault.revision()
        state.isFresh = true
        guard revision != state.revision else { return }
        state.revision = revision
        state.keys = [:]
    }

    private func seal(_ event: Event, _ state: inout State) throws(StoreError) -> LogEntry {
        var leaf = event.leaf { self.pseudonym(of: $0, &state) }
        var payloads: [SealedPayload] = []
        let month = Self.month(of: event.time, &state)
        func seal(_ content: [UInt8], _ kind: PayloadKind, _ retention: RetentionClass) throws(StoreError) {
            try self.refresh(&state)
            let key = try self.key(leaf.actor, event.principal, month, retention, &state)
            if state.random.count < SealedPayload.randomBytes {
                state.random = self.entropy(SealedPayload.randomBytes * 128)[...]
            }
            let random = state.random.prefix(SealedPayload.randomBytes)
            state.random = state.random.dropFirst(SealedPayload.randomBytes)
            do throws(PayloadError) {
                let (payload, reference) = try key.seal(
                    content, kind, event: Array(leaf.id.utf8), random: random)
                payloads.append(payload)
                leaf.payloads.append(reference)
            } catch {
                throw StoreError(.constraint, "the event could not be sealed", underlying: error)
            }
        }
        switch event {
        case .exchange(let exchange):
            let metadata = RetentionClass(.metadata, useCase: exchange.useCase)
            if exchange.level.keepsDetail {
                if exchange.isToldByLeaf {
                    // There is nothing to seal, but whose pseudonym it is the vault is to know all the same.
                    if event.principal != nil {
                        _ = try self.key(leaf.actor, event.principal, month, metadata, &state)
                    }
                } else {
                    try seal(event.json(), .detail, metadata)
                }
            }
            for content in exchange.content {
                try seal(content.bytes, content.kind, RetentionClass(.content, useCase: exchange.useCase))
            }
        case .start(let start):
            for content in start.content {
                try seal(content.bytes, content.kind, RetentionClass(.content, useCase: start.useCase))
            }
        case .abandonment: break
        case .administrative: try seal(event.json(), .detail, .administration)
        }
        // Everything else has room, whatever it holds; to write the leaf only to measure it costs as much as to keep it.
        let long = leaf.rules.reduce(0) { $0 + $1.utf8.count } + leaf.flags.reduce(0) { $0 + $1.utf8.count }
        if long > 200 { leaf.shorten() }
        return LogEntry(leaf: leaf, payloads: payloads)
    }

    private func pseudonym(of principal: Principal, _ state: inout State) -> String {
        if let known = state.pseudonyms[principal] { return known }
        if state.pseudonyms.count >= Self.remembered { state.pseudonyms = [:] }
        let pseudonym = self.pseudonym(of: principal)
        state.pseudonyms[principal] = pseudonym
        return pseudonym
    }

    private func key(
        _ pseudonym: String?, _ name: Principal?, _ month: Month, _ retention: RetentionClass, _ state: inout State
    ) throws(StoreError) -> PayloadKey {
        let pseudonym = pseudonym ?? Pseudonym.nobody
        let wanted = KeyName(pseudonym: pseudonym, month: month, retention: retention)
        if let known = state.keys[wanted] { return known }
        if state.keys.count >= Self.remembered { state.keys = [:] }
        let key = try self.vault.sealingKey(for: pseudonym, name: name, month: month, retention)
        state.keys[wanted] = key
        return key
    }

    private static func month(of time: Timestamp, _ state: inout State) -> Month {
        let number = time.microseconds / 86_400_000_000
        if let day = state.day, day.number == number { return day.month }
        let month = Month(of: time)
        state.day = (number, month)
        return month
    }
}
