import Identity
import Kernel
import TestSupport
import Testing

/// What every store of keys does, whatever database stands behind it: one check a row.
///
/// A check is given two views of one empty store, as two processes have them.
struct KeyStoreConformance: Shown {
    let name: String
    private let check: @Sendable (_ store: any KeyStore, _ other: any KeyStore) async throws -> Void

    private init(_ name: String, _ check: @escaping @Sendable (any KeyStore, any KeyStore) async throws -> Void) {
        self.name = name
        self.check = check
    }

    func run(_ make: () async throws -> (any KeyStore, any KeyStore)) async throws {
        let (store, other) = try await make()
        try await self.check(store, other)
    }

    /// A key with its secret.
    struct Made {
        let key: VirtualKey
        let secret: KeySecret
    }

    static func made(
        _ random: inout SplitMix, second: Int64 = 0, name: String = "key", role: VirtualKey.Role = .application,
        models: [String]? = nil, expiresAfter: Int64? = nil
    ) -> Made {
        let time = Timestamp(microseconds: second * 1_000_000 + 123_456)
        return Made(
            key: VirtualKey(
                id: Identifier(at: time, using: &random), name: name, role: role, models: models, createdAt: time,
                expiresAt: expiresAfter.map { Timestamp(microseconds: time.microseconds + $0) }),
            secret: KeySecret(using: &random))
    }

    static func create(_ made: Made, in store: any KeyStore) async throws {
        try await store.create(made.key, digest: made.secret.digest, .patient)
    }

    static func authenticate(_ secret: KeySecret, in store: any KeyStore) async throws -> VirtualKey {
        try await store.ring(.patient).authenticate(secret.reveal().utf8Span.span, at: Timestamp(microseconds: 0))
    }

