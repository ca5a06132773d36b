import Audit
import Kernel
import Transparency

/// What gives each leaf its place: the right edge of the tree, and how far the counts of tenants and runs have come.
struct LogPlaces {
    private(set) var edge = RightEdge()
    private var tenants: [String: Int64] = [:]
    private var runs: [String: Int64] = [:]
    /// The starts of exchanges without end, by id.
    private var open: [String: Int64] = [:]
    /// The latest time of a leaf.
    private var latest: Int64 = 0
    private var isLoaded = false

    /// How many milliseconds an event may be older than one that stands before it. Verifiers allow five seconds.
    private static let skew: Int64 = 4000
    /// How long an event may have waited for its place; what is older than that has a clock that goes wrong.
    private static let longestWait: Int64 = 30_000

    /// How many runs are remembered; others are looked up.
    private static let remembered = 1024

    var size: Int64 { Int64(self.edge.size) }
    /// Below it every exchange has its end.
    var settled: Int64 { self.open.values.min() ?? self.size }

    /// Takes up the log at this size, where it is not there already. Inside a transaction that holds the log's state.
    mutating func follow(
        _ size: Int64, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        guard !self.isLoaded || size != self.size else { return }
        self.edge = try RightEdge(size: size, connection, deadline)
        self.tenants = [:]
        self.runs = [:]
        self.open = [:]
        let starts = try connection.run(Self.openStarts, until: deadline)
        for (id, index) in try starts.map({ row throws(StoreError) in (try row.text(0), try row.integer(1)) }) {
            self.open[id] = index
        }
        self.latest =
            try connection.run(
                "SELECT max(ts) FROM leaf WHERE idx >= \(size - 4096)", until: deadline
            ).first?.integerIfPresent(0) ?? 0
        self.isLoaded = true
    }

    /// The starts of exchanges that have no end.
    static let openStarts: PostgresQuery = """
        SELECT start.id, start.idx, start.replica FROM leaf AS start
        WHERE start.idx >= (SELECT settled FROM log_state) AND start.type = 'exchange.start' AND NOT EXISTS (
            SELECT 1 FROM leaf AS later WHERE later.id = start.id AND later.type IN ('exchange.end', 'exchange.abandoned'))
        ORDER BY start.idx
        """

    /// Looks up how far those have come that these entries belong to.
    mutating func prepare(
        for entries: [LogEntry], _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        if self.runs.count >= Self.remembered { self.runs = [:] }
        let tenants = Set(entries.map(\.leaf.tenant)).filter { self.tenants[$0] == nil }
        if !tenants.isEmpty {
            let counts = try Self.counts(
                connection.run(
                    "SELECT ten, max(tseq) FROM leaf WHERE ten = ANY(\(Array(tenants))) GROUP BY ten", until: deadline))
            for tenant in tenants { self.tenants[tenant] = counts[tenant] ?? 0 }
        }
        let runs = Set(entries.compactMap(\.leaf.run)).filter { self.runs[$0] == nil }
        if !runs.isEmpty {
            let counts = try Self.counts(
                connection.run(
                    "SELECT run, max(rseq) FROM leaf WHERE run = ANY(\(Array(runs))) GROUP BY run", until: deadline))
            for run in runs { self.runs[run] = counts[run] ?? 0 }
        }
    }

    private static func counts(_ rows: PostgresRows) throws(StoreError) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for (name, count) in try rows.map({ row throws(StoreError) in (try row.text(0), try row.integer(1)) }) {
            counts[name] = count
        }
        return counts
    }

    /// Gives a leaf its place: its index, its bytes, and the tiles that it completes.
    mutating func place(_ leaf: inout Leaf) throws(StoreError) -> (index: Int64, bytes: [UInt8], tiles: [Tile]) {
        let index = self.size
        leaf.tenantSequence = Self.count(leaf.tenant, in: &self.tenants)
        if let run = leaf.run { leaf.runSequence = Self.count(run, in: &self.runs) }
        // Where a gateway was cut off for some seconds, what it brings then waited while others went on. The log says when
        // it was written, and the id and what is sealed, when it was.
        if (Self.skew..<Self.longestWait).contains(self.latest - leaf.time) { leaf.time = self.latest - Self.skew }
        self.latest = max(self.latest, leaf.time)
        let bytes = try leaf.kept()
        switch leaf.kind {
        case .exchangeStart: self.open[leaf.id] = index
        case .exchangeEnd, .exchangeAbandoned: self.open[leaf.id] = nil
        default: break
        }
        return (index, bytes, self.edge.append(Hash.leaf(bytes)))
    }

    private static func count(_ name: String, in counts: inout [String: Int64]) -> Int64 {
        let next = (counts[name] ?? 0) + 1
        counts[name] = next
        return next
    }
}

extension RightEdge {
    /// Reads the right edge: at most 255 leaves, and 255 tiles of each level.
    init(
        size: Int64, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        do {
            let first = size - size % 256
            let rows = try connection.run(
                "SELECT data FROM leaf WHERE idx >= \(first) AND idx < \(size) ORDER BY idx", until: deadline)
            let hashes = try rows.map { row throws(StoreError) in Hash.leaf(try row.bytes(0)) }
            guard hashes.count == Int(size % 256) else { throw StoreError.unreadable("leaf", "idx") }
            try self.init(size: UInt64(size)) { index in
                hashes[Int(index) - Int(first)]
            } tile: { id in
                let rows = try connection.run(
                    "SELECT data FROM tile WHERE level = \(id.level) AND n = \(Int64(id.index))", until: deadline)
                guard let bytes = try rows.first?.bytes(0) else { throw StoreError.unreadable("tile", "n") }
                return try Tile(id.full, bytes: bytes.span)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.corrupt, "the log's tree cannot be read", underlying: error)
        }
    }
}
