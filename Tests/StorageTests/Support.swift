import Audit
import Conversation
import Foundation
import GRDB
import Kernel
import TestSupport

@testable import Storage

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        self.path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func file(_ name: String) -> String { "\(self.path)/\(name)" }
}

/// Two connections to one database, as the server and the command line have them, in a folder of their own.
struct SharedDatabase: Sendable {
    let folder: TemporaryFolder
    let store: SQLiteStore
    let other: SQLiteStore
    let log: SQLiteLedger
    let otherLog: SQLiteLedger
    let vault: SQLiteVault

    init(_ options: SQLiteStore.Options = SQLiteStore.Options()) throws {
        self.folder = try TemporaryFolder()
        self.store = try SQLiteStore(path: self.folder.file("gatehouse.db"), options: options)
        self.other = try SQLiteStore(path: self.folder.file("gatehouse.db"), options: options)
        self.vault = try SQLiteVault.ofTests(self.folder.file("vault.db"))
        self.log = try self.folder.ledger(self.vault, options)
        self.otherLog = try self.folder.ledger(
            try SQLiteVault.ofTests(self.folder.file("vault.db")), options)
    }

    var path: String { self.folder.file("gatehouse.db") }
    var logPath: String { self.folder.file("audit.db") }
}

extension TemporaryFolder {
    /// Opens the log of this folder.
    func ledger(
        _ vault: SQLiteVault? = nil, _ options: SQLiteStore.Options = SQLiteStore.Options()
    ) throws -> SQLiteLedger {
        let vault = try vault ?? SQLiteVault.ofTests(self.file("vault.db"))
        return try SQLiteLedger(
            path: self.file("audit.db"), origin: "test.example/audit", vault: vault, entropy: TestEntropy.bytes,
            options: options)
    }
}

extension SQLiteVault {
    /// The vault at a path, with the root key that tests have.
    static func ofTests(
        _ path: String, root: UInt8 = 1, former: [UInt8] = []
    ) throws -> SQLiteVault {
        let roots = try ([root] + former).map(TestRoot.key)
        return try SQLiteVault(
            path: path, root: roots[0], former: Array(roots.dropFirst()), entropy: TestEntropy.bytes)
    }
}

/// Root keys for tests, told apart by a byte.
enum TestRoot {
    private struct NoKey: Error {}

    static func key(_ byte: UInt8) throws -> RootKey {
        guard let key = RootKey(Secret([UInt8](repeating: byte, count: 32))) else { throw NoKey() }
        return key
    }
}

/// Bytes that are random enough for tests.
enum TestEntropy {
    @Sendable static func bytes(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}

extension SQLiteStore {
    /// Does something to the database behind the back of the ports, on the connection that writes, and waits for it.
    func tamper<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        try self.pool.writeWithoutTransaction(body)
    }

    /// Looks at one state of the database for as long as the closure takes.
    func peek<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value { try self.pool.read(body) }
}

extension OperationContext {
    /// One with plenty of time.
    static var patient: OperationContext { self.ending(at: .now + .seconds(30)) }

    static func ending(at deadline: ContinuousClock.Instant) -> OperationContext {
        var random = SplitMix(seed: 1)
        return OperationContext(
            id: Identifier(at: Timestamp(microseconds: 0), using: &random),
            principal: Principal(kind: .operator, id: "test"), deadline: deadline)
    }
}

/// Events for tests.
enum Samples {
    static let keys = ["key_01arz3ndektsv4rrffq69g5fav", "key_01arz3ndektsv4rrffq69g5faw", "it's \"quoted\"; --"]
    static let models = ["fast", "large", "", "nul\u{0}l", "'; DROP TABLE event; --", "größe 🦉"]

    static func time(_ second: Int) -> Timestamp {
        Timestamp(microseconds: (1_795_000_000 + Int64(second)) * 1_000_000)
    }

    /// An exchange that began in this second; the rest is up to chance.
    static func exchange(at second: Int, _ random: inout SplitMix, provider: String? = "forest") -> ExchangeEvent {
        ExchangeEvent(
            id: Identifier(at: self.time(second), using: &random), startedAt: self.time(second),
            duration: .microseconds(random.below(1_000_000)),
            principal: random.chance(80) ? Principal(kind: .service, id: random.pick(self.keys)) : nil,
            operation: random.pick(ExchangeEvent.Act.allCases),
            model: random.chance(80) ? random.pick(self.models) : nil, provider: provider,
            outcome: random.pick(ExchangeEvent.Outcome.allCases), status: 200,
            findings: [FindingCount(stage: .request, kind: "email_address", count: random.below(9))],
            usage: TokenUsage(input: 1, output: TokenCount(random.below(99)), source: .estimated), requestBytes: 1,
            responseBytes: 2, configuration: "c", detectors: "d")
    }

    static func event(at second: Int, _ random: inout SplitMix) -> Event {
        random.chance(85)
            ? .exchange(self.exchange(at: second, &random, provider: random.chance(70) ? "forest" : nil))
            : .administrative(
                AdministrativeEvent(
                    id: Identifier(at: self.time(second), using: &random), time: self.time(second),
                    actor: Principal(kind: .operator, id: random.pick(self.keys)),
                    act: random.chance(50) ? .serverStopped : .keyRevoked(key: random.pick(self.keys))))
    }

    /// An exchange that is recorded when it begins and when it ends.
    static func exchangeInTwo(_ number: Int) -> (start: Event, end: Event, id: Identifier<Exchange>) {
        var random = SplitMix(seed: UInt64(number))
        let end = self.exchange(at: number, &random)
        let start = ExchangeStart(
            id: end.id, time: end.startedAt, principal: end.principal, operation: .messages, model: "fast",
            provider: "forest", deployment: nil, configuration: "c", detectors: "d")
        return (.start(start), .exchange(end), end.id)
    }

    /// As many events, a second apart.
    static func events(_ count: Int, seed: UInt64) -> [Event] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { self.event(at: $0, &random) }
    }
}
