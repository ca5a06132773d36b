/// How a verification ended. The raw value is the exit code.
package enum Verdict: Int32, Sendable, CaseIterable {
    /// Everything that was looked at holds, and somebody outside vouches for it.
    case holds = 0
    /// Something was changed.
    case broken = 2
    /// Nothing contradicts, but not everything that is needed was there.
    case incomplete = 3
    /// Everything holds together, but only this log says so: nobody outside vouches for it.
    case unanchored = 4

    /// One word, for machines.
    package var word: String { "\(self)" }
}

/// The ten things that are looked at.
package enum VerificationPoint: Int, Sendable, CaseIterable {
    case leaves = 1, tiles, roots, signatures, consistency, sequences, times, columns, ciphertexts, commitments

    /// What holds when it holds.
    package var title: String {
        switch self {
        case .leaves: "every leaf is there and has its hash in the tree"
        case .tiles: "the tree's tiles are made of the leaves, at every level"
        case .roots: "the tree has the roots that its checkpoints say"
        case .signatures: "checkpoints are signed by the log, and cosigned as the policy wants"
        case .consistency: "every known checkpoint belongs to one and the same history"
        case .sequences: "nothing is missing between the first and the last event of a tenant or a run"
        case .times: "time does not run backwards"
        case .columns: "what is searched says the same as what is signed"
        case .ciphertexts: "sealed payloads are those that the leaves name"
        case .commitments: "payloads whose keys are here are those that the leaves commit to"
        }
    }
}

/// Where something is wrong.
package enum VerificationPlace: Hashable, Sendable, CustomStringConvertible {
    case source
    case leaf(Int64)
    /// One of these, and it cannot be said which.
    case leaves(Range<Int64>)
    case tile(level: Int, number: Int64)
    case checkpoint(size: Int64)
    case payload(index: Int64, kind: String)
    /// A file of a bundle, or a note that was given.
    case file(String)

    package var description: String {
        switch self {
        case .source: "the log"
        case .leaf(let index): "leaf \(index)"
        case .leaves(let range): "leaves \(range.lowerBound) to \(range.upperBound - 1)"
        case .tile(let level, let number): "tile \(level)/\(number)"
        case .checkpoint(let size): "checkpoint \(size)"
        case .payload(let index, let kind): "payload `\(kind)` of leaf \(index)"
        case .file(let name): "file \(name)"
        }
    }
}

/// One thing that is wrong, and where.
package struct VerificationProblem: Hashable, Sendable, CustomStringConvertible {
    package let point: VerificationPoint
    package let verdict: Verdict
    package let place: VerificationPlace
    /// Lower-case start, no final period.
    package let message: String

    package init(_ point: VerificationPoint, _ verdict: Verdict, _ place: VerificationPlace, _ message: String) {
        self.point = point
        self.verdict = verdict
        self.place = place
        self.message = message
    }

    package var description: String { "\(self.place): \(self.message)" }
}

/// What a verification found.
package struct VerificationReport: Sendable {
    /// More problems than this are counted and not kept.
    package static let mostProblems = 1000

    package var origin = ""
    /// How many leaves were looked at, and the range that they lie in.
    package var leaves: Int64 = 0
    package var range: Range<Int64> = 0..<0
    /// The size and root of the largest checkpoint that holds; nil where there is none.
    package var size: Int64?
    package var root: String?
    package var checkpoints = 0
    /// Leaves behind the last checkpoint: nothing signed covers them yet.
    package var unsigned: Int64 = 0
    package var tenants = 0
    /// The last number of each tenant: how many events of it there are, where they are complete.
    package var tenantNumbers: [String: Int64] = [:]
    package var runs = 0
    package var payloads = 0
    /// Payloads that leaves name and that are no longer there: erased, or not in the bundle.
    package var payloadsGone = 0
    /// Those of them of which the log says that they were erased.
    package var payloadsErased = 0
    /// Payloads that were opened and held against their commitments.
    package var payloadsOpened = 0
    /// Payloads whose keys are not here.
    package var payloadsSealed = 0
    /// The size of the largest checkpoint that somebody outside vouches for.
    package var anchored: Int64?
    /// Who signed the largest checkpoint.
    package var signers: [String] = []
    package private(set) var problems: [VerificationProblem] = []
    package private(set) var problemCount = 0
    private var verdicts: Set<Verdict> = []

    package init() {}

    package mutating func add(_ problem: VerificationProblem) {
        self.problemCount += 1
        self.verdicts.insert(problem.verdict)
        if self.problems.count < Self.mostProblems { self.problems.append(problem) }
    }

    mutating func add(
        _ point: VerificationPoint, _ verdict: Verdict = .broken, at place: VerificationPlace, _ message: String
    ) {
        self.add(VerificationProblem(point, verdict, place, message))
    }

    /// Wants a tenant to be there.
    package mutating func require(_ tenant: String) {
        guard self.tenantNumbers[tenant] == nil else { return }
        self.add(.sequences, .incomplete, at: .source, "has no events of tenant `\(tenant)`")
    }

    /// The worst of what was found.
    package var verdict: Verdict {
        for verdict in [Verdict.broken, .incomplete, .unanchored] where self.verdicts.contains(verdict) {
            return verdict
        }
        return .holds
    }

    /// What was found at one point; `.holds` where nothing was.
    package func verdict(at point: VerificationPoint) -> Verdict {
        let verdicts = self.problems.filter { $0.point == point }.map(\.verdict)
        return [Verdict.broken, .incomplete, .unanchored].first { verdicts.contains($0) } ?? .holds
    }
}
