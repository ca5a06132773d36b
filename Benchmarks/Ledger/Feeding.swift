import Audit
import Dispatch
import Kernel
import Synchronization
import Transparency

/// Hands events to the recorder as fast as it takes them, and returns when the last is durable.
///
/// Everyone who waits is told, as in a gateway; the one thread that hands in is woken once for so many of them, since a
/// wake-up for each would be measured instead.
struct Feeding {
    let recorder: Recorder
    /// How many are handed in at a time, and how many such parts may be on their way.
    private static let part = 128
    private static let window = 8

    private final class Part: Sendable {
        let left: Atomic<Int>
        let failures = Atomic(0)
        init(_ count: Int) { self.left = Atomic(count) }
    }

    func run(_ events: [Event]) throws {
        let room = DispatchSemaphore(value: Self.window)
        var parts: [Part] = []
        for start in stride(from: 0, to: events.count, by: Self.part) {
            let slice = events[start..<min(start + Self.part, events.count)]
            let part = Part(slice.count)
            parts.append(part)
            room.wait()
            for event in slice {
                self.recorder.record(event) { result in
                    if case .failure = result { part.failures.add(1, ordering: .relaxed) }
                    if part.left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { room.signal() }
                }
            }
        }
        for _ in 0..<Self.window { room.wait() }
        for _ in 0..<Self.window { room.signal() }
        guard parts.allSatisfy({ $0.failures.load(ordering: .relaxed) == 0 }) else {
            throw StoreError(.unavailable, "an event was not recorded")
        }
    }
}

/// The part of an append that is not the database.
struct SealingOnly {
    let sealer: Sealer

    init(_ vault: any KeyVault) throws { self.sealer = try Sealer(vault: vault, entropy: entropy) }

    func run(_ events: [Event]) throws -> Int {
        var tree = RightEdge()
        var count = 0
        for start in stride(from: 0, to: events.count, by: 256) {
            for entry in try self.sealer.seal(Array(events[start..<min(start + 256, events.count)])) {
                let bytes = try entry.leaf.bytes()
                count += bytes.count + tree.append(Hash.leaf(bytes)).count
            }
        }
        return count
    }
}
