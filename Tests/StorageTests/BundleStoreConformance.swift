import Kernel
import Policy
import TestSupport
import Testing

/// What every store of bundles does, whatever database stands behind it: one check a row.
///
/// A check is given two views of one empty store, as two processes have them.
struct BundleStoreConformance: Shown {
    let name: String
    private let check: @Sendable (_ store: any BundleStore, _ other: any BundleStore) async throws -> Void

    private init(_ name: String, _ check: @escaping @Sendable (any BundleStore, any BundleStore) async throws -> Void) {
        self.name = name
        self.check = check
    }

    func run(_ make: () async throws -> (any BundleStore, any BundleStore)) async throws {
        let (store, other) = try await make()
        try await self.check(store, other)
    }

    private static func bundle(_ id: String) throws -> PolicyBundle {
        try PolicyBundle([
            PolicyFile(name: "a/\(id) 'ключ'.cedar", text: "@id(\"\(id)\")\npermit (principal, action, resource);\n")
        ])
    }

    private static func time(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000 + 123_456) }

    private static func acting(_ id: String, _ kind: Principal.Kind = .user) -> OperationContext {
        OperationContext(
            id: OperationContext.patient.id, principal: Principal(kind: kind, id: id), deadline: .now + .seconds(30))
    }

    private static let unknown = String(repeating: "0", count: 64)

    static let all: [BundleStoreConformance] = [
        BundleStoreConformance("a new store holds nothing, and nothing is in force") { (store, _) async throws in
            #expect(try await store.bundles(.patient).isEmpty)
            #expect(try await store.activations(.patient).isEmpty)
            #expect(try await store.revision(.patient) == 0)
        },
        BundleStoreConformance("what is proposed comes back whole, the last first") { (store, other) async throws in
            let first = try bundle("first")
            let second = try bundle("second")
            let stored = try await store.propose(first, at: time(1), acting("ann"))
            #expect(
                stored
                    == StoredBundle(
                        hash: first.hash, proposedBy: Principal(kind: .user, id: "ann"), proposedAt: time(1),
                        policies: 1))
            _ = try await other.propose(second, at: time(2), acting("uid-1", .operator))
            #expect(try await store.bundles(.patient).map(\.hash) == [second.hash, first.hash])
            #expect(try await other.files(of: first.hash, .patient) == first.files)
            #expect(try PolicyBundle(await other.files(of: first.hash, .patient)).hash == first.hash)
        },
        BundleStoreConformance("proposing again changes nothing") { (store, other) async throws in
            let bundle = try bundle("a")
            let stored = try await store.propose(bundle, at: time(1), acting("ann"))
            #expect(try await other.propose(bundle, at: time(9), acting("ben")) == stored)
            #expect(try await store.bundles(.patient) == [stored])
        },
        BundleStoreConformance("others approve, each once; whoever proposed does not") { (store, other) async throws in
            let hash = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            await #expect(throws: StoreError(.constraint, "")) {
                try await store.approve(hash, at: time(2), acting("ann"))
            }
            _ = try await store.approve(hash, at: time(2), acting("ben"))
            let stored = try await other.approve(hash, at: time(5), acting("ben"))
            #expect(stored.approvals == [BundleApproval(by: Principal(kind: .user, id: "ben"), at: time(2))])
            // The same id of another kind is somebody else.
            #expect(try await other.approve(hash, at: time(6), acting("ann", .service)).approvals.count == 2)
        },
        BundleStoreConformance("nothing is in force before it is remembered, nor where it cannot be") {
            (store, other) async throws in
            let first = try await store.propose(bundle("first"), at: time(1), acting("ann")).hash
            let second = try await store.propose(bundle("second"), at: time(2), acting("ann")).hash
            let failing = StoreError(.unavailable, "the log is gone")
            await #expect(throws: failing) {
                try await store.activate(first, approvals: 0, at: time(3), acting("ann")) { _ in throw failing }
            }
            #expect(try await other.revision(.patient) == 0)
            for hash in [first, second] {
                let before = try await other.activations(.patient)
                _ = try await store.activate(hash, approvals: 0, at: time(4), acting("ann")) { remembered in
                    #expect(remembered == hash)
                    let meanwhile = try await other.activations(.patient)
                    #expect(meanwhile == before)
                }
                #expect(try await other.activations(.patient).first?.hash == hash)
            }
            await #expect(throws: failing) {
                try await store.rollBack(at: time(5), acting("ann")) { hash in
                    #expect(hash == first)
                    throw failing
                }
            }
            #expect(try await other.activations(.patient).first?.hash == second)
            #expect(try await store.rollBack(at: time(6), acting("ann")) { _ in }.hash == first)
        },
        BundleStoreConformance("what is refused is not remembered") { (store, _) async throws in
            let hash = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            for (hash, approvals) in [(hash, 1), (unknown, 0)] {
                await #expect(throws: StoreError.self) {
                    try await store.activate(hash, approvals: approvals, at: time(2), acting("ann")) { _ in
                        Issue.record("it was remembered")
                    }
                }
            }
            await #expect(throws: StoreError(.notFound, "")) {
                try await store.rollBack(at: time(2), acting("ann")) { _ in Issue.record("it was remembered") }
            }
            _ = try await store.activate(hash, approvals: 0, at: time(3), acting("ann")) { _ in }
            await #expect(throws: StoreError(.conflict, "")) {
                try await store.activate(hash, approvals: 0, at: time(4), acting("ann")) { _ in
                    Issue.record("it was remembered")
                }
            }
        },
        BundleStoreConformance("what was never proposed is not found") { (store, _) async throws in
            await #expect(throws: StoreError(.notFound, "")) { try await store.files(of: unknown, .patient) }
            await #expect(throws: StoreError(.notFound, "")) {
                try await store.approve(unknown, at: time(1), .patient)
            }
            await #expect(throws: StoreError(.notFound, "")) {
                try await store.activate(unknown, approvals: 0, at: time(1), .patient)
            }
            await #expect(throws: StoreError(.notFound, "")) { _ = try await store.previous(.patient) }
            #expect(try await store.revision(.patient) == 0)
        },
        BundleStoreConformance("the last activation is in force, and others see it") { (store, other) async throws in
            let first = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            let second = try await store.propose(bundle("b"), at: time(2), acting("ann")).hash
            let activation = try await store.activate(first, approvals: 0, at: time(3), acting("ann"))
            #expect(
                activation
                    == Activation(sequence: 1, hash: first, by: Principal(kind: .user, id: "ann"), at: time(3)))
            #expect(try await other.revision(.patient) == 1)
            await #expect(throws: StoreError(.conflict, "")) {
                try await other.activate(first, approvals: 0, at: time(4), .patient)
            }
            _ = try await other.activate(second, approvals: 0, at: time(5), acting("ben"))
            #expect(try await store.activations(.patient).map(\.hash) == [second, first])
            #expect(try await store.revision(.patient) == 2)
        },
        BundleStoreConformance("without the approvals that it needs nothing is in force") { (store, _) async throws in
            let hash = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            await #expect(throws: StoreError(.constraint, "")) {
                try await store.activate(hash, approvals: 1, at: time(2), acting("ann"))
            }
            #expect(try await store.activations(.patient).isEmpty)
            _ = try await store.approve(hash, at: time(3), acting("ben"))
            #expect(try await store.activate(hash, approvals: 1, at: time(4), acting("ann")).sequence == 1)
        },
        BundleStoreConformance("rolling back puts in force what was before, and back again") {
            (store, other) async throws in
            let first = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            let second = try await store.propose(bundle("b"), at: time(2), acting("ann")).hash
            _ = try await store.activate(first, approvals: 0, at: time(3), acting("ann"))
            await #expect(throws: StoreError(.notFound, "")) { _ = try await store.previous(.patient) }
            await #expect(throws: StoreError(.notFound, "")) {
                try await store.rollBack(to: first, at: time(4), .patient)
            }
            _ = try await store.activate(second, approvals: 0, at: time(5), acting("ann"))
            #expect(try await store.previous(.patient) == first)
            #expect(try await other.rollBack(to: first, at: time(6), acting("ben")).hash == first)
            await #expect(throws: StoreError(.conflict, "")) {
                try await store.rollBack(to: first, at: time(7), acting("ben"))
            }
            #expect(try await store.rollBack(to: second, at: time(7), acting("ben")).hash == second)
            #expect(try await store.activations(.patient).map(\.sequence) == [4, 3, 2, 1])
        },
        BundleStoreConformance("of two that activate at once each gets a place") { (store, other) async throws in
            let first = try await store.propose(bundle("a"), at: time(1), acting("ann")).hash
            let second = try await store.propose(bundle("b"), at: time(2), acting("ann")).hash
            async let one = store.activate(first, approvals: 0, at: time(3), .patient)
            async let two = other.activate(second, approvals: 0, at: time(3), .patient)
            #expect(Set([try await one.sequence, try await two.sequence]) == [1, 2])
        },
        BundleStoreConformance("after the deadline nothing is done") { (store, _) async throws in
            let late = OperationContext.ending(at: .now - .seconds(1))
            let bundle = try bundle("a")
            await #expect(throws: StoreError(.unavailable, "")) { try await store.propose(bundle, at: time(1), late) }
            #expect(try await store.bundles(.patient).isEmpty)
        },
    ]
}
