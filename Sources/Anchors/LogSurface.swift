package import Kernel
package import Transparency

/// What a log serves to everybody who reads it (c2sp.org/tlog-tiles).
package struct LogSurface: Sendable {
    private let log: any PublishedLog

    package init(_ log: any PublishedLog) { self.log = log }

    /// What a path asks for; nil where it is none of a log's.
    package enum Resource: Hashable, Sendable {
        case checkpoint
        case hashes(TileID)
        case entries(TileID)

        /// `path` begins behind the log's prefix, such as `tile/0/000`.
        package init?(path: some StringProtocol) {
            if path.utf8.elementsEqual("checkpoint".utf8) {
                self = .checkpoint
                return
            }
            switch TileID.resource(path: path) {
            case .hashes(let id): self = .hashes(id)
            case .entries(let id): self = .entries(id)
            case nil: return nil
            }
        }

        package var contentType: String {
            if case .checkpoint = self { "text/plain; charset=utf-8" } else { "application/octet-stream" }
        }

        /// Tiles never change; the checkpoint does.
        package var cacheControl: String {
            if case .checkpoint = self { "public, max-age=5" } else { "public, max-age=31536000, immutable" }
        }
    }

    /// The bytes of a resource; nil where it is not there: nothing beyond the published checkpoint is, and nothing empty.
    package func bytes(
        _ resource: Resource, published: SignedCheckpoint?, _ context: OperationContext
    ) async throws -> [UInt8]? {
        guard let published else { return nil }
        let size = published.checkpoint.size
        switch resource {
        case .checkpoint: return Array(published.encoded.utf8)
        case .hashes(let id):
            guard Self.reaches(id, size: size) else { return nil }
            return try await self.log.tile(id, context)?.bytes
        case .entries(let id):
            guard Self.reaches(id, size: size) else { return nil }
            let leaves = try await self.log.leaves(from: id.index * 256, count: id.width, context)
            return leaves.count == id.width ? EntryBundle.encode(leaves) : nil
        }
    }

    private static func reaches(_ id: TileID, size: UInt64) -> Bool {
        let count = TileID.hashCount(level: id.level, size: size)
        return id.index <= count / 256 && count - id.index * 256 >= UInt64(id.width)
    }
}
