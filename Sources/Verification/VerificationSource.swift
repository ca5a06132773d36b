/// What is verified: a database, a served log, a bundle.
package protocol VerificationSource: Sendable {
    /// What there is. Reading it may already find problems.
    func outline() async throws(VerificationError) -> SourceOutline

    /// Appends to an empty batch the leaves that are there of 256, in order: those that a tile of this number is made of.
    func leaves(tile number: Int64, into batch: inout LeafBatch) async throws(VerificationError)

    /// The first leaf that is there at this index or behind it; nil where there are no more.
    func next(from index: Int64) async throws(VerificationError) -> Int64?

    /// A full tile as it is kept; nil where it is not there.
    func tile(level: Int, number: Int64) async throws(VerificationError) -> [UInt8]?

    /// The sealed payloads of the leaves in this range, in the order of index and kind.
    func payloads(_ range: Range<Int64>) async throws(VerificationError) -> [KeptPayload]

    /// The proof that the leaf is in the tree of a checkpoint, as a tlog-proof; nil where there is none.
    func proof(of index: Int64) async throws(VerificationError) -> [UInt8]?

    /// The hashes, a line of base64 each, that prove the tree of `new` leaves to begin as that of `old`; nil where the
    /// source has no such proof.
    func consistency(from old: Int64, to new: Int64) async throws(VerificationError) -> [UInt8]?
}

/// What a source says of itself.
package struct SourceOutline: Sendable {
    /// The log's name.
    package var origin: String
    /// The leaves that are there: all from 0 on, or a part.
    package var range: Range<Int64>
    /// Whether every leaf of the range is there, so that the tree can be made anew; otherwise each has a proof.
    package var isWhole: Bool
    /// Whether tiles are kept, so that they can be held against the leaves.
    package var hasTiles: Bool
    /// The only tenant whose leaves are there; nil where there are those of all.
    package var tenant: String?
    /// Whether payloads are there at all.
    package var hasPayloads: Bool
    /// The size that the log says it has, where it says one.
    package var statedSize: Int64?
    package var checkpoints: [KeptCheckpoint]
    /// What reading it already found.
    package var problems: [VerificationProblem] = []

    package init(
        origin: String, range: Range<Int64>, isWhole: Bool, hasTiles: Bool, tenant: String? = nil, hasPayloads: Bool,
        statedSize: Int64? = nil, checkpoints: [KeptCheckpoint], problems: [VerificationProblem] = []
    ) {
        self.origin = origin
        self.range = range
        self.isWhole = isWhole
        self.hasTiles = hasTiles
        self.tenant = tenant
        self.hasPayloads = hasPayloads
        self.statedSize = statedSize
        self.checkpoints = checkpoints
        self.problems = problems
    }
}

/// A checkpoint as a source keeps it.
package struct KeptCheckpoint: Sendable {
    /// Where it was found.
    package var place: VerificationPlace
    /// The size and root that are kept beside the note, where there are such.
    package var size: Int64?
    package var root: [UInt8]?
    package var note: String
    /// Whether it comes from outside: what an auditor brought along.
    package var isExternal: Bool

    package init(
        place: VerificationPlace, size: Int64? = nil, root: [UInt8]? = nil, note: String, isExternal: Bool = false
    ) {
        self.place = place
        self.size = size
        self.root = root
        self.note = note
        self.isExternal = isExternal
    }
}

/// A sealed payload as a source keeps it.
package struct KeptPayload: Hashable, Sendable {
    package var index: Int64
    package var kind: String
    package var keys: String
    package var nonce: [UInt8]
    /// The ciphertext and its tag.
    package var ciphertext: [UInt8]

    package init(index: Int64, kind: String, keys: String, nonce: [UInt8], ciphertext: [UInt8]) {
        self.index = index
        self.kind = kind
        self.keys = keys
        self.nonce = nonce
        self.ciphertext = ciphertext
    }
}

/// Leaves one behind another in one piece of memory that is used again: a million of them cost no million allocations.
package struct LeafBatch: Sendable {
    /// What is searched beside a leaf; texts are places in `bytes`.
    package struct Columns: Sendable {
        package var time: Int64
        package var tenantSequence: Int64
        package var runSequence: Int64?
        package var type: Range<Int>?
        package var id: Range<Int>?
        package var tenant: Range<Int>?
        package var run: Range<Int>?
        package var actor: Range<Int>?
        package var resource: Range<Int>?
        package var decision: Range<Int>?
        package var outcome: Range<Int>?

        package init(time: Int64, tenantSequence: Int64, runSequence: Int64?) {
            self.time = time
            self.tenantSequence = tenantSequence
            self.runSequence = runSequence
        }
    }

    package struct Row: Sendable {
        package var index: Int64
        /// Where the leaf stands in `bytes`.
        package var data: Range<Int>
        package var columns: Columns?
        /// The hash that the source says the leaf has, where it says one.
        package var hash: Range<Int>?

        package init(index: Int64, data: Range<Int>, columns: Columns? = nil, hash: Range<Int>? = nil) {
            self.index = index
            self.data = data
            self.columns = columns
            self.hash = hash
        }
    }

    /// How many leaves a batch has at most: as many as a tile has hashes.
    package static let capacity = 256

    package var bytes: [UInt8] = []
    package var rows: [Row] = []

    package init() {
        self.bytes.reserveCapacity(1 << 18)
        self.rows.reserveCapacity(Self.capacity)
    }

    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
        self.rows.removeAll(keepingCapacity: true)
    }

    /// Appends bytes and tells where they stand.
    package mutating func append(_ piece: [UInt8]) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: piece)
        return start..<self.bytes.count
    }

    /// Appends bytes that live outside for the length of the call, and tells where they stand.
    package mutating func append(_ piece: UnsafeRawBufferPointer) -> Range<Int> {
        let start = self.bytes.count
        // SAFE: whoever calls vouches for the buffer; it is copied here.
        unsafe self.bytes.append(contentsOf: piece)
        return start..<self.bytes.count
    }
}
