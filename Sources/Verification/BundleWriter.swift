package import Audit
package import Kernel
import Transparency

/// Writes a bundle: what an auditor takes away and verifies without us. The same log, request and time give the same bytes.
package struct BundleWriter: Sendable {
    /// What is to be in the bundle.
    package struct Request: Sendable {
        /// The leaves; nil for all that the checkpoint covers.
        package var range: Range<Int64>?
        /// Only those of this tenant.
        package var tenant: String?
        package var hasPayloads = false
        /// The keys that sign the log's checkpoints.
        package var keys: [String]
        /// A trust policy to begin with, as text. Auditors bring their own.
        package var policy: String
        package var created: Timestamp

        package init(keys: [String], policy: String, created: Timestamp) {
            self.keys = keys
            self.policy = policy
            self.created = created
        }
    }

    /// More checkpoints than this are not all put into a bundle: the largest is, and others evenly spread.
    package static let mostCheckpoints = 1000

    private let log: any LogReading
    private let context: OperationContext
    private let progress: @Sendable (_ done: Int64, _ all: Int64) -> Void

    package init(
        _ log: any LogReading, _ context: OperationContext,
        progress: @escaping @Sendable (_ done: Int64, _ all: Int64) -> Void = { _, _ in }
    ) {
        self.log = log
        self.context = context
        self.progress = progress
    }

    /// - Throws: where the log has no checkpoint yet, or cannot be read, or the output cannot be written.
    package func write(
        _ request: Request, to output: any ArchiveOutput
    ) async throws(VerificationError) -> BundleManifest {
        let checkpoints = try await self.reading { log, context throws(StoreError) in
            try await log.checkpoints(context)
        }
        guard let last = checkpoints.last else {
            throw VerificationError(.unreadable, "the log has no checkpoint yet, and so nothing that can be proved")
        }
        let all = 0..<last.size
        let range = (request.range ?? all).clamped(to: all)
        let isWhole = range == all && request.tenant == nil
        let manifest = BundleManifest(
            origin: self.log.origin, range: range, size: last.size, isWhole: isWhole, tenant: request.tenant,
            hasPayloads: request.hasPayloads, keys: request.keys, created: request.created.description)
        var tar = TarWriter(output)
        try tar.add("manifest.json", manifest.json)
        try tar.add("HOWTO.txt", Array(Self.instructions.utf8))
        try tar.add("policy", Array(request.policy.utf8))
        try tar.add("checkpoint", Array(last.note.utf8))
        let kept = Self.spread(checkpoints)
        for checkpoint in kept {
            try tar.add("checkpoints/\(checkpoint.size)", Array(checkpoint.note.utf8))
        }
        let indices = try await self.writeLeaves(range, request, isWhole: isWhole, to: &tar)
        if !isWhole {
            try await self.writeProofs(indices, last, kept, to: &tar)
        }
        if request.hasPayloads { try await self.writePayloads(range, indices, isWhole: isWhole, to: &tar) }
        try tar.finish()
        return manifest
    }

    private static func spread(_ checkpoints: [StoredCheckpoint]) -> [StoredCheckpoint] {
        guard checkpoints.count > Self.mostCheckpoints else { return checkpoints }
        return (1...Self.mostCheckpoints).map { checkpoints[$0 * checkpoints.count / Self.mostCheckpoints - 1] }
    }

    /// - Returns: the indices of what was written; empty for a whole log, of which they would be many.
    private func writeLeaves(
        _ range: Range<Int64>, _ request: Request, isWhole: Bool, to tar: inout TarWriter
    ) async throws(VerificationError) -> [Int64] {
        var indices: [Int64] = []
        var view = LeafView()
        try tar.begin("leaves.jsonl")
        var next = range.lowerBound
        while next < range.upperBound {
            let start = next
            let limit = Int(min(256, range.upperBound - start))
            let leaves = try await self.reading { log, context throws(StoreError) in
                try await log.leaves(from: start, limit: limit, context)
            }
            guard let last = leaves.last else {
                throw VerificationError(.unreadable, "leaf \(next) is missing: run gatehouse audit verify")
            }
            var lines: [UInt8] = []
            for leaf in leaves where range.contains(leaf.index) {
                if let tenant = request.tenant, !view.isOf(tenant, leaf.bytes) { continue }
                lines += Self.line(leaf)
                if !isWhole { indices.append(leaf.index) }
            }
            try tar.write(lines)
            next = last.index + 1
            self.progress(next - range.lowerBound, Int64(range.count))
        }
        try tar.end()
        return indices
    }

    private static func line(_ leaf: LoggedLeaf) -> [UInt8] {
        var writer = JSONWriter(reserving: leaf.bytes.count * 4 / 3 + 128)
        writer.beginObject()
        writer.member("hash", Hash.leaf(leaf.bytes).base64)
        writer.member("index", leaf.index)
        writer.member("leaf", Base64.encode(leaf.bytes))
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    private func writeProofs(
        _ indices: [Int64], _ last: StoredCheckpoint, _ checkpoints: [StoredCheckpoint], to tar: inout TarWriter
    ) async throws(VerificationError) {
        let size = UInt64(last.size)
        var tiles: [TileID: Tile] = [:]
        do {
            let signed = try SignedCheckpoint(parsing: Array(last.note.utf8))
            for index in indices {
                let plan = try ProofPlan(inclusionOf: UInt64(index), in: size)
                try await self.fetch(plan, into: &tiles)
                let proof = LogProof(
                    index: UInt64(index), hashes: try plan.hashes(in: tiles), checkpoint: signed)
                try tar.add("proofs/\(index).tlog-proof", Array(proof.encoded.utf8))
            }
            for checkpoint in checkpoints where (1..<last.size).contains(checkpoint.size) {
                let plan = try ProofPlan(consistencyFrom: UInt64(checkpoint.size), to: size)
                try await self.fetch(plan, into: &tiles)
                let hashes = try plan.hashes(in: tiles).map { "\($0.base64)\n" }.joined()
                try tar.add("consistency/\(checkpoint.size)-\(last.size)", Array(hashes.utf8))
            }
        } catch let error as VerificationError {
            throw error
        } catch {
            throw VerificationError(.unreadable, "a proof cannot be made: \(error)")
        }
    }

    private func fetch(_ plan: ProofPlan, into tiles: inout [TileID: Tile]) async throws {
        // Proofs of neighbours share nearly all tiles.
        if tiles.count > 512 { tiles = tiles.filter { $0.key.level > 0 } }
        for id in plan.tiles where tiles[id] == nil {
            let bytes = try await self.reading { log, context throws(StoreError) in
                try await log.tile(level: id.level, Int64(id.index), width: id.width, context)
            }
            guard let bytes else {
                throw VerificationError(.unreadable, "\(id.path) is missing: run gatehouse audit verify")
            }
            tiles[id] = try Tile(id, bytes: bytes.span)
        }
    }

    private func writePayloads(
        _ range: Range<Int64>, _ indices: [Int64], isWhole: Bool, to tar: inout TarWriter
    ) async throws(VerificationError) {
        let wanted = Set(isWhole ? [] : indices)
        try tar.begin("payloads.jsonl")
        var next = range.lowerBound
        while next < range.upperBound {
            let piece = next..<min(next + 256, range.upperBound)
            let payloads = try await self.reading { log, context throws(StoreError) in
                try await log.payloads(piece, context)
            }
            for kept in payloads where isWhole || wanted.contains(kept.index) {
                var writer = JSONWriter(reserving: kept.payload.sealed.count * 4 / 3 + 128)
                writer.beginObject()
                writer.member("ct", Base64.encode(kept.payload.ciphertext))
                writer.member("index", kept.index)
                writer.member("k", kept.payload.kind.rawValue)
                writer.member("kid", kept.payload.keys)
                writer.member("nonce", Base64.encode(kept.payload.nonce))
                writer.endObject()
                try tar.write(writer.bytes + [0x0A])
            }
            next = piece.upperBound
        }
        try tar.end()
    }

    /// What a port throws, in the words of this module.
    private func reading<Value: Sendable>(
        _ body: (any LogReading, OperationContext) async throws(StoreError) -> Value
    ) async throws(VerificationError) -> Value {
        do {
            return try await body(self.log, self.context)
        } catch {
            throw VerificationError(.unreadable, "the log cannot be read: \(error)")
        }
    }

    private static let instructions = """
        This is a bundle of a Gatehouse audit log. Two programs verify it, and neither needs the gateway:

          gatehouse audit verify --bundle BUNDLE.tar --policy trust.policy
          python3 verify_bundle.py BUNDLE.tar trust.policy

        The second is 250 lines of Python (tools/verify_bundle.py in the sources of Gatehouse), so that you need not
        trust the first. Both end with 0 where everything holds, 2 where something was changed, 3 where something is
        missing, 4 where everything holds together but nobody outside vouches for it.

        Do not take `policy` from this bundle for more than a beginning: have the key of the log, and those of witnesses,
        from somebody whom you trust. What each file is stands in docs/ledger.md.

        """
}

extension LeafView {
    /// Whether a leaf is of this tenant.
    mutating func isOf(_ tenant: String, _ leaf: [UInt8]) -> Bool {
        guard (try? self.read(leaf.span)) != nil, let range = self.range(.ten) else { return false }
        return leaf.span.extracting(range).isSame(as: tenant.utf8Span.span)
    }
}
