package import Kernel

/// Forgetting and keeping: what a person or time asks to be erased, and what the law wants kept.
///
/// Each act is in the log before it is done, and that it was done behind it. Erasing destroys keys, and then throws away the
/// ciphertexts that nobody can read any more; the leaves stay as they are. A hold in force blocks what it covers; when it is released, which takes two people, what was blocked is done.
package struct Custody: Sendable {
    /// Makes an act durable in the log.
    package typealias Record = @Sendable (AdministrativeEvent.Act, Principal) async throws -> Void
    /// Makes the id of something that comes to be at this time.
    package typealias Draw = @Sendable () -> UInt64

    /// Throws away what can no longer be read.
    package typealias Purge = @Sendable (Timestamp) async throws -> Void

    private let vault: any KeyVault
    private let record: Record
    private let random: Draw
    private let purge: Purge

    package init(
        vault: any KeyVault, random: @escaping Draw, purge: @escaping Purge = { _ in }, record: @escaping Record
    ) {
        self.vault = vault
        self.purge = purge
        self.random = random
        self.record = record
    }

    private struct Source: RandomNumberGenerator {
        let draw: Draw
        func next() -> UInt64 { self.draw() }
    }

    private func id<Kind>(at time: Timestamp) -> Identifier<Kind> {
        var source = Source(draw: self.random)
        return Identifier(at: time, using: &source)
    }

    // MARK: Erasing

    /// Takes an order to erase, and executes it unless a hold stands against it.
    package func erase(
        _ scope: ErasureOrder.Scope, reason: String, by principal: Principal, at time: Timestamp
    ) async throws -> ErasureOrder {
        var order = ErasureOrder(
            id: self.id(at: time), scope: scope, reason: reason.cut(to: AdministrativeEvent.longestReason),
            orderedBy: principal, orderedAt: time, state: .requested)
        try self.vault.keep(order)
        try await self.record(.erasureRequested(of: order.resource, order: order.words), principal)
        order.state = try await self.execute(order, by: principal, at: time)
        return order
    }

    /// Executes orders that wait: whatever a crash or a hold left behind. Returns those that are done now.
    package func resume(by principal: Principal, at time: Timestamp) async throws -> [ErasureOrder] {
        var done: [ErasureOrder] = []
        for var order in try self.vault.orders() where order.state != .executed {
            if order.state == .blocked, try self.hold(against: order) != nil { continue }
            order.state = try await self.execute(order, by: principal, at: time)
            if order.state == .executed { done.append(order) }
        }
        return done
    }

    private func hold(against order: ErasureOrder) throws(StoreError) -> LegalHold? {
        let pseudonym: String? = if case .person(let pseudonym) = order.scope { pseudonym } else { nil }
        return try self.vault.holds().first { $0.covers(pseudonym) }
    }

    private func execute(
        _ order: ErasureOrder, by principal: Principal, at time: Timestamp
    ) async throws -> ErasureOrder.State {
        var order = order
        if let hold = try self.hold(against: order) {
            order.state = .blocked
            try self.vault.keep(order)
            try await self.record(.erasureBlocked(of: order.resource, hold: hold.id.description), principal)
            return .blocked
        }
        switch order.scope {
        case .person(let pseudonym): _ = try self.vault.eraseSubject(pseudonym, at: time)
        case .months(let month, let retention): _ = try self.vault.eraseMonths(through: month, retention, at: time)
        }
        try await self.record(.erasureExecuted(of: order.resource, order: order.words), principal)
        // Only now, so that whoever misses a payload finds in the log why.
        try await self.purge(time)
        order.state = .executed
        try self.vault.keep(order)
        return .executed
    }

    // MARK: Holding

    /// Places a hold over what is known of a person, or of everybody.
    package func hold(
        _ matter: String, subject: String?, by principal: Principal, at time: Timestamp
    ) async throws -> LegalHold {
        let hold = LegalHold(
            id: self.id(at: time), matter: matter.cut(to: AdministrativeEvent.longestReason), subject: subject,
            placedBy: principal, placedAt: time)
        try self.vault.keep(hold)
        try await self.record(.holdPlaced(hold: hold.id.description, matter: hold.matter), principal)
        return hold
    }

    /// Asks for a hold's release, or, where somebody else has asked before, releases it and does what it blocked.
    /// - Throws: `.notFound` where there is no such hold in force, `.constraint` where the same person asks twice.
    package func release(
        _ id: Identifier<LegalHold>, by principal: Principal, at time: Timestamp
    ) async throws -> LegalHold {
        guard var hold = try self.vault.holds().first(where: { $0.id == id }), hold.isInForce else {
            throw StoreError(.notFound, "there is no hold `\(id)` in force")
        }
        guard let first = hold.releaseRequestedBy else {
            hold.releaseRequestedBy = principal
            try self.vault.keep(hold)
            try await self.record(.holdReleaseRequested(hold: id.description), principal)
            return hold
        }
        guard first != principal else {
            throw StoreError(.constraint, "nobody releases a hold alone: somebody else must agree")
        }
        hold.releasedBy = principal
        hold.releasedAt = time
        try await self.record(.holdReleased(hold: id.description), principal)
        try self.vault.keep(hold)
        _ = try await self.resume(by: principal, at: time)
        return hold
    }
}

extension ErasureOrder {
    /// By which order, and why: only the sealed detail says so.
    fileprivate var words: String { "\(self.id) \(self.reason)" }
}
