import Audit
import Dispatch
import Foundation
import Kernel
import Synchronization
import TestSupport
import Testing
import Transparency
import Verification

@testable import PostgresStorage

@Suite("The log in PostgreSQL", .enabled(if: PostgresServer.isThere))
struct PostgresLedgerTests {
    /// Whether the log holds, as a verifier sees it; nobody vouches for it from outside.
    static func verify(_ url: PostgresURL, leaves: Int) async throws {
        let name = try #require(KeyName(LedgerBench.origin))
        let key = try #require(SigningKey(name: name, seed: Secret([UInt8](repeating: 1, count: 32))))
        let trust = try Trust(parsing: "log \(key.verifier(.ed25519))\nquorum none\n")
        let report = try await Verifier(PostgresLogSource(url), trust: trust).run()
        #expect(report.leaves == leaves)
        #expect(report.problems.filter { $0.verdict == .broken }.map(\.description) == [])
        #expect(report.tenantNumbers[Leaf.onlyTenant] == Int64(leaves))
    }

    /// What became of events that were appended one by one.
    private final class Tally: Sendable {
        let acknowledged = Mutex<[Event.ID: Int64]>([:])
        let refused = Mutex<[String]>([])
        let isOver = Mutex(false)
    }

    /// Appends from several threads of several processes until `meanwhile` has been done, then holds what is in the log
    /// against what was acknowledged.
    private static func load(
        _ url: PostgresURL, processes: Int, threads: Int, _ meanwhile: (_ acknowledged: () -> Int) throws -> Void
    ) async throws {
        let options = PostgresStore.Options(patience: .seconds(20))
        let logs = try (0..<processes).map { _ in try PostgresBench(url).ledger(LedgerBench.origin, options) }
        let tally = Tally()
        let group = DispatchGroup()
        for thread in 0..<processes * threads {
            DispatchQueue(label: "load \(thread)").async(group: group) {
                var random = SplitMix(seed: UInt64(1000 + thread))
                while !tally.isOver.withLock({ $0 }) {
                    let events = (0..<1 + random.below(3)).map { Samples.event(at: $0, &random) }
                    do throws(StoreError) {
                        let indices = try logs[thread % processes].append(events)
                        tally.acknowledged.withLock {
                            for (event, index) in zip(events, indices) { $0[event.id] = index }
                        }
                    } catch {
                        tally.refused.withLock { $0.append("\(error.debugDescription)") }
                    }
                }
            }
        }
        try meanwhile { tally.acknowledged.withLock(\.count) }
        tally.isOver.withLock { $0 = true }
        group.wait()
        let log = logs[0]
        let leaves = try await log.leaves(from: 0, limit: 1_000_000, .patient).map { try Leaf($0.bytes) }
        for (id, index) in tally.acknowledged.withLock(\.self) {
            let isThere = index < leaves.count && leaves[Int(index)].id == id.description
            #expect(isThere, "\(id) was acknowledged at \(index)")
        }
        #expect(Set(leaves.map(\.id)).count == leaves.count, "nothing is there twice")
        #expect(leaves.map(\.tenantSequence) == (1...Int64(leaves.count)).map(\.self))
        #expect(tally.refused.withLock(\.self) == [], "every server came back in time")
        #expect(leaves.count == tally.acknowledged.withLock(\.count), "nothing is there that nobody was told of")
        var roots: Set<[UInt8]> = []
        for log in logs { roots.insert(try await log.head(.patient).root) }
        #expect(roots.count == 1)
        for log in logs { log.close() }
        try await Self.verify(url, leaves: leaves.count)
    }

    private static func wait(for count: Int, _ acknowledged: () -> Int) {
        let goal = acknowledged() + count
        let deadline = ContinuousClock.now + .seconds(30)
        while acknowledged() < goal, ContinuousClock.now < deadline { usleep(2000) }
        #expect(acknowledged() >= goal, "the log goes on")
    }

    @Test("Three processes append at the same time: one history, gap-free, the same for all")
    func replicas() async throws {
        try await Self.load(PostgresServer.shared.get().database(), processes: 3, threads: 2) { acknowledged in
            Self.wait(for: 400, acknowledged)
        }
    }

