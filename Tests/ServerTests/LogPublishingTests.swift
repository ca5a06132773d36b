import Anchors
import Foundation
import HTTPTypes
import Identity
import Kernel
import Settings
import Testing
import Transparency
import Verification

@testable import Server

@Suite("A running server and its log", .timeLimit(.minutes(5)), .serialized)
struct LogPublishingTests {
    @Test("the log that is served verifies from its bytes, and its entries are for administrators")
    func served() async throws {
        let home = try Home()
        let administrator = try await home.key(.administrator)
        let file = home.folder.appending(path: "checkpoints.jsonl").path
        try home.write(
            Home.yaml(more: "audit: {anchors: {notebook: {kind: file, path: checkpoints.jsonl, outside: true}}}"))
        try await RunningServer.run(home) { server in
            let url = server.administration + "/log/"
            try await eventually("a checkpoint is published") {
                try await RunningServer.call(url: url + "checkpoint").status == 200
            }
            let key = try await RunningServer.call(url: url + "vkey").text
            let verifier = try VerifierKey(key.dropLast())
            let note = try await RunningServer.call(url: url + "checkpoint")
            #expect(note.fields["content-type"] == "text/plain; charset=utf-8")
            let signed = try SignedCheckpoint(parsing: Array(note.text.utf8))
            try TrustPolicy(logs: [verifier]).require(signed)
            let tree = signed.checkpoint
            #expect(tree.size > 0)

            let tile = try #require(TileID(level: 0, index: 0, size: tree.size))
            #expect(try await RunningServer.call(url: url + tile.path).status == 200)
            #expect(
                try await RunningServer.call(url: url + tile.path).fields["content-type"] == "application/octet-stream")
            #expect(try await RunningServer.call(url: url + tile.entriesPath).status == 401)
            let entries = try await RunningServer.bytes(url + tile.entriesPath, key: administrator.shown)
            var range = CompactRange()
            for leaf in try EntryBundle.decode(entries, count: tile.width) { range.append(.leaf(leaf)) }
            #expect(range.root == tree.root)
            let hashes = try await RunningServer.bytes(url + tile.path, key: nil)
            #expect(try Tile(tile, bytes: hashes.span).hashes.count == Int(tree.size))
            for path in ["tile/0/001", "tile/0/000.p/0", "tile/5/000", "tile/0/000.p/255", "tile/x"] {
                #expect(try await RunningServer.call(url: url + path).status == 404)
            }
            let metrics = try await RunningServer.call(url: server.administration + "/metrics").text
            let value = metrics.split(separator: "\n").last { $0.hasPrefix("gatehouse_audit_unanchored_seconds ") }
            #expect(try #require(value.flatMap { Int($0.split(separator: " ")[1]) }) < 60)
            #expect(metrics.contains("\ngatehouse_audit_checkpoint_size \(tree.size)\n"))
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count >= 2)
    }

    @Test("a database that was restored from a backup is refused at the start, and the newest one is not")
    func rollback() async throws {
        let home = try Home()
        try await RunningServer.run(home) { _ in }
        let backup = home.folder.appending(path: "backup")
        try FileManager.default.createDirectory(at: backup, withIntermediateDirectories: true)
        try Self.copyLog(from: home.folder, to: backup)
        try await RunningServer.run(home) { _ in }
        try await RunningServer.run(home) { _ in }
        try Self.copyLog(from: backup, to: home.folder)
        let error = await #expect(throws: AnchorError(.rollback, "")) {
            _ = try await Server(home.settings, file: home.file)
        }
        #expect(error?.message.contains("hint: restore the newest database") == true)
    }

    @Test("a log whose key is another than the one that signed is refused at the start")
    func otherKey() async throws {
        let home = try Home()
        try await RunningServer.run(home) { _ in }
        try FileManager.default.removeItem(at: home.folder.appending(path: "audit.key"))
        await #expect(throws: AnchorError(.state, "")) { _ = try await Server(home.settings, file: home.file) }
    }

    @Test("the log's key is changed: both sign for a while, the old one is retired, and the whole history verifies")
    func keyChange() async throws {
        let home = try Home()
        try await RunningServer.run(home) { _ in }
        let old = try Auditing.policy(home.settings)
        #expect(old.keys.count == 1)

        try home.write(Home.yaml(more: "audit: {key: new.key, key_before: audit.key}"))
        try await RunningServer.run(home) { server in
            try await eventually("a checkpoint is published") {
                try await RunningServer.call(url: server.administration + "/log/checkpoint").status == 200
            }
            let keys = try await RunningServer.call(url: server.administration + "/log/vkey").text
            #expect(keys.split(separator: "\n").dropFirst().elementsEqual([old.keys[0][...]]))
            let note = try await RunningServer.call(url: server.administration + "/log/checkpoint").text
            try TrustPolicy(logs: [VerifierKey(old.keys[0])]).require(SignedCheckpoint(parsing: Array(note.utf8)))
        }
        #expect(try await Self.findings(home, by: old.text) == [])

        try FileManager.default.removeItem(at: home.folder.appending(path: "audit.key"))
        try home.write(Home.yaml(more: #"audit: {key: new.key, retired_keys: ["\#(old.keys[0])"]}"#))
        try await RunningServer.run(home) { _ in }
        let policy = try Auditing.policy(home.settings)
        #expect(policy.keys.count == 2 && policy.keys[1] == old.keys[0])
        #expect(try await Self.findings(home, by: policy.text) == [])
        #expect(try await !Self.findings(home, by: old.text).isEmpty, "who knows only the old key hears of it")

        try home.write(Home.yaml(more: #"audit: {key: new.key, retired_keys: ["nonsense"]}"#))
        let error = await #expect(throws: ServerError(.noKey, "")) {
            _ = try await Server(home.settings, file: home.file)
        }
        #expect(error?.message.contains("audit.retired_keys") == true)
        try home.write(Home.yaml(more: "audit: {key: new.key, key_before: nowhere.key}"))
        await #expect(throws: ServerError(.noKey, "")) { _ = try await Server(home.settings, file: home.file) }
    }

    /// What a verifier with this policy finds wrong with the log.
    private static func findings(_ home: Home, by policy: String) async throws -> [String] {
        let trust = try Trust(parsing: policy, isOwn: true)
        let report = try await Verifier(Auditing.database(home.settings.auditPath), trust: trust).run()
        return report.problems.filter { $0.point == .signatures && $0.verdict != .unanchored }.map { "\($0)" }
    }

    private static func copyLog(from source: URL, to target: URL) throws {
        let manager = FileManager.default
        for name in ["audit.db", "audit.db-wal", "audit.db-shm"] {
            try? manager.removeItem(at: target.appending(path: name))
            guard manager.fileExists(atPath: source.appending(path: name).path) else { continue }
            try manager.copyItem(at: source.appending(path: name), to: target.appending(path: name))
        }
    }
}
