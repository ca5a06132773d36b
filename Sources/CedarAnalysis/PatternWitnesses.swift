import Cedar

/// Finds texts that together show everything that several patterns of `like` can say of one text.
///
/// All patterns are run side by side as one automaton, breadth first, so that the texts found are the shortest. Two
/// characters that no pattern names are alike to all of them; one stands for the rest.
struct PatternWitnesses {
    /// Of patterns, each for each text begun.
    private static let mostSteps = 60_000

    private let patterns: [LikePattern]
    private let alphabet: [Unicode.Scalar]

    init(_ patterns: [LikePattern]) {
        self.patterns = patterns
        var scalars: Set<Unicode.Scalar> = []
        for pattern in patterns {
            for case .scalar(let scalar) in pattern.elements { scalars.insert(scalar) }
        }
        let others = "xyzqvw0123456789".unicodeScalars
        let other = others.first { !scalars.contains($0) } ?? "\u{1F4A0}"
        self.alphabet = [other] + scalars.sorted { $0.value < $1.value }
    }

    /// `count` texts (where there are so many) for each combination of patterns that a text can match.
    /// - Returns: nil where the patterns are too many or too intricate to be sure.
    func texts(_ count: Int) -> [Text]? {
        struct State { let positions: [[Int]]; let text: [Unicode.Scalar] }
        var visits: [[[Int]]: Int] = [:]
        var found: [[Bool]: Int] = [:]
        var texts: [Text] = []
        var queue = [State(positions: self.patterns.map { Self.closed([0], $0) }, text: [])]
        var next = 0
        while next < queue.count {
            let state = queue[next]
            next += 1
            let accepted = zip(self.patterns, state.positions).map { $1.last == $0.elements.count }
            if found[accepted, default: 0] < count {
                found[accepted, default: 0] += 1
                texts.append(Text(String(String.UnicodeScalarView(state.text))))
            }
            for scalar in self.alphabet {
                let positions = zip(self.patterns, state.positions).map { Self.step($1, scalar, $0) }
                guard visits[positions, default: 0] < count else { continue }
                visits[positions, default: 0] += 1
                queue.append(State(positions: positions, text: state.text + [scalar]))
            }
            guard queue.count * max(1, self.patterns.count) <= Self.mostSteps else { return nil }
        }
        return texts
    }

    /// Where a pattern may stand after one more character; sorted.
    private static func step(_ positions: [Int], _ scalar: Unicode.Scalar, _ pattern: LikePattern) -> [Int] {
        var following: Set<Int> = []
        for position in positions where position < pattern.elements.count {
            switch pattern.elements[position] {
            case .wildcard: following.insert(position)
            case .scalar(scalar): following.insert(position + 1)
            case .scalar: break
            }
        }
        return self.closed(following, pattern)
    }

    /// A wildcard may also stand for nothing.
    private static func closed(_ positions: Set<Int>, _ pattern: LikePattern) -> [Int] {
        var all = positions
        for var position in positions {
            while position < pattern.elements.count, case .wildcard = pattern.elements[position] {
                position += 1
                all.insert(position)
            }
        }
        return all.sorted()
    }
}
