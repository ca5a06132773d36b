/// What an expression says, over bytes.
indirect enum Expression: Hashable, Sendable {
    case empty
    case bytes(ByteSet)
    case assertion(Assertion)
    case sequence([Expression])
    case choice([Expression])
    /// As many as `least`, and as many as `most`; nil for any number.
    case repetition(Expression, least: Int, most: Int?)

    /// What is asked of a place between bytes.
    enum Assertion: UInt8, Hashable, Sendable {
        /// `^` and `\A`
        case textStart
        /// `^` in several lines
        case lineStart
        /// `\z`
        case textEnd
        /// `$` and `\Z`: also before a line feed that ends the text.
        case lastLineEnd
        /// `$` in several lines
        case lineEnd
        case wordBoundary
        case noWordBoundary
    }

    /// How many bytes a match has at least.
    var leastLength: Int {
        switch self {
        case .empty, .assertion: 0
        case .bytes: 1
        case .sequence(let parts): parts.reduce(0) { min($0 + $1.leastLength, 1 << 30) }
        case .choice(let branches): branches.map(\.leastLength).min() ?? 0
        case .repetition(let body, let least, _): min(body.leastLength * least, 1 << 30)
        }
    }

    /// How many bytes a match has at most; nil for any number.
    var mostLength: Int? {
        switch self {
        case .empty, .assertion: return 0
        case .bytes: return 1
        case .sequence(let parts):
            var sum = 0
            for part in parts {
                guard let length = part.mostLength, sum + length < 1 << 30 else { return nil }
                sum += length
            }
            return sum
        case .choice(let branches):
            var longest = 0
            for branch in branches {
                guard let length = branch.mostLength else { return nil }
                longest = max(longest, length)
            }
            return longest
        case .repetition(let body, _, let most):
            guard let length = body.mostLength else { return nil }
            if length == 0 { return 0 }
            guard let most, length * most < 1 << 30 else { return nil }
            return length * most
        }
    }
}
