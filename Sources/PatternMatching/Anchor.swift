/// What a text must hold near each match of an expression: one of some short runs of bytes.
///
/// Found while looking at the expression alone; the rarer the runs are in ordinary text, the better.
struct Anchor {
    /// The runs, each a set for every byte.
    var runs: [[ByteSet]]
    /// From the start of a match to the end of its run are at most so many bytes.
    var reach: Int
    /// How often, roughly, a place of ordinary text begins one of the runs.
    var frequency: Double

    /// No run is longer.
    static let longest = 6
    /// No expression has more runs.
    static let most = 160
    /// Runs that are more frequent than that are no help.
    static let frequentEnough = 0.02

    /// The best anchor of an expression; nil if it has none that helps.
    static func best(of expression: Expression) -> Anchor? {
        guard let best = Self.find(in: expression), best.frequency < Self.frequentEnough else { return nil }
        return best
    }

    private static func find(in expression: Expression) -> Anchor? {
        switch expression {
        case .empty, .assertion: return nil
        case .bytes: return Self.anchor(Self.beginnings(of: expression), before: 0)
        case .sequence(let parts):
            var best: Anchor?
            var before = 0
            for index in parts.indices {
                var candidates: [Anchor] = []
                if let run = Self.anchor(Self.beginnings(of: parts[index...]), before: before) {
                    candidates.append(run)
                }
                if var inner = Self.find(in: parts[index]) {
                    inner.reach += before
                    candidates.append(inner)
                }
                for candidate in candidates where candidate.frequency < best?.frequency ?? .infinity {
                    best = candidate
                }
                guard let length = parts[index].mostLength, length < 1 << 20 else { break }
                before += length
            }
            return best
        case .choice(let branches):
            var all = Anchor(runs: [], reach: 0, frequency: 0)
            for branch in branches {
                guard let anchor = Self.find(in: branch) else { return nil }
                all.runs += anchor.runs
                all.reach = max(all.reach, anchor.reach)
                all.frequency += anchor.frequency
            }
            let whole = Self.anchor(Self.beginnings(of: expression), before: 0)
            if let whole, whole.frequency <= all.frequency { return whole }
            return all.runs.count <= Self.most ? all : nil
        case .repetition(let body, let least, _):
            let whole = Self.anchor(Self.beginnings(of: expression), before: 0)
            guard least > 0, let inner = Self.find(in: body) else { return whole }
            if let whole, whole.frequency <= inner.frequency { return whole }
            return inner
        }
    }

    private static func anchor(_ beginnings: [Beginning], before: Int) -> Anchor? {
        guard !beginnings.isEmpty, beginnings.allSatisfy({ !$0.run.isEmpty }) else { return nil }
        var runs = Set(beginnings.map(\.run))
        // A run that begins with another needs no place of its own.
        runs = runs.filter { run in !(1..<run.count).contains { runs.contains(Array(run[..<$0])) } }
        let frequency = runs.reduce(0) { $0 + $1.reduce(1) { $0 * Self.frequency(of: $1) } }
        return Anchor(
            runs: Array(runs), reach: before + (runs.map(\.count).max() ?? 0), frequency: frequency)
    }

    // MARK: Beginnings

    /// How a match may begin: a run, which is all of the match or not.
    private struct Beginning {
        var run: [ByteSet]
        var isWhole: Bool
    }

    private static func beginnings(of expression: Expression) -> [Beginning] {
        switch expression {
        case .empty, .assertion: return [Beginning(run: [], isWhole: true)]
        case .bytes(let set): return [Beginning(run: [set], isWhole: true)]
        case .sequence(let parts): return Self.beginnings(of: parts[...])
        case .choice(let branches):
            var all: [Beginning] = []
            for branch in branches { all += Self.beginnings(of: branch) }
            return all.count <= Self.most ? all : [Beginning(run: [], isWhole: false)]
        case .repetition(let body, let least, let most):
            if least == 0 {
                let none = Beginning(run: [], isWhole: true)
                return most == 1 ? Self.beginnings(of: body) + [none] : [Beginning(run: [], isWhole: false)]
            }
            let copies = Array(repeating: body, count: min(least, Self.longest))
            var all = Self.beginnings(of: copies[...])
            if most != least || least > Self.longest { for index in all.indices { all[index].isWhole = false } }
            return all
        }
    }

    private static func beginnings(of parts: ArraySlice<Expression>) -> [Beginning] {
        var all = [Beginning(run: [], isWhole: true)]
        for part in parts {
            guard all.contains(where: { $0.isWhole && $0.run.count < Self.longest }) else { break }
            let next = Self.beginnings(of: part)
            var longer: [Beginning] = []
            for beginning in all {
                guard beginning.isWhole, beginning.run.count < Self.longest else {
                    longer.append(beginning)
                    continue
                }
                for addition in next {
                    let run = Array((beginning.run + addition.run).prefix(Self.longest))
                    let isCut = run.count < beginning.run.count + addition.run.count
                    longer.append(Beginning(run: run, isWhole: addition.isWhole && !isCut))
                }
                guard longer.count <= Self.most else { break }
            }
            guard longer.count <= Self.most else {
                for index in all.indices { all[index].isWhole = false }
                return all
            }
            all = longer
        }
        return all
    }

    // MARK: Frequencies

    /// About how often a byte of ordinary text is in a set.
    private static func frequency(of set: ByteSet) -> Double {
        var sum = 0.0
        set.forEach { sum += Self.frequencies[$0] }
        return min(sum, 1)
    }

    private static let frequencies: [Double] = (0..<256).map { byte in
        switch byte {
        case 0x20: 0.15
        case 0x0A, 0x2C, 0x2E, 0x2D, 0x22, 0x27: 0.01
        case 0x30...0x39: 0.012
        case 0x41...0x5A: 0.004
        case 0x61, 0x65, 0x69, 0x6E, 0x6F, 0x72, 0x73, 0x74: 0.06
        case 0x61...0x7A: 0.018
        case 0x80...0xFF: 0.006
        case 0x21...0x7E: 0.004
        default: 0.0005
        }
    }
}
