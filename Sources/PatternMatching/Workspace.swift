/// One step of a nondeterministic automaton: which places it can be at after a byte, and what it has matched before it.
///
/// The places come in the order of the starts of their matches, so the first way to reach a place is the one whose match
/// begins leftmost.
struct Workspace {
    private(set) var next: [UInt32] = []
    private(set) var nextStarts: [Int] = []
    private(set) var matched: [UInt32] = []
    private(set) var matchedStarts: [Int] = []
    /// Bytes that the tables of all automata take.
    var spent = 0

    private var stack: [UInt32] = []
    private var seen: [UInt32] = []
    private var reached: [UInt32] = []
    private var turn: UInt32 = 0

    /// All tables together may take no more; what is over does without.
    static let mostSpent = 48 << 20

    /// Begins a step of a program.
    mutating func begin(_ program: Program) {
        if self.seen.count < program.code.count {
            self.seen = [UInt32](repeating: 0, count: program.code.count)
            self.reached = self.seen
            self.turn = 0
        }
        if self.turn == .max {
            for index in self.seen.indices {
                self.seen[index] = 0
                self.reached[index] = 0
            }
            self.turn = 0
        }
        self.turn += 1
        self.next.removeAll(keepingCapacity: true)
        self.nextStarts.removeAll(keepingCapacity: true)
        self.matched.removeAll(keepingCapacity: true)
        self.matchedStarts.removeAll(keepingCapacity: true)
    }

    /// Follows one place over a symbol.
    mutating func follow(_ place: UInt32, start: Int, _ program: Program, left: Program.Side, symbol: Int) {
        self.stack.append(place)
        while let place = self.stack.popLast() {
            let index = Int(place)
            guard self.seen[index] != self.turn else { continue }
            self.seen[index] = self.turn
            switch program.code[index] {
            case .bytes(let set, let next):
                if program.holds(set, symbol) { self.reach(next, start: start) }
            case .split(let first, let second):
                self.stack.append(second)
                self.stack.append(first)
            case .jump(let next): self.stack.append(next)
            case .assert(let assertion, let next):
                if Program.isTrue(assertion, between: left, and: program.sides[symbol]) { self.stack.append(next) }
            case .match(let pattern):
                self.matched.append(pattern)
                self.matchedStarts.append(start)
            }
        }
    }

    /// Notes a place that is reached without following anything.
    mutating func reach(_ place: UInt32, start: Int) {
        guard self.reached[Int(place)] != self.turn else { return }
        self.reached[Int(place)] = self.turn
        self.next.append(place)
        self.nextStarts.append(start)
    }

    /// Trades the places that were reached for other room.
    mutating func exchange(_ places: inout [UInt32], _ starts: inout [Int]) {
        swap(&self.next, &places)
        swap(&self.nextStarts, &starts)
    }
}
