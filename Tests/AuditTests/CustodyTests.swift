import Audit
import Kernel
import Synchronization
import TestSupport
import Testing

@Suite("Forgetting and keeping")
struct CustodyTests {
    static let anna = Principal(kind: .operator, id: "anna")
    static let boris = Principal(kind: .operator, id: "boris")
    static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    /// Custody over a vault in memory, and what is in the log.
    final class Office: Sendable {
        let vault = MemoryVault()
        let acts = Mutex<[AdministrativeEvent.Act]>([])
        let fails = Mutex(false)

        var custody: Custody {
            let random = Mutex(SplitMix(seed: 5))
            return Custody(vault: self.vault, random: { random.withLock { $0.next() } }) { act, _ in
                if self.fails.withLock({ $0 }) { throw StoreError(.unavailable, "the disk is full") }
                self.acts.withLock { $0.append(act) }
            }
        }

        var kinds: [Event.Kind] { self.acts.withLock { $0.map(\.kind) } }

        /// Makes a key for a person.
        func know(_ pseudonym: String) throws {
            _ = try self.vault.sealingKey(for: pseudonym, name: nil, month: Month(of: CustodyTests.now), .metadata)
        }

        func knows(_ pseudonym: String) throws -> Bool {
            try self.vault.key("\(pseudonym)/\(Month(of: CustodyTests.now))/metadata") != nil
        }
    }

    @Test("A person is forgotten, and the log says who ordered it before and that it was done behind")
    func erase() async throws {
        let office = Office()
        try office.know("p:a")
        try office.know("p:b")
        let order = try await office.custody.erase(
            .person(pseudonym: "p:a"), reason: "she asked", by: Self.anna, at: Self.now)
        #expect(order.state == .executed)
        #expect(try !office.knows("p:a"))
        #expect(try office.knows("p:b"))
        #expect(office.kinds == [.erasureRequested, .erasureExecuted])
        #expect(try office.vault.orders().map(\.state) == [.executed])
    }

    @Test("What cannot be recorded is not erased, and is done when it can be")
    func unrecorded() async throws {
        let office = Office()
        try office.know("p:a")
        office.fails.withLock { $0 = true }
        await #expect(throws: StoreError.self) {
            try await office.custody.erase(.person(pseudonym: "p:a"), reason: "r", by: Self.anna, at: Self.now)
        }
        #expect(try office.knows("p:a"))
        office.fails.withLock { $0 = false }
        #expect(try await office.custody.resume(by: Self.anna, at: Self.now).count == 1)
        #expect(try !office.knows("p:a"))
        #expect(try await office.custody.resume(by: Self.anna, at: Self.now).isEmpty)
    }

    @Test("A hold blocks what it covers and nothing else; released by two, what it blocked is done")
    func hold() async throws {
        let office = Office()
        for person in ["p:a", "p:b"] { try office.know(person) }
        let custody = office.custody
        let hold = try await custody.hold("case 7", subject: "p:a", by: Self.anna, at: Self.now)
        let blocked = try await custody.erase(
            .person(pseudonym: "p:a"), reason: "r", by: Self.anna, at: Self.now)
        #expect(blocked.state == .blocked)
        let month = try await custody.erase(
            .months(through: Month(of: Self.now), .metadata), reason: "old", by: Self.anna, at: Self.now)
        #expect(month.state == .blocked, "a month has everybody in it")
        let other = try await custody.erase(
            .person(pseudonym: "p:b"), reason: "r", by: Self.anna, at: Self.now)
        #expect(other.state == .executed)
        #expect(try await custody.resume(by: Self.anna, at: Self.now).isEmpty)
        #expect(try office.knows("p:a"))

        #expect(try await custody.release(hold.id, by: Self.anna, at: Self.now).isInForce)
        await #expect(throws: StoreError(.constraint, "")) {
            try await custody.release(hold.id, by: Self.anna, at: Self.now)
        }
        #expect(try office.knows("p:a"))
        #expect(try await !custody.release(hold.id, by: Self.boris, at: Self.now).isInForce)
        #expect(try !office.knows("p:a"))
        #expect(try office.vault.orders().allSatisfy { $0.state == .executed })
        #expect(
            office.kinds == [
                .holdPlaced, .erasureRequested, .erasureBlocked, .erasureRequested, .erasureBlocked, .erasureRequested,
                .erasureExecuted, .holdReleaseRequested, .holdReleased, .erasureExecuted, .erasureExecuted,
            ])
        await #expect(throws: StoreError(.notFound, "")) {
            try await custody.release(hold.id, by: Self.boris, at: Self.now)
        }
    }

    @Test("A hold over everybody blocks everything")
    func everybody() async throws {
        let office = Office()
        try office.know("p:a")
        _ = try await office.custody.hold("all of it", subject: nil, by: Self.anna, at: Self.now)
        let order = try await office.custody.erase(
            .person(pseudonym: "p:a"), reason: "r", by: Self.anna, at: Self.now)
        #expect(order.state == .blocked)
    }

    @Test(
        "A month is read and ordered",
        arguments: [("2026-11", true), ("2026-13", false), ("2026-1", false), ("x", false)])
    func months(_ text: String, isMonth: Bool) { #expect((Month(text) != nil) == isMonth) }
}
