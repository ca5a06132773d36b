import Audit
import Foundation
import Kernel
import TestSupport
import Testing
import Transparency
import Verification

@Suite("Bundles")
struct BundleTests {
    static func verify(
        _ bundle: [UInt8], notes: [String] = [], trust: Trust? = nil, opener: (any PayloadOpener)? = nil
    ) async throws -> VerificationReport {
        let folder = try TemporaryFolder()
        let path = try folder.write(bundle, "bundle.tar")
        let source = try BundleSource(path: path, isFolder: false)
        return try await Verifier(source, trust: trust ?? FixtureLog.trust, notes: notes, opener: opener).run()
    }

    @Test("A whole bundle holds, with its payloads, tenants and runs")
    func wholeHolds() async throws {
        let log = try FixtureLog(count: 700, checkpoints: [0, 1, 255, 256, 300, 700])
        let report = try await Self.verify(log.bundle { $0.hasPayloads = true }, opener: FixtureOpener())
        #expect(report.problems == [])
        #expect(report.verdict == .holds)
        #expect(report.leaves == 700)
        #expect(report.size == 700)
        #expect(report.root == log.root(700).base64)
        #expect(report.anchored == 700)
        #expect(report.checkpoints == 7)
        #expect(report.tenants == 2)
        #expect(report.payloads == 350)
        #expect(report.payloadsOpened == 350)
    }

    @Test("The same log gives the same bundle, and a bundle of nothing but a beginning says so")
    func deterministic() async throws {
        let log = try FixtureLog(count: 300)
        #expect(try await log.bundle() == log.bundle())
        let part = try await Self.verify(log.bundle { $0.range = 0..<10 })
        #expect(part.verdict == .holds)
        #expect(part.leaves == 10)
    }

    @Test("A tenant's leaves are proved complete without those of others", arguments: [0, 1, 100, 256, 511, 512, 699])
    func tenantHolds(_ start: Int) async throws {
        let log = try FixtureLog(count: 700, checkpoints: [1, 255, 256, 300, 700])
        let bundle = try await log.bundle {
            $0.tenant = "acme"
            $0.range = Int64(start)..<700
            $0.hasPayloads = true
        }
        let report = try await Self.verify(bundle)
        #expect(report.problems == [])
        #expect(report.verdict == .holds)
        #expect(report.leaves == Int64((start..<700).count { $0 % 5 == 0 }))
        #expect(report.tenants == (start == 699 ? 0 : 1))
    }

    @Test("Without a witness and without a note from outside, nobody vouches for it")
    func unanchored() async throws {
        let log = try FixtureLog(count: 20, checkpoints: [10, 20], witness: nil)
        let alone = try Trust(parsing: "log \(FixtureLog.key(1).verifier(.ed25519))\nquorum none\n")
        let bundle = try await log.bundle()
        #expect(try await Self.verify(bundle, trust: alone).verdict == .unanchored)
        #expect(try await Self.verify(bundle).verdict == .unanchored)
        let held = try await Self.verify(bundle, notes: [log.kept[0].note], trust: alone)
        #expect(held.verdict == .holds)
        #expect(held.anchored == 10)
        let own = Trust(try FixtureLog.trust.policy, isOwn: true)
        #expect(try await Self.verify(FixtureLog(count: 20).bundle(), trust: own).verdict == .unanchored)
    }

    /// A way to change a log, and where a verifier must say that it was changed.
    struct Fraud: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let place: VerificationPlace
        let point: VerificationPoint
        var notes: [String] = []
        let change: @Sendable (inout FixtureLog) throws -> Void
    }

    static let frauds: [Fraud] = [
        Fraud(testDescription: "a leaf is replaced, and its hash with it", place: .leaves(300..<700), point: .roots) {
            log in log.leaves[400] = log.leaves[402]
        },
        Fraud(testDescription: "two leaves are swapped", place: .leaves(256..<300), point: .roots) { log in
            log.leaves.swapAt(260, 270)
        },
        Fraud(testDescription: "a leaf is taken out of the middle", place: .leaf(500), point: .leaves) { log in
            log.missing = [500]
        },
        Fraud(testDescription: "a checkpoint is forged", place: .checkpoint(size: 600), point: .signatures) { log in
            try log.sign(600, FixtureLog.key(9), FixtureLog.key(2, "witness.example/w1"))
        },
        Fraud(
            testDescription: "the same key signed another history", place: .checkpoint(size: 280), point: .consistency
        ) { log in
            try log.sign(280, FixtureLog.key(1), root: .empty)
        },
        Fraud(
            testDescription: "a witness's signature is that of another checkpoint", place: .checkpoint(size: 700),
            point: .signatures
        ) { log in
            let note = log.kept[log.kept.count - 1].note
            let other = log.kept[0].note.split(separator: "\n").last ?? ""
            let lines = note.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
            log.kept[log.kept.count - 1] = StoredCheckpoint(
                size: 700, root: log.kept[log.kept.count - 1].root,
                note: (lines + [other]).joined(separator: "\n") + "\n", created: Timestamp(microseconds: 0))
        },
        Fraud(testDescription: "a ciphertext is altered", place: .payload(index: 301, kind: "detail"), point: .ciphertexts) {
            log in
            let kept = log.sealed[150]
            var sealed = kept.payload.sealed
            sealed[20] ^= 1
            log.sealed[150] = StoredPayload(
                index: kept.index,
                payload: SealedPayload(kind: kept.payload.kind, keys: kept.payload.keys, sealed: sealed))
        },
        Fraud(testDescription: "a payload is given keys of others", place: .payload(index: 1, kind: "detail"), point: .ciphertexts) {
            log in
            let kept = log.sealed[0]
            log.sealed[0] = StoredPayload(
                index: kept.index,
                payload: SealedPayload(kind: kept.payload.kind, keys: "p:9/2026-11/content", sealed: kept.payload.sealed))
        },
    ]

    @Test("Each change is named with its place", arguments: frauds)
    func fraudIsNamed(_ fraud: Fraud) async throws {
        var log = try FixtureLog(count: 700, checkpoints: [1, 255, 256, 300, 700])
        let notes = fraud.notes
        try fraud.change(&log)
        let report = try await Self.verify(Self.claiming(log).bundle { $0.hasPayloads = true }, notes: notes)
        #expect(report.verdict == .broken)
        let problems = report.problems.map { "\($0.point): \($0)" }.joined(separator: "\n")
        #expect(report.problems.contains { $0.place == fraud.place && $0.point == fraud.point }, "\(problems)")
        #expect(report.problemCount < 10, "\(problems)")
    }

    /// The log with its tree made of what is in it now, as somebody would who has the database but not the keys.
    private static func claiming(_ log: FixtureLog) -> FixtureLog {
        var log = log
        log.makeTree()
        return log
    }
}

/// Opens the payloads of a fixture.
struct FixtureOpener: PayloadOpener {
    func commitment(of payload: KeptPayload, event: [UInt8]) throws(VerificationError) -> OpenedPayload {
        guard payload.keys == FixtureLog.payloadKey.id else { return .sealed }
        let sealed = SealedPayload(
            kind: .detail, keys: payload.keys, nonce: payload.nonce, ciphertext: payload.ciphertext)
        guard let salted = try? FixtureLog.payloadKey.open(sealed, event: event).salted else { return .altered }
        return .commitment(SealedPayload.commitment(to: salted))
    }
}
