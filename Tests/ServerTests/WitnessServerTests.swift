import Anchors
import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import NIOHTTP1
import Storage
import Synchronization
import Testing
import Transparency

@testable import Server

/// A log in memory that signs what it is told to.
final class SmallLog: Sendable {
    static let origin = "gateway.example/audit"
    let key: SigningKey
    private let leaves: [Hash]

    init(_ count: Int, prefix: String = "leaf", forkedAt fork: Int = 0) throws {
        let name = try #require(KeyName(Self.origin))
        self.key = try #require(SigningKey(name: name, seed: Secret([UInt8](repeating: 7, count: 32))))
        self.leaves = (0..<count).map { index in
            .leaf(Array("\(index < fork ? "leaf" : prefix) \(index)".utf8))
        }
    }

    func root(_ size: Int) -> Hash {
        var range = CompactRange()
        for leaf in self.leaves.prefix(size) { range.append(leaf) }
        return range.root
    }

    func signed(_ size: Int) throws -> SignedCheckpoint {
        try Checkpoint(origin: Self.origin, size: UInt64(size), root: self.root(size)).signed(by: self.key)
    }

    func request(from old: Int, to size: Int) throws -> AddCheckpointRequest {
        var hashes: [Hash] = []
        if old > 0, old < size {
            let plan = try ProofPlan(consistencyFrom: UInt64(old), to: UInt64(size))
            var tiles: [TileID: Tile] = [:]
            for id in plan.tiles {
                tiles[id] = Tile(id, hashes: Array(self.leaves.dropFirst(Int(id.index) * 256).prefix(id.width)))
            }
            hashes = try plan.hashes(in: tiles)
        }
        return AddCheckpointRequest(old: UInt64(old), hashes: hashes, checkpoint: try self.signed(size))
    }
}

@Suite("The witness over HTTP", .timeLimit(.minutes(2)))
struct WitnessServerTests {
    /// A witness that listens, and what is asked of it.
    private static func withWitness(
        at path: String, _ body: @escaping @Sendable (String, WitnessServer) async throws -> Void
    ) async throws {
        let log = try SmallLog(1)
        let name = try #require(KeyName("witness.example/w1"))
        let witness = try WitnessServer(
            name: name, keyPath: path + "/witness.key", databasePath: path + "/witness.db",
            logs: [log.key.verifier(.ed25519)])
        try await Application(
            router: witness.router, configuration: .init(address: .hostname("127.0.0.1", port: 0))
        ).test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))", witness)
        }
    }

    private static func post(_ url: String, _ body: String) async throws -> (Int, String, String?) {
        var request = HTTPClientRequest(url: url + "/add-checkpoint")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        return (Int(response.status.code), text, response.headers.first(name: "content-type"))
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("every status of the protocol comes over the network, and a second history is refused")
    func statuses() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try SmallLog(40)
        let fork = try SmallLog(40, prefix: "other", forkedAt: 15)
        try await Self.withWitness(at: folder.path) { url, witness in
            let first = try await Self.post(url, log.request(from: 0, to: 10).encoded)
            #expect(first.0 == 200)
            var signed = try log.signed(10)
            for signature in try NoteSignature.lines(Array(first.1.utf8)[...]) { signed.add(signature) }
            #expect(try signed.note.verified(by: [witness.verifier]).count == 1)
            #expect(try await Self.post(url, log.request(from: 10, to: 20).encoded).0 == 200)

            let behind = try await Self.post(url, log.request(from: 10, to: 30).encoded)
            #expect(behind == (409, "20\n", "text/x.tlog.size"))
            // A second history under the same key: at the same size, and at a larger one.
            #expect(try await Self.post(url, fork.request(from: 20, to: 20).encoded).0 == 422)
            #expect(try await Self.post(url, fork.request(from: 20, to: 30).encoded).0 == 422)
            let missing = AddCheckpointRequest(old: 20, hashes: [], checkpoint: try log.signed(30))
            #expect(try await Self.post(url, missing.encoded).0 == 422)
            #expect(try await Self.post(url, "garbage").0 == 400)
            let backwards = AddCheckpointRequest(old: 20, hashes: [], checkpoint: try log.signed(10))
            #expect(try await Self.post(url, backwards.encoded).0 == 400)

            let stranger = try #require(KeyName("stranger.example"))
            let key = try #require(SigningKey(name: stranger, seed: Secret([UInt8](repeating: 9, count: 32))))
            let unknown = try Checkpoint(origin: "stranger.example", size: 1, root: log.root(1)).signed(by: key)
            let asked = AddCheckpointRequest(old: 0, hashes: [], checkpoint: unknown)
            #expect(try await Self.post(url, asked.encoded).0 == 404)
            let forged = try Checkpoint(origin: SmallLog.origin, size: 30, root: log.root(30)).signed(by: key)
            let forgery = AddCheckpointRequest(
                old: 20, hashes: try log.request(from: 20, to: 30).hashes, checkpoint: forged)
            #expect(try await Self.post(url, forgery.encoded).0 == 403)
            let long = String(repeating: "a", count: AddCheckpointRequest.sizeLimit + 1)
            #expect(try await Self.post(url, long).0 == 413)
            #expect(try await Self.post(url, log.request(from: 20, to: 40).encoded).0 == 200)
        }
    }

    @Test("it still knows after a restart what it signed, under the same key, and shows it to whoever watches")
    func restart() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try SmallLog(40)
        let key = Mutex<VerifierKey?>(nil)
        try await Self.withWitness(at: folder.path) { url, witness in
            key.withLock { $0 = witness.verifier }
            let status = try await Self.post(url, log.request(from: 0, to: 25).encoded).0
            #expect(status == 200)
        }
        let file = folder.appending(path: "witness.key").path
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try await Self.withWitness(at: folder.path) { url, witness in
            #expect(key.withLock { $0 } == witness.verifier)
            #expect(try await Self.post(url, log.request(from: 0, to: 30).encoded).1 == "25\n")
            let hash = Hash.plain(Array(SmallLog.origin.utf8).span).hexadecimal
            let shown = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(url)/\(hash)/checkpoint"), timeout: .seconds(20))
            #expect(shown.status == .ok)
            let note = Array((try await shown.body.collect(upTo: 1 << 16)).readableBytesView)
            let signed = try SignedCheckpoint(parsing: note)
            #expect(signed.checkpoint.size == 25)
            #expect(try signed.note.verified(by: [witness.verifier, log.key.verifier(.ed25519)]).count == 2)
            for path in [String(repeating: "0", count: 64), "checkpoint", "%2e%2e"] {
                let reply = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: "\(url)/\(path)/checkpoint"), timeout: .seconds(20))
                #expect(reply.status == .notFound)
            }
        }
    }

    @Test("a key that others can read, or that is none, is refused with what to do")
    func badKeys() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let name = try #require(KeyName("witness.example/w1"))
        let path = folder.appending(path: "key").path
        let made = try KeyFile.key(at: path, name: name)
        #expect(try KeyFile.key(at: path, name: name).verifier(.cosignature) == made.verifier(.cosignature))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: ServerError(.noKey, "")) { try KeyFile.key(at: path, name: name) }
        let garbage = folder.appending(path: "garbage").path
        try "AAAA\n".write(toFile: garbage, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: garbage)
        #expect(throws: ServerError(.noKey, "")) { try KeyFile.key(at: garbage, name: name) }
        #expect(throws: ServerError(.noKey, "")) { try KeyFile.key(at: folder.path, name: name) }
        #expect(throws: ServerError(.noKey, "")) {
            try KeyFile.key(at: folder.appending(path: "no/such/folder").path, name: name)
        }
    }
}
