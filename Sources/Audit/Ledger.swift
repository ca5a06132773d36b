package import Kernel

/// A leaf as the log holds it.
package struct LoggedLeaf: Hashable, Sendable {
    /// Its place in the log, from 0.
    package let index: Int64
    package let bytes: [UInt8]

    package init(index: Int64, bytes: [UInt8]) {
        self.index = index
        self.bytes = bytes
    }
}

/// A signed state of the log.
package struct StoredCheckpoint: Hashable, Sendable {
    package let size: Int64
    package let root: [UInt8]
    /// The signed note, with the cosignatures that there are.
    package let note: String
    package let created: Timestamp

    package init(size: Int64, root: [UInt8], note: String, created: Timestamp) {
        self.size = size
        self.root = root
        self.note = note
        self.created = created
    }
}

/// A sealed payload as the log holds it.
package struct StoredPayload: Hashable, Sendable {
    package let index: Int64
    package let payload: SealedPayload

    package init(index: Int64, payload: SealedPayload) {
        self.index = index
        self.payload = payload
    }
}

/// The log as those read it who prove, publish, verify or export it.
package protocol LogReading: Sendable {
    /// The name under which it signs.
    var origin: String { get }

    /// How many leaves it has, and the root of the tree of them.
    func head(_ context: OperationContext) async throws(StoreError) -> (size: Int64, root: [UInt8])

    /// At most `limit` leaves from this index on.
    func leaves(from index: Int64, limit: Int, _ context: OperationContext) async throws(StoreError) -> [LoggedLeaf]

    /// The first `width` hashes (1…256) of a tile, 32 bytes each; nil where the log does not reach so far.
    func tile(
        level: Int, _ number: Int64, width: Int, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]?

    /// The sealed payloads of the leaves in this range that there still are.
    func payloads(_ indices: Range<Int64>, _ context: OperationContext) async throws(StoreError) -> [StoredPayload]

    /// Every checkpoint that was kept, smallest first.
    func checkpoints(_ context: OperationContext) async throws(StoreError) -> [StoredCheckpoint]

    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> StoredCheckpoint?

    /// Keeps a checkpoint. Of one of that size that is there already, only cosignatures are added that it lacks.
    func keep(_ checkpoint: StoredCheckpoint, _ context: OperationContext) async throws(StoreError)
}

/// The log as the server uses it: where events go, are found again, and can be proved.
package protocol Ledger: EventStore, LogReading {
    /// The starts of exchanges whose end is not in the log, oldest first. Called before the first exchange begins.
    func openStarts() throws(StoreError) -> [(id: Identifier<Exchange>, index: Int64)]

    /// Says that those have their ends now: what is open from here on, this process has begun.
    func takeCharge() throws(StoreError)

    /// How leaves call somebody.
    func pseudonym(of principal: Principal) -> String

    /// Who has this pseudonym; nil where nobody knows any more.
    func principal(of pseudonym: String) throws(StoreError) -> Principal?

    /// A sealed payload in clear; nil where there is none, or its keys were destroyed. That somebody looked is for the
    /// caller to record.
    func reveal(
        _ kind: PayloadKind, of index: Int64, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]?
}
