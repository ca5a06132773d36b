/// The deterministic automaton of a program, as much of it as texts have needed: states are made when they are first met.
///
/// Takes a bounded room; where texts need too many states, they are forgotten and begun anew.
struct Automaton {
    /// A way out of a state: where it leads, and what it finds on the way.
    struct Way {
        fileprivate static let matches: UInt32 = 1 << 31
        fileprivate static let dead: UInt32 = 1 << 30

        let value: UInt32
        var isKnown: Bool { self.value != 0 }
        var hasMatches: Bool { self.value & Self.matches != 0 }
        /// Whether nothing can come of it but what begins later.
        var isDead: Bool { self.value & Self.dead != 0 }
        var state: Int { Int(self.value & ~(Self.matches | Self.dead)) - 1 }
    }

    private struct Key: Hashable {
        let side: UInt8
        let places: [UInt32]
    }

    /// For each state its ways over each symbol, first those on which nothing new begins.
    private var ways: [UInt32] = []
    private var found: [Int32] = []
    private var keys: [Key] = []
    private var states: [Key: Int] = [:]
    private var lists: [[UInt32]] = []
    private var listPlaces: [[UInt32]: Int32] = [:]
    /// Where new matches are after their first byte, for each symbol.
    private var beginnings: [[UInt32]?] = []
    private var size = 0

    /// No automaton has more states.
    static let mostStates = 8_192

    init() {}

    var stateCount: Int { self.keys.count }

    /// The way from a state over a symbol, if it is known.
    func way(from state: Int, _ symbol: Int, isSeeded: Bool, _ program: Program) -> Way {
        Way(value: self.ways[(state * 2 + (isSeeded ? 1 : 0)) * program.symbolCount + symbol])
    }

    /// What is matched on a way.
    func matches(from state: Int, _ symbol: Int, isSeeded: Bool, _ program: Program) -> [UInt32] {
        self.lists[Int(self.found[(state * 2 + (isSeeded ? 1 : 0)) * program.symbolCount + symbol])]
    }

    /// The places that a state stands for.
    func places(of state: Int) -> [UInt32] { self.keys[state].places }

    /// What stands before a state.
    func left(of state: Int) -> Program.Side { Program.Side(rawValue: self.keys[state].side) }

    /// Whether there is room for one more state.
    func hasRoom(_ space: Workspace) -> Bool {
        self.keys.count < Self.mostStates && (space.spent < Workspace.mostSpent || self.keys.count < 64)
    }

    /// Forgets all states.
    mutating func clear(_ space: inout Workspace) {
        space.spent -= self.size
        self = Automaton()
    }

    /// The state in which some places are possible.
    mutating func state(_ places: [UInt32], left: Program.Side, _ program: Program, _ space: inout Workspace) -> Int {
        let key = Key(side: left.rawValue, places: places)
        if let known = self.states[key] { return known }
        let state = self.keys.count
        self.keys.append(key)
        self.states[key] = state
        let row = program.symbolCount * 2
        self.ways.append(contentsOf: repeatElement(0, count: row))
        self.found.append(contentsOf: repeatElement(0, count: row))
        let cost = row * 8 + places.count * 8 + 128
        self.size += cost
        space.spent += cost
        return state
    }

    /// Makes the way from a state over a symbol.
    mutating func make(
        from state: Int, _ symbol: Int, isSeeded: Bool, _ program: Program, _ space: inout Workspace
    ) -> Way {
        let left = Program.Side(rawValue: self.keys[state].side)
        let begun = isSeeded ? self.begun(symbol, program, &space) : nil
        space.begin(program)
        for place in self.keys[state].places { space.follow(place, start: 0, program, left: left, symbol: symbol) }
        if let begun {
            for place in begun { space.reach(place, start: 0) }
        } else if isSeeded {
            for start in program.starts { space.follow(start, start: 0, program, left: left, symbol: symbol) }
        }
        let matched = space.matched.sorted()
        let target = self.state(
            space.next.sorted(), left: program.hasAssertions ? program.sides[symbol] : [], program, &space)
        var value = UInt32(truncatingIfNeeded: target + 1)
        let place = (state * 2 + (isSeeded ? 1 : 0)) * program.symbolCount + symbol
        if !matched.isEmpty {
            value |= Way.matches
            self.found[place] = self.list(matched)
        }
        if self.keys[target].places.isEmpty { value |= Way.dead }
        self.ways[place] = value
        return Way(value: value)
    }

    private mutating func list(_ patterns: [UInt32]) -> Int32 {
        if let known = self.listPlaces[patterns] { return known }
        let place = Int32(truncatingIfNeeded: self.lists.count)
        self.lists.append(patterns)
        self.listPlaces[patterns] = place
        return place
    }

    /// Where what begins with a symbol is after it; nil where that hangs on what stands before.
    mutating func begun(_ symbol: Int, _ program: Program, _ space: inout Workspace) -> [UInt32]? {
        guard !program.hasAssertions else { return nil }
        if self.beginnings.isEmpty { self.beginnings = Array(repeating: nil, count: program.symbolCount) }
        if let known = self.beginnings[symbol] { return known }
        space.begin(program)
        for start in program.starts { space.follow(start, start: 0, program, left: [], symbol: symbol) }
        self.beginnings[symbol] = space.next
        return space.next
    }
}
