import Audit
import Foundation
import Kernel
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Server
@testable import Settings

@Suite("What is kept no longer")
struct RetentionKeeperTests {
    struct StoppedClock: WallClock {
        let time: Timestamp
        func now() -> Timestamp { self.time }
    }

    @Test("Each class goes after its own time, that of a use case too, and of one that is configured no more")
    func expire() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-keeper-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let random = Mutex(SplitMix(seed: 7))
        let bytes: @Sendable (Int) -> [UInt8] = { count in
            random.withLock { random in (0..<count).map { _ in UInt8(random.below(256)) } }
        }
        let root = try #require(RootKey(Secret(bytes(RootKey.byteCount))))
        let vault = try SQLiteVault(path: folder.appending(path: "vault.db").path, root: root, entropy: bytes)
        let classes = [
            RetentionClass.metadata, .content, .administration, RetentionClass(.content, useCase: "hiring"),
            RetentionClass(.metadata, useCase: "hiring"), RetentionClass(.content, useCase: "archive"),
            RetentionClass(.content, useCase: "gone"),
        ]
        let months = try ["2026-05", "2026-09", "2026-11"].map { try #require(Month($0)) }
        for month in months {
            for retention in classes { _ = try vault.sealingKey(for: "p:a", name: nil, month: month, retention) }
        }
        var kept = Settings.Audit()
        kept.retention.content = 100
        kept.useCases = [
            Settings.UseCase(name: "hiring", content: 30), Settings.UseCase(name: "archive", content: 0),
        ]
        let acts = Mutex<[AdministrativeEvent.Act]>([])
        let custody = Custody(vault: vault, random: { random.withLock { $0.next() } }) { act, _ in
            acts.withLock { $0.append(act) }
        }
        let keeper = RetentionKeeper(
            custody: custody, vault: vault, kept: kept, clock: StoppedClock(time: try #require(Timestamp("2026-11-22")))
        )
        for _ in 0..<2 { try await keeper.expire(Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })) }

        var left: [String: [String]] = [:]
        for retention in classes {
            left[retention.name] = try months.filter {
                try vault.key("p:a/\($0)/\(retention.name)") != nil
            }.map(\.description)
        }
        #expect(
            left == [
                "metadata": ["2026-05", "2026-09", "2026-11"], "metadata:hiring": ["2026-05", "2026-09", "2026-11"],
                "administration": ["2026-05", "2026-09", "2026-11"], "content": ["2026-09", "2026-11"],
                "content:hiring": ["2026-11"], "content:archive": ["2026-05", "2026-09", "2026-11"],
                "content:gone": ["2026-09", "2026-11"],
            ])
        // Three classes had something to forget, once: what is gone is not ordered again.
        #expect(acts.withLock { $0.map(\.kind) }.filter { $0 == .erasureExecuted }.count == 3)
    }
}
