import Audit

/// Holds each leaf against what comes before it and beside it: sequences, times, the columns that are searched.
struct LeafCheck {
    /// How far a time may lie before one that was already seen: clocks of replicas differ.
    static let skew: Int64 = 5000

    private var view = LeafView()
    /// Whether the first leaf of the log is there, so that sequences begin at 1.
    private let isFromTheBeginning: Bool
    private var latest: (time: Int64, index: Int64)?
    private var tenants: [[UInt8]: Int64] = [:]
    private var runs: [[UInt8]: Int64] = [:]
    /// The tenant of the leaf before, and the number that its next leaf must have: most leaves are of the same.
    private var tenant: [UInt8] = []
    private var expected: Int64 = 0
    /// The payloads that the leaf just read speaks of.
    private(set) var payloads: [LeafView.Payload] = []
    /// What was erased, where the leaf just read says so.
    private(set) var erasure: Range<Int>?
    private static let erasures = Array(Leaf.Kind.erasureExecuted.rawValue.utf8)

    init(isFromTheBeginning: Bool) { self.isFromTheBeginning = isFromTheBeginning }

    /// The last number of each tenant.
    var tenantNumbers: [String: Int64] {
        var numbers = self.tenants
        if !self.tenant.isEmpty { numbers[self.tenant] = self.expected }
        return Dictionary(uniqueKeysWithValues: numbers.map { (String(decoding: $0.key, as: UTF8.self), $0.value - 1) })
    }
    var runCount: Int { self.runs.count }
    /// When the leaf just read was written, in milliseconds since 1970.
    var time: Int64 { self.view.time }

    /// Where the id of the leaf just read stands in it.
    var id: Range<Int>? { self.view.range(.id) }

    /// Reads a leaf and holds it against everything but the tree.
    /// - Returns: whether it is one.
    mutating func check(_ row: LeafBatch.Row, in memory: Span<UInt8>, into report: inout VerificationReport) -> Bool {
        let leaf = memory.extracting(row.data)
        self.payloads = []
        self.erasure = nil
        do {
            try self.view.read(leaf)
            if self.view.has(.pl) { self.payloads = try self.view.payloads(in: leaf) }
        } catch {
            report.add(.leaves, at: .leaf(row.index), error.message)
            return false
        }
        if let type = self.view.range(.type), leaf.extracting(type).isSame(as: Self.erasures.span) {
            self.erasure = self.view.range(.res)
        }
        self.checkTime(row.index, into: &report)
        self.checkTenant(leaf, row.index, into: &report)
        if self.view.has(.run) { self.checkRun(leaf, row.index, into: &report) }
        if let columns = row.columns { self.check(columns, row.index, leaf, memory, into: &report) }
        return true
    }

    private mutating func checkTime(_ index: Int64, into report: inout VerificationReport) {
        let time = self.view.time
        guard let latest = self.latest else {
            self.latest = (time, index)
            return
        }
        if time < latest.time - Self.skew {
            report.add(
                .times, at: .leaf(index),
                "is \(latest.time - time) ms older than leaf \(latest.index), which stands before it")
        }
        if time > latest.time { self.latest = (time, index) }
    }

    private mutating func checkTenant(_ leaf: Span<UInt8>, _ index: Int64, into report: inout VerificationReport) {
        let sequence = self.view.tenantSequence
        guard let range = self.view.range(.ten) else { return }
        let name = leaf.extracting(range)
        if !name.isSame(as: self.tenant.span) {
            if !self.tenant.isEmpty { self.tenants[self.tenant] = self.expected }
            self.tenant = name.copied
            self.expected = self.tenants[self.tenant] ?? (self.isFromTheBeginning ? 1 : sequence)
        }
        if sequence != self.expected {
            let tenant = String(decoding: self.tenant, as: UTF8.self)
            report.add(
                .sequences, at: .leaf(index),
                "is number \(sequence) of tenant `\(tenant)`, expected \(self.expected)")
        }
        self.expected = sequence + 1
    }

    private mutating func checkRun(_ leaf: Span<UInt8>, _ index: Int64, into report: inout VerificationReport) {
        guard let range = self.view.range(.run) else { return }
        let run = leaf.extracting(range).copied
        let sequence = self.view.runSequence
        let expected = self.runs[run] ?? (self.isFromTheBeginning ? 1 : sequence)
        if sequence != expected {
            let name = String(decoding: run, as: UTF8.self)
            report.add(
                .sequences, at: .leaf(index), "is number \(sequence) of run `\(name)`, expected \(expected)")
        }
        self.runs[run] = sequence + 1
    }

    private func check(
        _ columns: LeafBatch.Columns, _ index: Int64, _ leaf: Span<UInt8>, _ memory: Span<UInt8>,
        into report: inout VerificationReport
    ) {
        func complain(_ column: String) {
            report.add(.columns, at: .leaf(index), "its column `\(column)` differs from what the leaf says")
        }
        if columns.time != self.view.time { complain("ts") }
        if columns.tenantSequence != self.view.tenantSequence { complain("tseq") }
        if (columns.runSequence ?? 0) != self.view.runSequence { complain("rseq") }
        if !self.view.says(.type, columns.type, of: memory, in: leaf) { complain("type") }
        if !self.view.says(.id, columns.id, of: memory, in: leaf) { complain("id") }
        if !self.view.says(.ten, columns.tenant, of: memory, in: leaf) { complain("ten") }
        if !self.view.says(.run, columns.run, of: memory, in: leaf) { complain("run") }
        if !self.view.says(.actor, columns.actor, of: memory, in: leaf) { complain("actor") }
        if !self.view.says(.res, columns.resource, of: memory, in: leaf) { complain("res") }
        if !self.view.says(.dec, columns.decision, of: memory, in: leaf) { complain("dec") }
        if !self.view.says(.out, columns.outcome, of: memory, in: leaf) { complain("out") }
    }
}