    static let all: [KeyStoreConformance] = [
        KeyStoreConformance("a new store holds no keys") { (store, _) async throws in
            #expect(try await store.keys(.patient).isEmpty)
            #expect(try await store.ring(.patient).count == 0)
        },
        KeyStoreConformance("what is created comes back whole, newest first") { (store, _) async throws in
            var random = SplitMix(seed: 1)
            let keys = [
                made(&random, second: 1), made(&random, second: 2, name: "ключ 🦉 'x' \"y\"", role: .administrator),
                made(&random, second: 3, models: []), made(&random, second: 4, models: ["fast", "a\"b\\c\u{0}d", ""]),
                made(&random, second: 5, name: String(repeating: "é", count: 200), expiresAfter: 1),
            ]
            for made in keys.shuffled(using: &random) { try await create(made, in: store) }
            #expect(try await store.keys(.patient) == keys.reversed().map(\.key))
            for made in keys where made.key.expiresAt == nil {
                #expect(try await authenticate(made.secret, in: store) == made.key)
            }
        },
        KeyStoreConformance("the same id or the same digest is a conflict, and changes nothing") {
            (store, _) async throws in
            var random = SplitMix(seed: 2)
            let first = made(&random)
            let second = made(&random)
            try await create(first, in: store)
            await #expect(throws: StoreError(.conflict, "")) {
                try await store.create(first.key, digest: second.secret.digest, .patient)
            }
            await #expect(throws: StoreError(.conflict, "")) {
                try await store.create(second.key, digest: first.secret.digest, .patient)
            }
            #expect(try await store.keys(.patient) == [first.key])
            try await create(second, in: store)
        },
        KeyStoreConformance("a key that breaks a rule is refused") { (store, _) async throws in
            var random = SplitMix(seed: 3)
            for broken in [
                made(&random, name: ""), made(&random, name: String(repeating: "x", count: 201)),
                made(&random, expiresAfter: 0), made(&random, expiresAfter: -1),
                made(&random, second: -1), made(&random, name: "a\0b"),
            ] {
                await #expect(throws: StoreError(.constraint, "")) { try await create(broken, in: store) }
            }
            #expect(try await store.keys(.patient).isEmpty)
        },
        KeyStoreConformance("a revoked key is known but no longer accepted") { (store, _) async throws in
            var random = SplitMix(seed: 4)
            let made = made(&random)
            try await create(made, in: store)
            let time = Timestamp(microseconds: 77)
            #expect(try await store.revoke(made.key.id, at: time, .patient) == made.key.revoked(at: time))
            #expect(try await store.keys(.patient) == [made.key.revoked(at: time)])
            await #expect(throws: IdentityError(.revokedKey, "")) { try await authenticate(made.secret, in: store) }
        },
        KeyStoreConformance("revoking a key again keeps the first time") { (store, _) async throws in
            var random = SplitMix(seed: 5)
            let made = made(&random)
            try await create(made, in: store)
            let first = try await store.revoke(made.key.id, at: Timestamp(microseconds: 5), .patient)
            let revision = try await store.revision(.patient)
            for microseconds in [4, 5, 6] as [Int64] {
                let again = try await store.revoke(made.key.id, at: Timestamp(microseconds: microseconds), .patient)
                #expect(again == first)
            }
            #expect(try await store.revision(.patient) == revision)
        },
        KeyStoreConformance("a key that does not exist cannot be revoked") { (store, _) async throws in
            var random = SplitMix(seed: 6)
            try await create(made(&random), in: store)
            let stranger = made(&random).key.id
            await #expect(throws: StoreError(.notFound, "")) {
                try await store.revoke(stranger, at: Timestamp(microseconds: 1), .patient)
            }
        },
        KeyStoreConformance("the revision grows with every change, and with nothing else") {
            (store, other) async throws in
            var random = SplitMix(seed: 7)
            let made = made(&random)
            let zero = try await store.revision(.patient)
            try await create(made, in: store)
            let one = try await store.revision(.patient)
            #expect(one > zero)
            _ = try await store.keys(.patient)
            _ = try await store.ring(.patient)
            await #expect(throws: StoreError(.conflict, "")) { try await create(made, in: store) }
            #expect(try await store.revision(.patient) == one)
            _ = try await other.revoke(made.key.id, at: Timestamp(microseconds: 1), .patient)
            #expect(try await store.revision(.patient) > one)
            #expect(try await store.revision(.patient) == other.revision(.patient))
        },
        KeyStoreConformance("what one process changes, the other sees at once") { (store, other) async throws in
            var random = SplitMix(seed: 8)
            let made = made(&random)
            await #expect(throws: IdentityError(.unknownKey, "")) { try await authenticate(made.secret, in: other) }
            try await create(made, in: store)
            #expect(try await authenticate(made.secret, in: other) == made.key)
            _ = try await other.revoke(made.key.id, at: Timestamp(microseconds: 1), .patient)
            await #expect(throws: IdentityError(.revokedKey, "")) { try await authenticate(made.secret, in: store) }
        },
        KeyStoreConformance("keys made at the same moment by two processes are all kept") {
            (store, other) async throws in
            var random = SplitMix(seed: 9)
            let keys = (0..<20).map { _ in made(&random) }
            try await withThrowingTaskGroup { group in
                for (index, made) in keys.enumerated() {
                    group.addTask { try await create(made, in: index % 2 == 0 ? store : other) }
                }
                try await group.waitForAll()
            }
            #expect(try await Set(store.keys(.patient)) == Set(keys.map(\.key)))
        },
        KeyStoreConformance("when the deadline has passed, nothing is done") { (store, _) async throws in
            var random = SplitMix(seed: 10)
            let made = made(&random)
            let late = OperationContext.ending(at: .now - .seconds(1))
            await #expect(throws: StoreError(.unavailable, "")) {
                try await store.create(made.key, digest: made.secret.digest, late)
            }
            await #expect(throws: StoreError(.unavailable, "")) { try await store.keys(late) }
            #expect(try await store.keys(.patient).isEmpty)
        },
    ]
}
