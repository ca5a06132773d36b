import Audit
import Kernel

/// Entries of the log on their way to whoever gives them their places, as bytes: counts before everything, big-endian.
enum StagedEntries {
    static func bytes(of entries: [LogEntry]) throws(StoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        self.append(entries.count, to: &bytes)
        for entry in entries {
            // A leaf is read only as a whole one, so it is written with the first place there is.
            var leaf = entry.leaf
            leaf.tenantSequence = 1
            leaf.runSequence = leaf.run == nil ? 0 : 1
            self.append(try leaf.kept(), to: &bytes)
            self.append(entry.payloads.count, to: &bytes)
            for payload in entry.payloads {
                self.append(Array(payload.kind.rawValue.utf8), to: &bytes)
                self.append(Array(payload.keys.utf8), to: &bytes)
                self.append(payload.sealed, to: &bytes)
            }
        }
        return bytes
    }

    /// nil where they are not what `bytes` wrote.
    static func entries(of bytes: [UInt8]) -> [LogEntry]? {
        var rest = bytes[...]
        guard let count = self.count(&rest), count <= bytes.count else { return nil }
        var entries: [LogEntry] = []
        for _ in 0..<count {
            guard let written = self.piece(&rest), var leaf = try? Leaf(written), let payloadCount = self.count(&rest),
                payloadCount <= rest.count
            else { return nil }
            leaf.tenantSequence = 0
            leaf.runSequence = 0
            var payloads: [SealedPayload] = []
            for _ in 0..<payloadCount {
                guard
                    let kind = self.piece(&rest).flatMap({ PayloadKind(rawValue: String(decoding: $0, as: UTF8.self)) }
                    ),
                    let keys = self.piece(&rest), let sealed = self.piece(&rest)
                else { return nil }
                payloads.append(SealedPayload(kind: kind, keys: String(decoding: keys, as: UTF8.self), sealed: sealed))
            }
            entries.append(LogEntry(leaf: leaf, payloads: payloads))
        }
        return rest.isEmpty ? entries : nil
    }

    private static func append(_ count: Int, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [Int] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    }

    private static func append(_ piece: [UInt8], to bytes: inout [UInt8]) {
        self.append(piece.count, to: &bytes)
        bytes += piece
    }

    private static func count(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func piece(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let count = self.count(&rest), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

extension Leaf {
    /// Its bytes, where they may be kept.
    func kept() throws(StoreError) -> [UInt8] {
        do throws(EventFormatError) { return try self.bytes() } catch {
            throw StoreError(.constraint, error.message, underlying: error)
        }
    }

    /// The same, wherever and whenever the log put it.
    var withoutPlace: Leaf {
        var leaf = self
        leaf.time = 0
        leaf.tenantSequence = 0
        leaf.runSequence = 0
        return leaf
    }
}
