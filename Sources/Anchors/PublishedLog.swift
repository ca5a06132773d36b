package import Kernel
package import Transparency

/// The log as whoever publishes it sees it.
package protocol PublishedLog: Sendable {
    /// How many leaves are durable, and the root over them.
    func head(_ context: OperationContext) async throws(StoreError) -> (size: UInt64, root: Hash)

    /// A tile, with as many hashes as its id says; nil where the log does not reach so far.
    func tile(_ id: TileID, _ context: OperationContext) async throws(StoreError) -> Tile?

    /// At most `count` leaves from this index on.
    func leaves(
        from index: UInt64, count: Int, _ context: OperationContext
    ) async throws(StoreError) -> [[UInt8]]

    /// The largest checkpoint that was kept, as it was written.
    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> String?

    /// Keeps a checkpoint with the signatures that it has.
    func keep(
        _ checkpoint: SignedCheckpoint, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError)
}

extension PublishedLog {
    /// The hashes that a plan needs, with all its tiles read.
    package func hashes(_ plan: ProofPlan, _ context: OperationContext) async throws -> [Hash] {
        var tiles: [TileID: Tile] = [:]
        for id in plan.tiles {
            guard let tile = try await self.tile(id, context) else {
                throw TransparencyError(.unavailable, "`\(id.path)` is not there")
            }
            tiles[id] = tile
        }
        return try plan.hashes(in: tiles)
    }
}

/// Where the checkpoint that was signed last is kept, apart from the log: what tells an older database from the newest.
package protocol SignedState: Sendable {
    /// Where it is, for people.
    var place: String { get }
    /// What was stored last; nil where nothing was.
    func load() throws -> [UInt8]?
    /// Keeps it in the place of what was there: all of it or nothing, and durable when it returns.
    func store(_ note: [UInt8]) throws
}

/// A place where checkpoints go.
package protocol AnchorSink: Sendable {
    /// What the configuration calls it.
    var name: String { get }
    /// Whether what is there is out of reach of whoever can change the log.
    var isOutside: Bool { get }
    /// Takes a checkpoint. It returns when the place has it, as far as the place says so.
    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws
}

/// Somebody who signs checkpoints that continue what they saw before.
package protocol CheckpointWitness: Sendable {
    /// What the configuration calls it.
    var name: String { get }
    var key: VerifierKey { get }
    /// Asks for a cosignature.
    func add(_ request: AddCheckpointRequest) async throws -> WitnessReply
}

/// What a witness answers.
package enum WitnessReply: Hashable, Sendable {
    /// Its signatures, yet to be verified.
    case cosigned([NoteSignature])
    /// It has signed another size last.
    case isAt(size: UInt64)
    /// It does not sign.
    case refused(status: Int, String)
}
