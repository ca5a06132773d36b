import Audit
import Kernel
import Transparency

/// Rows of the log that are inserted together, column by column.
struct LogRows {
    private var indices: [Int64?] = []
    private var times: [Int64?] = []
    private var types: [String?] = []
    private var ids: [String?] = []
    private var tenants: [String?] = []
    private var tenantSequences: [Int64?] = []
    private var runs: [String?] = []
    private var runSequences: [Int64?] = []
    private var actors: [String?] = []
    private var resources: [String?] = []
    private var decisions: [String?] = []
    private var outcomes: [String?] = []
    private var replicas: [Int64?] = []
    private var leaves: [[UInt8]] = []

    private var payloadIndices: [Int64?] = []
    private var kinds: [String?] = []
    private var keys: [String?] = []
    private var nonces: [[UInt8]] = []
    private var ciphertexts: [[UInt8]] = []

    private var levels: [Int64?] = []
    private var numbers: [Int64?] = []
    private var tiles: [[UInt8]] = []

    mutating func append(_ leaf: Leaf, _ bytes: [UInt8], at index: Int64, of replica: Int64) {
        self.indices.append(index)
        self.times.append(leaf.time)
        self.types.append(leaf.kind.rawValue)
        self.ids.append(leaf.id)
        self.tenants.append(leaf.tenant)
        self.tenantSequences.append(leaf.tenantSequence)
        self.runs.append(leaf.run)
        self.runSequences.append(leaf.run == nil ? nil : leaf.runSequence)
        self.actors.append(leaf.actor)
        self.resources.append(leaf.resource)
        self.decisions.append(leaf.decision?.rawValue)
        self.outcomes.append(leaf.outcome)
        self.replicas.append(replica)
        self.leaves.append(bytes)
    }

    mutating func append(_ payload: SealedPayload, of index: Int64) {
        self.payloadIndices.append(index)
        self.kinds.append(payload.kind.rawValue)
        self.keys.append(payload.keys)
        self.nonces.append(payload.nonce)
        self.ciphertexts.append(payload.ciphertext)
    }

    mutating func append(_ tile: Tile) {
        self.levels.append(Int64(tile.id.level))
        self.numbers.append(Int64(tile.id.index))
        self.tiles.append(tile.bytes)
    }

    func insert(_ connection: PostgresConnection, until deadline: ContinuousClock.Instant) throws(StoreError) {
        guard !self.indices.isEmpty else { return }
        try connection.run(
            """
            INSERT INTO leaf (idx, ts, type, id, ten, tseq, run, rseq, actor, res, "dec", "out", replica, data)
            SELECT * FROM unnest(\(self.indices), \(self.times), \(self.types), \(self.ids), \(self.tenants),
                \(self.tenantSequences), \(self.runs), \(self.runSequences), \(self.actors), \(self.resources),
                \(self.decisions), \(self.outcomes), \(self.replicas), \(self.leaves))
            """, until: deadline)
        if !self.payloadIndices.isEmpty {
            try connection.run(
                """
                INSERT INTO payload (idx, k, kid, nonce, ct)
                SELECT * FROM unnest(\(self.payloadIndices), \(self.kinds), \(self.keys), \(self.nonces),
                    \(self.ciphertexts))
                """, until: deadline)
        }
        if !self.levels.isEmpty {
            try connection.run(
                "INSERT INTO tile (level, n, data) SELECT * FROM unnest(\(self.levels), \(self.numbers), \(self.tiles))",
                until: deadline)
        }
    }
}
