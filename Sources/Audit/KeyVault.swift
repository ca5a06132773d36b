package import Crypto
package import Kernel

/// Where the keys of payloads are kept, apart from the log, so that they can be destroyed: the vault.
///
/// Keys have generations: where a person comes back who was forgotten, there is a new key, and what was sealed with the
/// old one stays unreadable.
package protocol KeyVault: Sendable {
    /// What pseudonyms are made with; made once, with the vault.
    func pseudonymKey() throws(StoreError) -> SymmetricKey

    /// A number that changes with everything that is destroyed, so that copies in memory are let go. Cheap.
    func revision() throws(StoreError) -> Int64

    /// The key that seals what is known of `pseudonym` in this month; made, durably, where there is none yet.
    ///
    /// Blocks; for the recorder's thread and for commands. `name` is whose pseudonym it is; it is kept sealed under the
    /// subject's key.
    func sealingKey(
        for pseudonym: String, name: Principal?, month: Month, _ retention: RetentionClass
    ) throws(StoreError) -> PayloadKey

    /// The key of this id; nil where it was destroyed.
    func key(_ id: String) throws(StoreError) -> PayloadKey?

    /// Who has this pseudonym; nil where nobody knows any more.
    func principal(of pseudonym: String) throws(StoreError) -> Principal?

    // MARK: Forgetting

    /// Whether a payload key was destroyed; not where it is only not there, as in a vault that was restored or lost.
    func isDestroyed(_ id: String) throws(StoreError) -> Bool

    /// When the keys of a person were destroyed last; nil where they never were. What was recorded before is forgotten,
    /// also where the person has come back since.
    func lastErasure(of pseudonym: String) throws(StoreError) -> Timestamp?

    /// Destroys the keys of a person, and says how many there were.
    func eraseSubject(_ pseudonym: String, at time: Timestamp) throws(StoreError) -> Int

    /// Destroys the keys of a class up to and with this month, and says which months had some.
    func eraseMonths(through month: Month, _ retention: RetentionClass, at time: Timestamp) throws(StoreError)
        -> [Month]

    /// The first month of which there are keys, of each class that has some.
    func oldestMonths() throws(StoreError) -> [RetentionClass: Month]

    // MARK: Holds and orders

    func holds() throws(StoreError) -> [LegalHold]
    /// Keeps a hold, new or changed.
    func keep(_ hold: LegalHold) throws(StoreError)
    func orders() throws(StoreError) -> [ErasureOrder]
    /// Keeps an order, new or changed.
    func keep(_ order: ErasureOrder) throws(StoreError)
}

/// A month of UTC.
package struct Month: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Such as `2026-11`.
    package let description: String

    package init(of time: Timestamp) { self.description = String(time.description.prefix(7)) }

    /// Reads `2026-11`; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 7, Timestamp(text + "-01") != nil else { return nil }
        self.description = text
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// What a court or an authority wants kept: nothing in its scope is erased as long as it stands.
package struct LegalHold: Hashable, Sendable, Identified {
    package static let identifierPrefix = "hold"

    package let id: Identifier<LegalHold>
    /// Why, in the words of whoever placed it.
    package let matter: String
    /// The pseudonym of whom it is about; nil where it is about everybody.
    package let subject: String?
    package let placedBy: Principal
    package let placedAt: Timestamp
    /// The first of two people who want it released.
    package var releaseRequestedBy: Principal?
    package var releasedBy: Principal?
    package var releasedAt: Timestamp?

    package init(
        id: Identifier<LegalHold>, matter: String, subject: String?, placedBy: Principal, placedAt: Timestamp,
        releaseRequestedBy: Principal? = nil, releasedBy: Principal? = nil, releasedAt: Timestamp? = nil
    ) {
        self.id = id
        self.matter = matter
        self.subject = subject
        self.placedBy = placedBy
        self.placedAt = placedAt
        self.releaseRequestedBy = releaseRequestedBy
        self.releasedBy = releasedBy
        self.releasedAt = releasedAt
    }

    package var isInForce: Bool { self.releasedAt == nil }

    /// Whether it stands against erasing what is known of this person, or of everybody where that is nil.
    package func covers(_ pseudonym: String?) -> Bool {
        self.isInForce && (self.subject == nil || pseudonym == nil || self.subject == pseudonym)
    }
}

/// That a person is to be forgotten, or what lies up to a month.
package struct ErasureOrder: Hashable, Sendable, Identified {
    package static let identifierPrefix = "eras"

    package enum Scope: Hashable, Sendable {
        case person(pseudonym: String)
        case months(through: Month, RetentionClass)
    }

    package enum State: String, Sendable, CaseIterable { case requested, blocked, executed }

    package let id: Identifier<ErasureOrder>
    package let scope: Scope
    /// Why, in the words of whoever ordered it.
    package let reason: String
    package let orderedBy: Principal
    package let orderedAt: Timestamp
    package var state: State

    package init(
        id: Identifier<ErasureOrder>, scope: Scope, reason: String, orderedBy: Principal, orderedAt: Timestamp,
        state: State
    ) {
        self.id = id
        self.scope = scope
        self.reason = reason
        self.orderedBy = orderedBy
        self.orderedAt = orderedAt
        self.state = state
    }

    /// How leaves name what it is about.
    package var resource: String {
        switch self.scope {
        case .person(let pseudonym): "person:\(pseudonym)"
        case .months(let month, let retention): "month:\(month)/\(retention.name)"
        }
    }
}
