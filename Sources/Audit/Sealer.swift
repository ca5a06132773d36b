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

    /// What is known of somebody who acted.
    private struct Person {
        /// nil for whoever was not recognised.
        let principal: Principal?
        let pseudonym: String
        /// The keys of one month, by what they are for.
        var month: Month?
        var keys: [RetentionClass: PayloadKey] = [:]

        static let nobody = Person(principal: nil, pseudonym: Pseudonym.nobody)
    }

    private struct State {
        var revision: Int64 = -1
        /// Whether the revision was asked for in this batch, and the second of the last event of the one before.
        var isFresh = false
        var second: Int64?
        /// The first is whoever was not recognised.
        var people = [Person.nobody]
        /// Where somebody stands among them, by id alone: a kind would be hashed as the text that it is written as.
        var places: [String: Int] = [:]
        var random: ArraySlice<UInt8> = []
        /// Of the last event, and its month.
        var day: (number: Int64, month: Month)?

        mutating func forget() {
            self.people = [.nobody]
            self.places = [:]
        }
    }

    /// An event on its way into the log.
    private struct Draft {
        let event: Event
        /// The place of whoever acted in `State.people`.
        var person: Int
        var leaf: Leaf
        var payloads: [SealedPayload] = []
    }

    /// How many people are kept at most.
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
        var entries: [LogEntry] = []
        entries.reserveCapacity(events.count)
        try self.seal(events) { leaf, payloads in entries.append(LogEntry(leaf: leaf, payloads: payloads)) }
        return entries
    }

    /// Seals events in their order, and hands over each where it lies: a leaf has twenty texts, and a copy would count a
    /// reference to each.
    package func seal(
        _ events: [Event], each: (_ leaf: borrowing Leaf, _ payloads: [SealedPayload]) -> Void
    ) throws(StoreError) {
        let result = self.state.withLock { state -> Result<Void, StoreError> in
            do throws(StoreError) {
                // Whether something was destroyed is asked before anything is sealed, and once a second where nothing is:
                // asking takes as long as writing a few leaves.
                let second = (events.last?.time.microseconds ?? 0) / 1_000_000
                state.isFresh = false
                if second != state.second { try self.refresh(&state) }
                state.second = second
                var json = JSONWriter(reserving: 2048)
                for event in events { try self.seal(event, &json, &state, each) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Lets go of keys that may have been destroyed.
    private func refresh(_ state: inout State) throws(StoreError) {
        guard !state.isFresh else { return }
        let revision = try self.vault.revision()
        state.isFresh = true
        guard revision != state.revision else { return }
        state.revision = revision
        state.forget()
    }

    private func seal(
        _ event: Event, _ json: inout JSONWriter, _ state: inout State,
        _ each: (borrowing Leaf, [SealedPayload]) -> Void
    ) throws(StoreError) {
        var draft = Draft(event: event, person: self.person(event.principal, &state), leaf: event.leaf)
        draft.leaf.actor = event.principal == nil ? nil : state.people[draft.person].pseudonym
        func sealDetail(_ retention: RetentionClass) throws(StoreError) {
            json.clear()
            event.write(to: &json)
            try self.seal(json.span, .detail, retention, &draft, &state)
        }
        func seal(_ contents: [ExchangeContent], useCase: String?) throws(StoreError) {
            for content in contents {
                let bytes = content.bytes
                try self.seal(
                    bytes.span, content.kind, RetentionClass(.content, useCase: useCase), &draft, &state)
            }
        }
        switch event {
        case .exchange(let exchange):
            let metadata = RetentionClass(.metadata, useCase: exchange.useCase)
            if exchange.level.keepsDetail {
                if !exchange.isToldByLeaf {
                    try sealDetail(metadata)
                } else if event.principal != nil {
                    // There is nothing to seal, but whose pseudonym it is the vault is to know all the same.
                    _ = try self.key(of: draft.person, event, metadata, &state)
                }
            }
            try seal(exchange.content, useCase: exchange.useCase)
        case .start(let start): try seal(start.content, useCase: start.useCase)
        case .abandonment: break
        case .administrative: try sealDetail(.administration)
        }
        // Everything else has room, whatever it holds; to write the leaf only to measure it costs as much as to keep it.
        let long =
            draft.leaf.rules.reduce(0) { $0 + $1.utf8.count } + draft.leaf.flags.reduce(0) { $0 + $1.utf8.count }
        if long > 200 { draft.leaf.shorten() }
        each(draft.leaf, draft.payloads)
    }

    private func seal(
        _ content: Span<UInt8>, _ kind: PayloadKind, _ retention: RetentionClass, _ draft: inout Draft,
        _ state: inout State
    ) throws(StoreError) {
        if !state.isFresh {
            try self.refresh(&state)
            draft.person = self.person(draft.event.principal, &state)
        }
        let key = try self.key(of: draft.person, draft.event, retention, &state)
        if state.random.count < SealedPayload.randomBytes {
            state.random = self.entropy(SealedPayload.randomBytes * 128)[...]
        }
        let random = state.random.prefix(SealedPayload.randomBytes)
        state.random = state.random.dropFirst(SealedPayload.randomBytes)
        do throws(PayloadError) {
            let (payload, reference) = try key.seal(content, kind, event: draft.event.id.utf8, random: random)
            draft.payloads.append(payload)
            draft.leaf.payloads.append(reference)
        } catch {
            throw StoreError(.constraint, "the event could not be sealed", underlying: error)
        }
    }

    private func person(_ principal: Principal?, _ state: inout State) -> Int {
        guard let principal else { return 0 }
        if let place = state.places[principal.id], state.people[place].principal == principal { return place }
        if state.people.count >= Self.remembered { state.forget() }
        state.places[principal.id] = state.people.count
        state.people.append(Person(principal: principal, pseudonym: self.pseudonym(of: principal)))
        return state.people.count - 1
    }

    private func key(
        of place: Int, _ event: Event, _ retention: RetentionClass, _ state: inout State
    ) throws(StoreError) -> PayloadKey {
        let month = Self.month(of: event.time, &state)
        if state.people[place].month == month {
            if let known = state.people[place].keys[retention] { return known }
        } else {
            state.people[place].month = month
            state.people[place].keys = [:]
        }
        let key = try self.vault.sealingKey(
            for: state.people[place].pseudonym, name: event.principal, month: month, retention)
        state.people[place].keys[retention] = key
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