    @Test("Connections that are lost at any moment cost nothing, and nothing is there twice")
    func lostConnections() async throws {
        let server = try PostgresServer.shared.get()
        let name = try server.databaseName()
        try await Self.load(try server.url(name), processes: 2, threads: 2) { acknowledged in
            for round in 0..<25 {
                Self.wait(for: 4 + round % 7, acknowledged)
                try server.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = '\(name)' AND pid <> pg_backend_pid()
                    """)
            }
        }
    }

    @Test("A server that is killed and started again under load: nothing is lost, nothing doubled")
    func restarts() async throws {
        let server = try PostgresServer()
        try await Self.load(server.database(), processes: 2, threads: 2) { acknowledged in
            for _ in 0..<3 {
                Self.wait(for: 60, acknowledged)
                try server.restart()
            }
            Self.wait(for: 60, acknowledged)
        }
        try server.sql("ALTER SYSTEM SET fsync = off")
        try server.restart()
        let url = try server.database()
        #expect(throws: StoreError(.unavailable, "")) { try PostgresStore(url) }
        try server.stop()
    }

    @Test("Once a server has been away for long, appends are refused soon, and the log goes on when it is back")
    func away() async throws {
        let server = try PostgresServer()
        let url = try server.database()
        let log = try PostgresBench(url).ledger(LedgerBench.origin, PostgresStore.Options(patience: .seconds(5)))
        try log.append(Samples.events(1, seed: 1))
        try server.stop()
        let waits = (2...4).map { seed in
            ContinuousClock().measure {
                #expect(throws: StoreError(.unavailable, "")) { try log.append(Samples.events(1, seed: UInt64(seed))) }
            }
        }
        #expect(waits[0] > .seconds(4) && waits[1] + waits[2] < .seconds(4), "\(waits)")
        try server.start()
        var isBack = false
        let end = ContinuousClock.now + .seconds(30)
        while !isBack, ContinuousClock.now < end { isBack = (try? log.append(Samples.events(1, seed: 5))) != nil }
        #expect(isBack)
        log.close()
        try await Self.verify(url, leaves: 2)
        try server.stop()
    }

    /// A process that leads and does nothing: it holds the lock, and places what nobody stages.
    private static func idleLeader(_ url: PostgresURL, _ settings: String = "") throws -> PostgresConnection {
        let connection = try PostgresConnection(url, until: .now + .seconds(10))
        try connection.script("\(settings) SELECT pg_advisory_lock(\(0x4754_484C), 1)", until: .now + .seconds(10))
        return connection
    }

    @Test("When whoever leads is gone, or does not move any more, another leads within seconds")
    func takeOver() async throws {
        for isStopped in [false, true] {
            let bench = try PostgresBench()
            let log = try bench.ledger()
            var leader: PostgresConnection? = try Self.idleLeader(
                bench.url, isStopped ? "SET idle_session_timeout = '1s';" : "")
            let group = DispatchGroup()
            let outcome = Mutex<[Int64]?>(nil)
            let time = try ContinuousClock().measure {
                DispatchQueue(label: "append").async(group: group) {
                    let indices = try? log.append(Samples.events(3, seed: 1))
                    outcome.withLock { $0 = indices }
                }
                let staged = try PostgresConnection(bench.url, until: .now + .seconds(10))
                while try staged.run("SELECT 1 FROM gatehouse.staged", until: .now + .seconds(10)).count == 0 {}
                #expect(outcome.withLock { $0 } == nil)
                // The lock goes with the connection, whether the process ends or the server loses its patience.
                if !isStopped { leader = nil }
                group.wait()
            }
            #expect(outcome.withLock(\.self) == [0, 1, 2])
            #expect(time < .seconds(8))
            withExtendedLifetime(leader) {}
            log.close()
            try await Self.verify(bench.url, leaves: 3)
        }
    }

    @Test("What could not be placed in time is taken back, so that it can be appended again")
    func withdrawal() async throws {
        let bench = try PostgresBench()
        let log = try bench.ledger(LedgerBench.origin, PostgresStore.Options(patience: .milliseconds(700)))
        let events = Samples.events(2, seed: 1)
        var leader: PostgresConnection? = try Self.idleLeader(bench.url)
        #expect(throws: StoreError(.unavailable, "")) { try log.append(events) }
        withExtendedLifetime(leader) {}
        leader = nil
        let patient = try bench.ledger()
        #expect(try patient.append(Samples.events(1, seed: 2)).count == 1)
        let deadline = ContinuousClock.now + .seconds(20)
        var indices: [Int64] = []
        while indices.isEmpty, ContinuousClock.now < deadline { indices = (try? log.append(events)) ?? [] }
        #expect(indices == [1, 2])
        log.close()
        patient.close()
        try await Self.verify(bench.url, leaves: 3)
    }

    @Test("What waited while others went on has a time that does not run backwards, and is what it was")
    func times() async throws {
        let bench = try PostgresBench()
        let log = try bench.ledger()
        var random = SplitMix(seed: 1)
        for second in [100, 93, 60, 101] { try log.append([.exchange(Samples.exchange(at: second, &random))]) }
        let times = try await LedgerConformance.leaves(log).map {
            $0.time / 1000 - Samples.time(0).microseconds / 1_000_000
        }
        // The third is older than anything that waits: a clock that goes wrong is not hidden.
        #expect(times == [100, 96, 60, 101])
        log.close()
    }

    @Test("What is refused for one entry is not taken for placed because another is in the log already")
    func refusedByLeader() async throws {
        let bench = try PostgresBench()
        let (leader, follower) = (try bench.ledger(), try bench.ledger())
        let events = Samples.events(6, seed: 1)
        try leader.append(Array(events[..<3]))
        #expect(throws: StoreError(.conflict, "")) { try follower.append([events[1], events[4]]) }
        #expect(throws: StoreError(.conflict, "")) { try follower.append([events[4], events[2]]) }
        #expect(try follower.append([events[4]]) == [3])
        let connection = try leader.store.connect(until: .now + .seconds(10))
        let deadline = ContinuousClock.now + .seconds(10)
        while try connection.run("SELECT 1::int8 FROM staged", until: deadline).count > 0 { usleep(1000) }
        for log in [leader, follower] { log.close() }
        try await Self.verify(bench.url, leaves: 4)
    }

    @Test("The exchanges of a process that lives are not taken for cut off")
    func livingProcesses() throws {
        let bench = try PostgresBench()
        let (living, dead) = (try bench.ledger(), try bench.ledger())
        let exchanges = (1...2).map { Samples.exchangeInTwo($0) }
        try living.append([exchanges[0].start])
        try dead.append([exchanges[1].start])
        #expect(try bench.ledger().openStarts().isEmpty)
        dead.close()
        #expect(try bench.ledger().openStarts().map(\.id) == [exchanges[1].id])
        living.close()
        #expect(try bench.ledger().openStarts().count == 2)
    }

    @Test(
        "The database itself refuses that what is in the log changes",
        arguments: [
            "UPDATE leaf SET data = '\\x7b7d'", "DELETE FROM leaf", "TRUNCATE leaf", "UPDATE tile SET n = 9",
            "DELETE FROM tile", "TRUNCATE tile", "UPDATE checkpoint SET note = ''", "DELETE FROM checkpoint",
            "UPDATE payload SET kid = ''", "UPDATE log_state SET size = 1", "DELETE FROM log_state",
            "UPDATE log_state SET origin = 'another'",
        ])
    func constraints(_ sql: String) async throws {
        let bench = try PostgresBench()
        let log = try bench.ledger()
        try log.append(Samples.events(300, seed: 1))
        try await log.keep(
            StoredCheckpoint(
                size: 300, root: [UInt8](repeating: 0, count: 32), note: "note", created: Samples.time(0)), .patient)
        let before = try await log.head(.patient)
        let connection = try log.store.connect(until: .now + .seconds(10))
        // As a superuser, whom rights do not bind.
        #expect(throws: StoreError(.constraint, "")) { try connection.script(sql, until: .now + .seconds(10)) }
        let after = try await log.head(.patient)
        #expect(after == before)
        log.close()
    }

    @Test("Whoever serves needs no right to make tables, and has none to change the log")
    func rights() async throws {
        let server = try PostgresServer.shared.get()
        let name = try server.databaseName()
        // By whoever may make tables.
        try PostgresBench(server.url(name)).ledger().close()
        let role = "app_\(name)"
        try server.sql("CREATE ROLE \(role) LOGIN; \(Self.grants(role))", in: name)
        let url = try server.url(name, user: role)
        let log = try PostgresBench(url).ledger()
        try log.append(Samples.events(5, seed: 1))
        #expect(try await EventStoreConformance.everything(in: log).count == 5)
        let root = try await log.head(.patient).root
        let own = "\(LedgerBench.origin)\n5\nAAAA\n\n\(try LedgerConformance.signature(LedgerBench.origin, 1))"
        let late = try LedgerConformance.signature("witness", 2)
        for note in [own, own + late] {
            try await log.keep(
                StoredCheckpoint(size: 5, root: root, note: note, created: Samples.time(0)), .patient)
        }
        #expect(try await log.latestCheckpoint(.patient)?.note == own + late)
        let vault = try PostgresBench(url).vault
        for retention in RetentionClass.Kind.allCases.map({ RetentionClass($0) }) {
            _ = try vault.eraseMonths(through: Month(of: Samples.time(0)), retention, at: Samples.time(1))
        }
        #expect(try await log.purge(vault) { .patient } > 0)
        let connection = try log.store.connect(until: .now + .seconds(10))
        for sql in ["UPDATE leaf SET ts = 1", "DELETE FROM leaf", "TRUNCATE leaf", "DROP TABLE leaf"] {
            #expect(throws: StoreError(.unavailable, "the database does not let this user do that")) {
                try connection.script(sql, until: .now + .seconds(10))
            }
        }
        log.close()
    }

    /// The rights that docs/ledger.md names, for this role.
    private static func grants(_ role: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../docs/ledger.md")
        let text = try String(contentsOf: path.standardized, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("GRANT ") }
        #expect(lines.count >= 4)
        return lines.joined(separator: "\n").replacing("TO gatehouse;", with: "TO \(role);")
    }

    @Test("Tables of a newer version are left alone, by name")
    func newer() throws {
        let server = try PostgresServer.shared.get()
        let name = try server.databaseName()
        try PostgresStore(server.url(name)).close()
        try server.sql("UPDATE gatehouse.schema_version SET version = 99", in: name)
        #expect(throws: StoreError(.conflict, "")) { try PostgresStore(server.url(name)) }
    }

    @Test("Several processes that make the tables at the same time make them once")
    func migrations() async throws {
        let url = try PostgresServer.shared.get().database()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    do { try PostgresStore(url).close() } catch { Issue.record("\(String(reflecting: error))") }
                }
            }
            try await group.waitForAll()
        }
    }

    static let wrongURLs = [
        "mysql://user:hunter2@host/db", "postgresql://user:hun@ter2@host/db", "postgresql://user:hunter2#@host/db",
        "postgresql://user:hunter2/@host/db", "postgresql://user:hunter2/x@host/db?sslmode=disable",
        "postgresql://user:hunter2@host:port/db", "postgresql://user:hunter2@host/db?nonsense=hunter2",
        "postgresql://user:hunter2@127.0.0.1:1/db?connect_timeout=1", "postgresql://user:hunter2@%zz/db",
        "host=x password=hunter2",
    ]

    @Test("A password is never told, whatever is wrong with the URL", arguments: wrongURLs)
    func secrets(_ text: String) {
        do throws(StoreError) {
            let url = try PostgresURL(Secret(text))
            #expect(!"\(url)".contains("hunter2") && !String(reflecting: url).contains("hunter2"))
            _ = try PostgresStore(url, options: PostgresStore.Options(patience: .milliseconds(100)))
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .unavailable)
            for told in ["\(error)", String(reflecting: error)] {
                #expect(!told.contains("hunter2") && !told.contains("ter2"), "\(told)")
            }
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let says: String
        let state: String
        let reads: String
        let mayPass: Bool
        let hint: String
        var testDescription: String { self.reads }
    }

    static let refusals = [
        Refusal(
            says: """
                connection to server at "::1", port 5432 failed: Connection refused
                \tIs the server running on that host and accepting TCP/IP connections?
                connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: password authentication failed for user "g"
                LOCATION:  auth_failed, auth.c:326

                """,
            state: "28P01",
            reads: """
                connection to server at "::1", port 5432 failed: Connection refused; connection to server at \
                "127.0.0.1", port 5432 failed: FATAL: password authentication failed for user "g"
                """,
            mayPass: false, hint: "password"),
        Refusal(
            says: "failed: FATAL:  57P03: the database system is starting up\nLOCATION:  ProcessStartupPacket\n",
            state: "57P03", reads: "failed: FATAL: the database system is starting up", mayPass: true, hint: "running"),
        Refusal(
            says: "failed: FATAL:  53300: sorry, too many clients already\n", state: "53300",
            reads: "failed: FATAL: sorry, too many clients already", mayPass: true, hint: "max_connections"),
        Refusal(
            says: "failed: FATAL:  3D000: database \"x\" does not exist\n", state: "3D000",
            reads: "failed: FATAL: database \"x\" does not exist", mayPass: false, hint: "CREATE DATABASE"),
        Refusal(
            says: "failed: SSL error: certificate verify failed\n", state: "",
            reads: "failed: SSL error: certificate verify failed", mayPass: false, hint: "sslrootcert"),
        Refusal(
            says: "failed: server does not support SSL, but SSL was required\n", state: "",
            reads: "failed: server does not support SSL, but SSL was required", mayPass: false, hint: "ssl"),
        Refusal(says: "timeout expired\n", state: "", reads: "timeout expired", mayPass: true, hint: "running"),
    ]

    @Test("Why no connection came about is read, with what to do about it", arguments: refusals)
    func connecting(_ refusal: Refusal) {
        let failure = PostgresFailure(ofConnecting: refusal.says)
        #expect(failure.state == refusal.state)
        #expect(failure.message == refusal.reads)
        #expect(failure.mayPass == refusal.mayPass)
        #expect(failure.hint.contains(refusal.hint))
    }

    @Test("A row that was staged and is no entry is refused, and the log goes on")
    func nonsense() async throws {
        let bench = try PostgresBench()
        let log = try bench.ledger()
        try log.append(Samples.events(1, seed: 1))
        let connection = try log.store.connect(until: .now + .seconds(10))
        try connection.run(
            """
            INSERT INTO staged (id, replica, entries)
            VALUES (\([UInt8](repeating: 7, count: 16)), 1, \([1, 2, 3] as [UInt8]))
            """, until: .now + .seconds(10))
        try log.append(Samples.events(1, seed: 2))
        let deadline = ContinuousClock.now + .seconds(10)
        let refused: PostgresQuery = "SELECT 1::int8 FROM staged WHERE refusal = 'constraint'"
        while try connection.run(refused, until: deadline).count == 0 { usleep(1000) }
        log.close()
        try await Self.verify(bench.url, leaves: 2)
    }
}

@Suite("What goes over the wire to PostgreSQL", .enabled(if: PostgresServer.isThere))
struct PostgresWireTests {
    @Test("Values come back as they went, and those that have no place are refused")
    func values() throws {
        let store = try PostgresStore(PostgresServer.shared.get().database())
        let connection = try store.connect(until: .now + .seconds(10))
        let soon = ContinuousClock.now + .seconds(20)
        let row = try #require(
            try connection.run(
                """
                SELECT \(Int64.min as Int64?), \("größe 🦉 'x'; --"), \([0, 255, 39] as [UInt8]), \(nil as Int64?),
                    \(nil as String?), \(nil as [UInt8]?), \(""), \([] as [UInt8])
                """, until: soon
            ).first)
        #expect(try row.integer(0) == .min)
        #expect(try row.text(1) == "größe 🦉 'x'; --")
        #expect(try row.bytes(2) == [0, 255, 39])
        #expect(try row.integerIfPresent(3) == nil && row.textIfPresent(4) == nil && row.bytesIfPresent(5) == nil)
        #expect(try row.text(6).isEmpty && row.bytes(7).isEmpty)
        let rows = try connection.run(
            "SELECT * FROM unnest(\([1, nil, -3] as [Int64?]), \(["a", nil, ""] as [String?]), \([[1], [], [2, 3]] as [[UInt8]]))",
            until: soon)
        #expect(try rows.map { row throws(StoreError) in try row.integerIfPresent(0) } == [1, nil, -3])
        #expect(try rows.map { row throws(StoreError) in try row.textIfPresent(1) } == ["a", nil, ""])
        #expect(try rows.map { row throws(StoreError) in try row.bytes(2) } == [[1], [], [2, 3]])
        #expect(throws: StoreError(.constraint, "")) { try connection.run("SELECT \("a\0b")", until: soon) }
        #expect(throws: StoreError(.corrupt, "")) { try connection.run("SELECT 'a'", until: soon).first?.integer(0) }
    }

    @Test("A statement that takes too long ends in time, and its answer is not taken for another's")
    func timeouts() throws {
        let store = try PostgresStore(PostgresServer.shared.get().database())
        let connection = try store.connect(until: .now + .seconds(10))
        let time = ContinuousClock().measure {
            #expect(throws: StoreError(.unavailable, "")) {
                try connection.run("SELECT pg_sleep(20)::text", until: .now + .milliseconds(200))
            }
        }
        #expect(time < .seconds(5))
        #expect(connection.isBroken)
        #expect(throws: StoreError(.unavailable, "")) { try connection.run("SELECT 1", until: .now + .seconds(1)) }
    }

    @Test("More statements than a connection prepares are all answered")
    func manyStatements() throws {
        let store = try PostgresStore(PostgresServer.shared.get().database())
        let connection = try store.connect(until: .now + .seconds(10))
        for number in 0..<450 {
            let query = PostgresQuery(stringLiteral: "SELECT \(number)::int8")
            #expect(try connection.run(query, until: .now + .seconds(10)).first?.integer(0) == Int64(number))
        }
    }
}
