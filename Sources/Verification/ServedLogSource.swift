import Transparency

/// Fetches what a log serves (c2sp.org/tlog-tiles), below its prefix.
package protocol LogFetcher: Sendable {
    /// The resource at this path, such as `checkpoint` or `tile/0/000`; nil where the log has none.
    func fetch(_ path: String) async throws(VerificationError) -> [UInt8]?
}

/// A log that is served: its checkpoint, its tiles, its entries. Payloads and columns are not.
package actor ServedLogSource: VerificationSource {
    private let fetcher: any LogFetcher
    private var size: UInt64 = 0

    package init(_ fetcher: any LogFetcher) { self.fetcher = fetcher }

    package func outline() async throws(VerificationError) -> SourceOutline {
        guard let note = try await self.fetcher.fetch("checkpoint") else {
            throw VerificationError(.unreadable, "there is no `checkpoint` at that address, expected that of a log")
        }
        let checkpoint: Checkpoint
        do { checkpoint = try SignedCheckpoint(parsing: note).checkpoint } catch {
            throw VerificationError(.malformed, "what is served as `checkpoint` is none: \(error)")
        }
        self.size = checkpoint.size
        return SourceOutline(
            origin: checkpoint.origin, range: 0..<Int64(clamping: checkpoint.size), isWhole: true, hasTiles: true,
            hasPayloads: false,
            checkpoints: [
                KeptCheckpoint(
                    place: .checkpoint(size: Int64(clamping: checkpoint.size)),
                    note: String(decoding: note, as: UTF8.self))
            ])
    }

    package func leaves(tile number: Int64, into batch: inout LeafBatch) async throws(VerificationError) {
        guard let id = TileID(level: 0, index: UInt64(number), size: self.size) else { return }
        guard let bytes = try await self.fetcher.fetch(id.entriesPath) else { return }
        let ranges: [Range<Int>]
        do { ranges = try EntryBundle.ranges(bytes.span, count: id.width) } catch {
            throw VerificationError(.damaged, "`\(id.entriesPath)` is malformed: \(error)")
        }
        for (position, range) in ranges.enumerated() {
            let data = batch.append(Array(bytes[range]))
            batch.rows.append(LeafBatch.Row(index: number * 256 + Int64(position), data: data))
        }
    }

    package func next(from index: Int64) async throws(VerificationError) -> Int64? { nil }

    package func tile(level: Int, number: Int64) async throws(VerificationError) -> [UInt8]? {
        try await self.fetcher.fetch(TileID(level: level, index: UInt64(number)).path)
    }

    package func payloads(_ range: Range<Int64>) async throws(VerificationError) -> [KeptPayload] { [] }
    package func proof(of index: Int64) async throws(VerificationError) -> [UInt8]? { nil }
    package func consistency(from old: Int64, to new: Int64) async throws(VerificationError) -> [UInt8]? { nil }
}
