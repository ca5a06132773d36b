/// Expressions as a nondeterministic automaton, and the few kinds of bytes that it tells apart.
///
/// Immutable once made, shared by all threads.
final class Program: Sendable {
    enum Instruction: Sendable {
        /// A byte of the set, then `next`.
        case bytes(set: UInt32, next: UInt32)
        /// Either.
        case split(UInt32, UInt32)
        case jump(UInt32)
        case assert(Expression.Assertion, next: UInt32)
        /// The pattern is matched.
        case match(UInt32)
    }

    /// What stands on one side of a place, as assertions ask for it.
    struct Side: OptionSet, Sendable {
        let rawValue: UInt8

        static let word = Side(rawValue: 1)
        static let lineFeed = Side(rawValue: 2)
        /// Nothing: the text begins or ends here.
        static let edge = Side(rawValue: 4)
        /// A line feed that ends the text.
        static let lastLineFeed = Side(rawValue: 8)
    }

    let code: [Instruction]
    let starts: [UInt32]
    /// Whether a match may hang on what stands beside it.
    let hasAssertions: Bool
    /// Whether the starts of matches are to be told, so that states cannot be merged.
    let tellsStarts: Bool
    /// The symbol of each byte.
    let symbols: [UInt8]
    /// Bytes that no set tells apart are one symbol; behind them come a line feed that ends the text, and the text's end.
    let symbolCount: Int
    let lastLineFeed: Int
    let end: Int
    /// What each symbol is to an assertion on its left.
    let sides: [Side]
    /// Whether a set holds a symbol: `set * symbolCount + symbol`.
    private let membership: [Bool]

    static let mostInstructions = 1 << 16

    /// The automaton of some patterns, each with the number that its matches are told with.
    init(
        _ patterns: [(number: Int, expression: Expression)], tellsStarts: Bool, most: Int = Program.mostInstructions
    ) throws(SyntaxError) {
        var compiler = Compiler(most: most)
        for pattern in patterns { try compiler.add(pattern.expression, number: pattern.number) }
        self.code = compiler.threaded()
        self.starts = compiler.starts
        self.hasAssertions = compiler.hasAssertions
        self.tellsStarts = tellsStarts
        var telling = compiler.sets
        if compiler.hasAssertions { telling += [.words, .newline] }
        // Each set splits every kind of bytes into those that it holds and the others.
        var kinds = [Int](repeating: 0, count: 256)
        var count = 1
        for set in telling {
            var held = [Int](repeating: -1, count: count)
            set.forEach { byte in
                if held[kinds[byte]] < 0 {
                    held[kinds[byte]] = count
                    count += 1
                }
                kinds[byte] = held[kinds[byte]]
            }
        }
        var symbols = [UInt8](repeating: 0, count: 256)
        var examples: [UInt8] = []
        var known = [UInt8?](repeating: nil, count: count)
        for byte in UInt8.min...UInt8.max {
            let kind = kinds[Int(byte)]
            let symbol = known[kind] ?? UInt8(truncatingIfNeeded: examples.count)
            if known[kind] == nil {
                known[kind] = symbol
                examples.append(byte)
            }
            symbols[Int(byte)] = symbol
        }
        self.symbols = symbols
        self.lastLineFeed = examples.count
        self.end = examples.count + 1
        self.symbolCount = examples.count + 2
        let bytes = examples + [0x0A]
        self.sides =
            examples.map { byte in
                var side: Side = ByteSet.words.contains(byte) ? .word : []
                if byte == 0x0A { side.insert(.lineFeed) }
                return side
            } + [[.lineFeed, .lastLineFeed], .edge]
        self.membership = compiler.sets.flatMap { set in bytes.map { set.contains($0) } + [false] }
    }

    func holds(_ set: UInt32, _ symbol: Int) -> Bool { self.membership[Int(set) * self.symbolCount + symbol] }

    /// What stands before a place of a text.
    func side(before offset: Int, in text: Span<UInt8>) -> Side {
        guard self.hasAssertions else { return [] }
        return offset == 0 ? .edge : self.sides[Int(self.symbols[Int(text[offset - 1])])]
    }

