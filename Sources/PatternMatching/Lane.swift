/// A program on its way over a text: where it is, up to where matches may begin, and the states that it keeps.
///
/// Goes over each byte at most once, whatever the text. Where states would be made faster than they are used, it goes on
/// without making any.
struct Lane {
    /// All before is done.
    private(set) var position = 0
    /// Matches may begin up to here.
    private(set) var seedEnd = -1
    private var isMoving = false
    private var automaton = Automaton()
    private var state = 0
    /// The places and starts, where no states are made.
    private var places: [UInt32] = []
    private var starts: [Int] = []
    private var isPlain = false
    private var left: Program.Side = []
    private var sinceCleared = 0
    private var plainUntil = 0

    /// How far it goes without making states before it tries again.
    private static let plainLength = 4_096

    init() {}

    /// Begins a text.
    mutating func reset() {
        self.position = 0
        self.seedEnd = -1
        self.isMoving = false
        self.sinceCleared = 0
        self.places.removeAll(keepingCapacity: true)
        self.starts.removeAll(keepingCapacity: true)
    }

    /// Lets matches begin from `start` to `end`; goes up to `start` before, if there is something under way.
    ///
    /// Neither `start` nor `end` ever goes back.
    mutating func open(
        _ start: Int, _ end: Int, _ text: Span<UInt8>, _ program: Program, _ space: inout Workspace,
        _ take: (Int, Int, Int) -> Bool
    ) -> Bool {
        if start > self.seedEnd + 1 {
            if self.isMoving, !self.advance(to: start, text, program, &space, take) { return false }
            if !self.isMoving { self.position = max(start, self.position) }
        }
        if !self.isMoving {
            self.isMoving = true
            self.settle(text, program, &space)
        }
        self.seedEnd = max(end, self.seedEnd)
        return true
    }

    /// Begins at the position with nothing under way.
    private mutating func settle(_ text: Span<UInt8>, _ program: Program, _ space: inout Workspace) {
        self.left = program.side(before: self.position, in: text)
        self.places.removeAll(keepingCapacity: true)
        self.starts.removeAll(keepingCapacity: true)
        self.isPlain = program.tellsStarts
        if !self.isPlain { self.state = self.automaton.state([], left: self.left, program, &space) }
    }

    /// Goes on to the end of the text.
    mutating func finish(
        _ text: Span<UInt8>, _ program: Program, _ space: inout Workspace, _ take: (Int, Int, Int) -> Bool
    ) -> Bool {
        guard self.isMoving else { return true }
        guard self.advance(to: text.count, text, program, &space, take) else { return false }
        guard self.isMoving else { return true }
        self.seedEnd = -1
        return self.step(program.end, isSeeded: false, program, &space, take)
    }

    /// Goes on to `limit`, or to where nothing is under way and nothing may begin.
    private mutating func advance(
        to limit: Int, _ text: Span<UInt8>, _ program: Program, _ space: inout Workspace,
        _ take: (Int, Int, Int) -> Bool
    ) -> Bool {
        let last = text.count - 1
        while self.position < limit {
            let isSeeded = self.position <= self.seedEnd
            if !self.isPlain {
                // What is known already needs no more than a look.
                let byte = text[self.position]
                var symbol = Int(program.symbols[Int(byte)])
                if self.position == last, byte == 0x0A { symbol = program.lastLineFeed }
                let way = self.automaton.way(from: self.state, symbol, isSeeded: isSeeded, program)
                if way.isKnown {
                    if way.hasMatches {
                        for pattern in self.automaton.matches(from: self.state, symbol, isSeeded: isSeeded, program) {
                            guard take(Int(pattern), 0, self.position) else { return false }
                        }
                    }
                    self.state = way.state
                    self.position += 1
                    if way.isDead, self.position > self.seedEnd {
                        self.isMoving = false
                        return true
                    }
                    continue
                }
            }
            let byte = text[self.position]
            let isLast = self.position == last && byte == 0x0A
            let symbol = isLast ? program.lastLineFeed : Int(program.symbols[Int(byte)])
            guard self.step(symbol, isSeeded: isSeeded, program, &space, take) else { return false }
            self.position += 1
            let isEmpty = self.isPlain ? self.places.isEmpty : self.automaton.places(of: self.state).isEmpty
            if isEmpty, self.position > self.seedEnd {
                self.isMoving = false
                return true
            }
        }
        return true
    }

    /// One symbol on, by a way that is not known yet or by places alone.
    private mutating func step(
        _ symbol: Int, isSeeded: Bool, _ program: Program, _ space: inout Workspace, _ take: (Int, Int, Int) -> Bool
    ) -> Bool {
        if !self.isPlain, !self.automaton.way(from: self.state, symbol, isSeeded: isSeeded, program).isKnown {
            if self.automaton.hasRoom(space) {
                _ = self.automaton.make(from: self.state, symbol, isSeeded: isSeeded, program, &space)
            } else {
                self.makeRoom(program, &space)
                if !self.isPlain {
                    _ = self.automaton.make(from: self.state, symbol, isSeeded: isSeeded, program, &space)
                }
            }
        }
        guard self.isPlain else {
            let way = self.automaton.way(from: self.state, symbol, isSeeded: isSeeded, program)
            if way.hasMatches {
                for pattern in self.automaton.matches(from: self.state, symbol, isSeeded: isSeeded, program) {
                    guard take(Int(pattern), 0, self.position) else { return false }
                }
            }
            self.state = way.state
            self.left = program.hasAssertions ? program.sides[symbol] : []
            return true
        }
        let begun = isSeeded && !program.tellsStarts ? self.automaton.begun(symbol, program, &space) : nil
        space.begin(program)
        for index in self.places.indices {
            space.follow(self.places[index], start: self.starts[index], program, left: self.left, symbol: symbol)
        }
        if isSeeded {
            if let begun {
                for place in begun { space.reach(place, start: self.position) }
            } else {
                for start in program.starts {
                    space.follow(start, start: self.position, program, left: self.left, symbol: symbol)
                }
            }
        }
        for index in space.matched.indices {
            guard take(Int(space.matched[index]), space.matchedStarts[index], self.position) else { return false }
        }
        space.exchange(&self.places, &self.starts)
        self.left = program.hasAssertions ? program.sides[symbol] : []
        if !program.tellsStarts, self.position >= self.plainUntil {
            self.isPlain = false
            self.sinceCleared = self.position
            self.state = self.automaton.state(self.places.sorted(), left: self.left, program, &space)
        }
        return true
    }

    /// Forgets the states; where they were hardly used, makes no more of them until nothing is under way.
    private mutating func makeRoom(_ program: Program, _ space: inout Workspace) {
        let places = self.automaton.places(of: self.state)
        let left = self.automaton.left(of: self.state)
        let wasOfUse = self.position - self.sinceCleared > 8 * self.automaton.stateCount
        self.automaton.clear(&space)
        self.sinceCleared = self.position
        if wasOfUse {
            self.state = self.automaton.state(places, left: left, program, &space)
        } else {
            self.isPlain = true
            self.plainUntil = self.position + Self.plainLength
            self.left = left
            self.places = places
            self.starts = Array(repeating: 0, count: places.count)
        }
    }
}
