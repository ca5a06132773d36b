import Audit
import Gateway
import HTTPTypes
import Identity
import Kernel
import TestSupport
import Testing
import Transparency

@testable import Server

@Suite("Receipts")
struct ReceiptTests {
    @Test("An answer carries the place of its leaf, and once a checkpoint covers it, its proof verifies offline")
    func receipt() async throws {
        let home = try Home()
        let application = try await home.key(.application)
        let other = try await home.key(.application)
        try await RunningServer.run(home) { server in
            let answer = try await server.chat("hello", key: application.shown)
            #expect(answer.status == 200)
            let receipt = try #require(answer.fields["gatehouse-receipt"])
            let parts = receipt.split(separator: "#")
            #expect(parts.first == "gatehouse.local/audit")
            let index = try #require(parts.last.flatMap { Int64($0) })
            func ask(_ key: String, _ index: Int64) async throws -> RunningServer.Answer {
                try await RunningServer.call(.get, "\(server.applications)/v1/receipts/\(index)", key: key)
            }
            // Nothing is signed yet.
            let stores = try home.stores()
            if try await stores.events.latestCheckpoint(.ofTests) == nil {
                #expect(try await ask(application.shown, index).status == 404)
                let seed = Secret((0..<32).map { UInt8($0) })
                let name = try #require(KeyName(stores.events.origin))
                let key = try #require(SigningKey(name: name, seed: seed))
                let head = try await PublishedLedger(ledger: stores.events).head(.ofTests)
                let checkpoint = try Checkpoint(origin: stores.events.origin, size: head.size, root: head.root)
                    .signed(by: key)
                try await PublishedLedger(ledger: stores.events).keep(
                    checkpoint, at: Timestamp(microseconds: 0), .ofTests)
            }
            let proof = try LogProof(parsing: Array(try await ask(application.shown, index).text.utf8))
            let leaf = try Leaf(try #require(proof.unauthenticatedExtra))
            #expect(leaf.kind == .exchangeStart)
            #expect(leaf.id == answer.fields["gatehouse-exchange-id"])
            let tree = proof.checkpoint.checkpoint
            try InclusionProof(index: proof.index, size: tree.size, hashes: proof.hashes)
                .verify(leaf: Hash.leaf(leaf.bytes()), root: tree.root)
            #expect(try await ask(other.shown, index).status == 404, "it is about somebody else")
            #expect(try await ask(application.shown, 1_000_000).status == 404)
            #expect(try await ask("gatehouse_nobody", index).status == 401)
        }
    }
}