    static func isTrue(_ assertion: Expression.Assertion, between left: Side, and right: Side) -> Bool {
        switch assertion {
        case .textStart: left.contains(.edge)
        case .lineStart: left.contains(.edge) || left.contains(.lineFeed) && !right.contains(.edge)
        case .textEnd: right.contains(.edge)
        case .lastLineEnd: right.contains(.edge) || right.contains(.lastLineFeed)
        case .lineEnd: right.contains(.edge) || right.contains(.lineFeed)
        case .wordBoundary: left.contains(.word) != right.contains(.word)
        case .noWordBoundary: left.contains(.word) == right.contains(.word)
        }
    }
}

/// Writes the instructions of expressions.
private struct Compiler {
    private var code: [Program.Instruction] = []
    private(set) var starts: [UInt32] = []
    private(set) var sets: [ByteSet] = []
    private(set) var hasAssertions = false
    private var places: [ByteSet: UInt32] = [:]

    private let most: Int

    init(most: Int) { self.most = most }

    private var next: UInt32 { UInt32(truncatingIfNeeded: self.code.count) }

    mutating func add(_ expression: Expression, number: Int) throws(SyntaxError) {
        self.starts.append(self.next)
        try self.write(expression)
        try self.append(.match(UInt32(truncatingIfNeeded: number)))
    }

    /// The instructions, jumps to jumps made short.
    func threaded() -> [Program.Instruction] {
        func target(_ place: UInt32) -> UInt32 {
            var place = place
            var steps = 0
            while case .jump(let next) = self.code[Int(place)], steps < 64 {
                place = next
                steps += 1
            }
            return place
        }
        return self.code.map { instruction in
            switch instruction {
            case .bytes(let set, let next): .bytes(set: set, next: target(next))
            case .split(let first, let second): .split(target(first), target(second))
            case .jump(let next): .jump(target(next))
            case .assert(let assertion, let next): .assert(assertion, next: target(next))
            case .match: instruction
            }
        }
    }

    private mutating func append(_ instruction: Program.Instruction) throws(SyntaxError) {
        guard self.code.count < self.most else {
            throw SyntaxError(message: "the expression is too large with its repetitions written out")
        }
        self.code.append(instruction)
    }

    private mutating func write(_ expression: Expression) throws(SyntaxError) {
        switch expression {
        case .empty: break
        case .bytes(let set):
            let known = self.places[set]
            let place = known ?? UInt32(truncatingIfNeeded: self.sets.count)
            if known == nil {
                self.places[set] = place
                self.sets.append(set)
            }
            try self.append(.bytes(set: place, next: self.next + 1))
        case .assertion(let assertion):
            self.hasAssertions = true
            try self.append(.assert(assertion, next: self.next + 1))
        case .sequence(let parts):
            for part in parts { try self.write(part) }
        case .choice(let branches): try self.write(branches[...])
        case .repetition(let body, let least, let most): try self.write(body, least: least, most: most)
        }
    }

    private mutating func write(_ branches: ArraySlice<Expression>) throws(SyntaxError) {
        var ends: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index < branches.count - 1 else {
                try self.write(branch)
                break
            }
            let split = self.code.count
            try self.append(.split(self.next + 1, 0))
            try self.write(branch)
            ends.append(self.code.count)
            try self.append(.jump(0))
            self.code[split] = .split(UInt32(truncatingIfNeeded: split + 1), self.next)
        }
        for end in ends { self.code[end] = .jump(self.next) }
    }

    private mutating func write(_ body: Expression, least: Int, most: Int?) throws(SyntaxError) {
        for _ in 0..<(most == nil ? max(0, least - 1) : least) { try self.write(body) }
        guard let most else {
            let start = self.code.count
            if least == 0 { try self.append(.split(self.next + 1, 0)) }
            let loop = self.next
            try self.write(body)
            try self.append(.split(loop, self.next + 1))
            if least == 0 { self.code[start] = .split(UInt32(truncatingIfNeeded: start + 1), self.next) }
            return
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(self.code.count)
            try self.append(.split(self.next + 1, 0))
            try self.write(body)
        }
        for split in splits { self.code[split] = .split(UInt32(truncatingIfNeeded: split + 1), self.next) }
    }
}
