import Identity
import Kernel
import TestSupport
import Testing

@Suite("Key rings")
struct KeyRingTests {
    static let made = Timestamp(microseconds: 1_000_000)
    static let expiry = Timestamp(microseconds: 9_000_000)

    /// A key that is shown at some time, and what comes of it.
    struct Case: Shown {
        let name: String
        var expiresAt: Timestamp?
        var revokedAt: Timestamp?
        /// What the caller makes of the right key.
        var shows: @Sendable (String) -> String = { $0 }
        var now = Timestamp(microseconds: 5_000_000)
        let expected: IdentityError.Code?
    }

    private static func moment(_ microseconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds) }

    static let cases = [
        Case(name: "the right key", expected: nil),
        Case(name: "a moment before it expires", expiresAt: expiry, now: moment(8_999_999), expected: nil),
        Case(name: "at the moment it expires", expiresAt: expiry, now: expiry, expected: .expiredKey),
        Case(name: "long after it expired", expiresAt: expiry, now: moment(.max), expected: .expiredKey),
        Case(name: "revoked", revokedAt: made, expected: .revokedKey),
        Case(name: "revoked by a clock that is ahead of ours", revokedAt: moment(.max), expected: .revokedKey),
        Case(name: "revoked and expired", expiresAt: expiry, revokedAt: made, now: expiry, expected: .revokedKey),
        Case(name: "nothing", shows: { _ in "" }, expected: .malformedKey),
        Case(name: "another key", shows: { "gatehouse_" + $0.suffix(52).reversed() }, expected: .unknownKey),
        Case(name: "the key without its prefix", shows: { String($0.dropFirst(10)) }, expected: .unknownKey),
        Case(name: "the key without its last character", shows: { String($0.dropLast()) }, expected: .unknownKey),
        Case(name: "the key and a space", shows: { $0 + " " }, expected: .unknownKey),
        Case(name: "the key and a zero byte", shows: { $0 + "\0" }, expected: .unknownKey),
        Case(name: "the key in capitals", shows: { $0.uppercased() }, expected: .unknownKey),
        Case(name: "somebody else's kind of key", shows: { _ in "sk-proj-abc" }, expected: .unknownKey),
        Case(name: "256 bytes", shows: { _ in String(repeating: "x", count: 256) }, expected: .unknownKey),
        Case(name: "257 bytes", shows: { _ in String(repeating: "x", count: 257) }, expected: .malformedKey),
        Case(name: "257 bytes that begin with the key", shows: { $0.padded(to: 257) }, expected: .malformedKey),
    ]

    @Test("Who shows a key is recognised, or it is said why not", arguments: cases)
    func authenticate(_ test: Case) throws {
        var random = SplitMix(seed: 11)
        let secret = KeySecret(using: &random)
        let key = VirtualKey(
            id: Identifier(at: Self.made, using: &random), name: "first", role: .application, createdAt: Self.made,
            expiresAt: test.expiresAt, revokedAt: test.revokedAt)
        let other = VirtualKey(
            id: Identifier(at: Self.made, using: &random), name: "second", role: .administrator,
            createdAt: Self.made)
        let ring = KeyRing([(KeySecret(using: &random).digest, other), (secret.digest, key)])
        let presented = Array(test.shows(secret.reveal()).utf8)
        do throws(IdentityError) {
            let recognised = try ring.authenticate(presented.span, at: test.now)
            #expect(test.expected == nil)
            #expect(recognised == key)
        } catch {
            #expect(error.code == test.expected)
            #expect((error.key == key.id) == [.expiredKey, .revokedKey].contains(error.code), "names only a known key")
            #expect(presented.isEmpty || !error.description.contains(String(decoding: presented, as: UTF8.self)))
        }
    }

    @Test("An empty ring recognises nobody")
    func empty() {
        let ring = KeyRing([(digest: KeyDigest, key: VirtualKey)]())
        #expect(ring.count == 0)
        #expect(throws: IdentityError(.unknownKey, "")) {
            try ring.authenticate(Array("gatehouse_".utf8).span, at: Self.made)
        }
    }

    @Test("Each of a thousand keys is recognised as itself")
    func many() throws {
        var random = SplitMix(seed: 5)
        let pairs = (0..<1000).map { index in
            let key = VirtualKey(
                id: Identifier(at: Self.made, using: &random), name: "\(index)", role: .application,
                createdAt: Self.made)
            return (secret: KeySecret(using: &random), key: key)
        }
        let ring = KeyRing(pairs.map { (digest: $0.secret.digest, key: $0.key) })
        #expect(ring.count == 1000)
        for pair in pairs {
            #expect(try ring.authenticate(Array(pair.secret.reveal().utf8).span, at: Self.made) == pair.key)
        }
    }
}

@Suite("Virtual keys")
struct VirtualKeyTests {
    /// What a key may use, and whether that holds one alias.
    struct Allowance: Shown {
        let name: String
        let models: [String]?
        let alias: String
        let isAllowed: Bool
    }

    static let allowances = [
        Allowance(name: "every one", models: nil, alias: "anything", isAllowed: true),
        Allowance(name: "none", models: [], alias: "anything", isAllowed: false),
        Allowance(name: "one of two", models: ["fast", "large"], alias: "large", isAllowed: true),
        Allowance(name: "neither of two", models: ["fast", "large"], alias: "larg", isAllowed: false),
        Allowance(name: "another spelling", models: ["fast"], alias: "Fast", isAllowed: false),
    ]

    private func key(models: [String]? = nil, revokedAt: Timestamp? = nil) -> VirtualKey {
        var random = SplitMix(seed: 2)
        let made = Timestamp(microseconds: 0)
        return VirtualKey(
            id: Identifier(at: made, using: &random), name: "k", role: .application, models: models, createdAt: made,
            revokedAt: revokedAt)
    }

    @Test("A key may use the models that it names", arguments: allowances)
    func mayUse(_ allowance: Allowance) {
        #expect(self.key(models: allowance.models).mayUse(model: allowance.alias) == allowance.isAllowed)
    }

    @Test("Whoever shows it acts as a service that is known by the key's id, not its name")
    func principal() {
        let key = self.key()
        #expect(key.principal == Principal(kind: .service, id: key.id.description))
    }

    @Test("Taking a key back a second time changes nothing")
    func revoked() {
        let first = self.key().revoked(at: Timestamp(microseconds: 5))
        #expect(first.revokedAt == Timestamp(microseconds: 5))
        #expect(first.revoked(at: Timestamp(microseconds: 6)) == first)
        #expect(first == self.key(revokedAt: Timestamp(microseconds: 5)))
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: "x", count: count - self.utf8.count)
    }
}
