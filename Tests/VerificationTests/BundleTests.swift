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
        Fraud(
            testDescription: "a ciphertext is altered", place: .payload(index: 301, kind: "detail"), point: .ciphertexts
        ) {
            log in
            let kept = log.sealed[150]
            var sealed = kept.payload.sealed
            sealed[20] ^= 1
            log.sealed[150] = StoredPayload(
                index: kept.index,
                payload: SealedPayload(kind: kept.payload.kind, keys: kept.payload.keys, sealed: sealed))
        },
        Fraud(
            testDescription: "a payload is given keys of others", place: .payload(index: 1, kind: "detail"),
            point: .ciphertexts
        ) {
            log in
            let kept = log.sealed[0]
            log.sealed[0] = StoredPayload(
                index: kept.index,
                payload: SealedPayload(
                    kind: kept.payload.kind, keys: "p:9/2026-11/content", sealed: kept.payload.sealed))
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

extension BundleTests {
    /// The bundle with one of its files changed.
    static func edit(_ bundle: [UInt8], _ name: String, _ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        var result: [UInt8] = []
        var offset = 0
        while case .file(let file, let size) = try TarHeader.read(Array(bundle[offset..<offset + 512])) {
            var content = Array(bundle[(offset + 512)..<(offset + 512 + Int(size))])
            if file == name { change(&content) }
            result += TarHeader.bytes(name: file, size: Int64(content.count)) + content
            result += [UInt8](repeating: 0, count: TarHeader.padding(Int64(content.count)))
            offset += 512 + Int(size) + TarHeader.padding(size)
        }
        return result + [UInt8](repeating: 0, count: 1024)
    }

    /// A change of a bundle's file, and where both verifiers must find it.
    struct Surgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let place: String
        let change: @Sendable (inout [UInt8]) -> Void

        init(_ name: String, _ file: String, _ place: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void) {
            self.testDescription = name
            self.file = file
            self.place = place
            self.change = change
        }

        /// Replaces the first occurrence of a text.
        static func replacing(
            _ name: String, _ file: String, _ place: String, _ old: String, _ new: String
        ) -> Surgery {
            Surgery(name, file, place) { bytes in
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing(old, with: new, maxReplacements: 1).utf8)
            }
        }

        /// Takes lines away, or puts them elsewhere.
        static func lines(
            _ name: String, _ place: String, _ change: @escaping @Sendable (inout [Substring]) -> Void
        ) -> Surgery {
            Surgery(name, "leaves.jsonl", place) { bytes in
                var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                change(&lines)
                bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
            }
        }
    }

    static let surgeries: [Surgery] = [
        .replacing("one character of the first leaf", "leaves.jsonl", "leaf 0", "\"leaf\":\"eyJ", "\"leaf\":\"eyK"),
        .replacing("one character of a hash", "leaves.jsonl", "leaf 0", "{\"hash\":\"", "{\"hash\":\"A"),
        .lines("a line is gone", "leaf 40") { $0.remove(at: 40) },
        .lines("the last lines are gone", "leaves 250 to 299") { $0.removeLast(50) },
        .replacing("a note is cut", "checkpoint", "checkpoint", "\u{2014}", "-"),
        .replacing("a note has another size", "checkpoints/100", "checkpoint", "\n100\n", "\n101\n"),
        Surgery("a payload has another ciphertext", "payloads.jsonl", "payload `detail` of leaf 1") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            bytes = Array(text.replacing(/"ct":"..../, with: "\"ct\":\"AAAA", maxReplacements: 1).utf8)
        },
        .replacing("a payload names other keys", "payloads.jsonl", "payload `detail` of leaf 1", "p:0/", "p:1/"),
    ]

    @Test("Our verifier and the Python one refuse the same bundles, and name the same place", arguments: surgeries)
    func surgery(_ surgery: Surgery) async throws {
        let log = try FixtureLog(count: 300, checkpoints: [100, 300])
        let bundle = try await log.bundle { $0.hasPayloads = true }
        let broken = try Self.edit(bundle, surgery.file, surgery.change)
        #expect(broken != bundle)
        let folder = try TemporaryFolder()
        let path = try folder.write(broken, "broken.tar")
        do {
            let report = try await Verifier(BundleSource(path: path, isFolder: false), trust: FixtureLog.trust).run()
            #expect(report.verdict == .broken)
            #expect(
                report.problems.contains { "\($0.place)".contains(surgery.place) }, "\(report.problems)")
        } catch {
            // What is not even lines of JSON and base64 any more is refused as a whole, with its line.
            #expect(error is VerificationError)
        }
        let python = try Self.python(path, in: folder)
        #expect(python.code == 2, "\(python.text)")
        #expect(python.text.contains("BROKEN") && python.text.contains(surgery.place), "\(python.text)")
    }

    @Test("Both verifiers hold what is whole, what is a tenant's part, and what is unpacked", arguments: [false, true])
    func bothHold(_ isPart: Bool) async throws {
        let log = try FixtureLog(count: 700, checkpoints: [1, 255, 256, 300, 700])
        let bundle = try await log.bundle {
            $0.hasPayloads = true
            if isPart { $0.tenant = "acme" }
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(bundle, "bundle.tar")
        let python = try Self.python(path, in: folder)
        #expect(python.code == 0, "\(python.text)")
        let unpacked = folder.path + "/unpacked"
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        #expect(try Self.run("/bin/tar", ["-xf", path, "-C", unpacked]).code == 0)
        let report = try await Verifier(BundleSource(path: unpacked, isFolder: true), trust: FixtureLog.trust).run()
        #expect(report.verdict == .holds, "\(report.problems)")
    }

    /// Runs the verifier that is none of ours.
    static func python(_ path: String, in folder: TemporaryFolder) throws -> (code: Int32, text: String) {
        let policy = try folder.write(Array(FixtureLog.policy.utf8), "trust.policy")
        let script =
            "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/tools/verify_bundle.py"
        return try Self.run("/usr/bin/env", ["python3", script, path, policy])
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Archives that want something else than to be read.
    static let hostile: [(name: String, change: @Sendable (inout [UInt8]) -> Void, code: VerificationError.Code)] = [
        ("../evil", { $0.replaceSubrange(0..<8, with: Array("../evil\0".utf8)) }, .unsafePath),
        ("/etc/passwd", { $0.replaceSubrange(0..<12, with: Array("/etc/passwd\0".utf8)) }, .unsafePath),
        ("a/../../b", { $0.replaceSubrange(0..<10, with: Array("a/../../b\0".utf8)) }, .unsafePath),
        ("a link", { $0[156] = UInt8(ascii: "2") }, .unsafePath),
        ("a hard link", { $0[156] = UInt8(ascii: "1") }, .unsafePath),
        ("a device", { $0[156] = UInt8(ascii: "3") }, .malformed),
        ("a size beyond the end", { $0.replaceSubrange(124..<135, with: Array("77777777777".utf8)) }, .malformed),
        ("a size in base 256", { $0[124] = 0x80 }, .malformed),
        ("a prefix", { $0[345] = UInt8(ascii: "x") }, .malformed),
        ("a name with a new line", { $0[3] = 0x0A }, .unsafePath),
    ]

    @Test("An archive that could write elsewhere, or is none, is refused before it is read", arguments: hostile.indices)
    func hostileArchives(_ number: Int) async throws {
        let (name, change, code) = Self.hostile[number]
        var bundle = try await FixtureLog(count: 3).bundle()
        var header = Array(bundle[0..<512])
        change(&header)
        header.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(
            148..<156, with: Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8))
        bundle.replaceSubrange(0..<512, with: header)
        let folder = try TemporaryFolder()
        let path = try folder.write(bundle, "hostile.tar")
        do {
            _ = try BundleSource(path: path, isFolder: false)
            Issue.record("\(name) was read")
        } catch {
            #expect(error.code == code, "\(name): \(error)")
        }
        #expect(try Self.python(path, in: folder).code != 0)
    }

    @Test("A folder with a link in it, and a name that comes twice, are refused")
    func links() async throws {
        let bundle = try await FixtureLog(count: 3).bundle()
        let folder = try TemporaryFolder()
        let twice = try folder.write(bundle.dropLast(1024) + bundle, "twice.tar")
        #expect(throws: VerificationError(.unsafePath, "")) { try BundleSource(path: twice, isFolder: false) }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/manifest.json", withDestinationPath: "/etc/hostname")
        #expect(throws: VerificationError(.unsafePath, "")) { try BundleSource(path: folder.path, isFolder: true) }
    }
}
