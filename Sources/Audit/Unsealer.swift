package import Kernel
import Synchronization

/// Reads what is sealed, as long as the vault has the keys.
///
/// It keeps keys in memory until the vault's revision changes. Blocks while it asks the vault.
package final class Unsealer: Sendable {
    private struct State {
        var revision: Int64 = -1
        /// nil where a key was destroyed.
        var keys: [String: PayloadKey?] = [:]
        var people: [String: Person] = [:]
    }

    /// What the vault knows of a pseudonym.
    private struct Person: Sendable {
        /// nil where nobody knows any more.
        var principal: Principal?
        var erasedAt: Timestamp?
    }

    private static let remembered = 4096

    private let vault: any KeyVault
    private let sealer: Sealer
    private let state = Mutex(State())

    package init(vault: any KeyVault, sealer: Sealer) throws(StoreError) {
        self.vault = vault
        self.sealer = sealer
    }

    /// The content of a payload; nil where its key was destroyed.
    /// - Throws: `.corrupt` where it does not open with the key that it names.
    package func content(of payload: SealedPayload, event id: String) throws(StoreError) -> [UInt8]? {
        guard let key = try self.key(payload.keys) else { return nil }
        do throws(PayloadError) { return try key.open(payload, event: Array(id.utf8)).content } catch {
            throw StoreError(.corrupt, "a payload does not open with the key that it names", underlying: error)
        }
    }

    /// What a leaf and its sealed detail tell.
    package func event(_ leaf: Leaf, detail: SealedPayload?, at index: Int64) throws(StoreError) -> StoredEvent {
        do throws(EventFormatError) {
            if let detail, let json = try self.readable(detail, leaf.id) {
                return StoredEvent(
                    sequence: index + 1, event: try Event(json: json), json: json, payloads: leaf.payloads)
            }
            let actor = try self.actor(of: leaf)
            let isForgotten = actor?.erasedAt.map { leaf.timestamp <= $0 } ?? false
            let principal = isForgotten ? nil : actor?.principal
            let event = try Event(leaf, principal: principal)
            let isErased = isForgotten || leaf.payloads.contains { $0.kind == .detail }
            return StoredEvent(
                sequence: index + 1, event: event, json: event.json(), isErased: isErased,
                isNamed: principal != nil, payloads: leaf.payloads)
        } catch {
            throw StoreError(.corrupt, "the log holds an event that cannot be read", underlying: error)
        }
    }

    private func readable(_ payload: SealedPayload, _ id: String) throws(EventFormatError) -> [UInt8]? {
        do throws(StoreError) { return try self.content(of: payload, event: id) } catch {
            throw EventFormatError(.malformed, error.message)
        }
    }

    private func actor(of leaf: Leaf) throws(EventFormatError) -> Person? {
        guard let pseudonym = leaf.actor else { return nil }
        do throws(StoreError) { return try self.person(pseudonym) } catch {
            throw EventFormatError(.malformed, error.message)
        }
    }

    /// Who has this pseudonym; nil where nobody knows any more.
    package func principal(of pseudonym: String) throws(StoreError) -> Principal? {
        try self.person(pseudonym).principal
    }

    private func person(_ pseudonym: String) throws(StoreError) -> Person {
        try self.refresh()
        if let known = self.state.withLock({ $0.people[pseudonym] }) { return known }
        let principal = try self.vault.principal(of: pseudonym)
        let person = Person(principal: principal, erasedAt: try self.vault.lastErasure(of: pseudonym))
        // Who is not known yet may be known soon.
        guard principal != nil else { return person }
        self.state.withLock { state in
            if state.people.count >= Self.remembered { state.people = [:] }
            state.people[pseudonym] = person
        }
        return person
    }

    private func key(_ id: String) throws(StoreError) -> PayloadKey? {
        try self.refresh()
        if let known = self.state.withLock({ $0.keys[id] }) { return known }
        let key = try self.vault.key(id)
        self.state.withLock { state in
            if state.keys.count >= Self.remembered { state.keys = [:] }
            state.keys[id] = .some(key)
        }
        return key
    }

    private func refresh() throws(StoreError) {
        let revision = try self.vault.revision()
        self.state.withLock { state in
            guard revision != state.revision else { return }
            state = State(revision: revision)
        }
    }

    /// How leaves call somebody, whatever kind of principal that is.
    package func pseudonyms(ofID id: String) -> [String] {
        Principal.Kind.allCases.map { self.sealer.pseudonym(of: Principal(kind: $0, id: id)) }
    }
}
