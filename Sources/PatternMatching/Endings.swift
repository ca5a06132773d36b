/// What the last bytes of a match may be, for many expressions at once: tells of most places of ordinary text, at the cost
/// of a look or two, that nothing has ended there.
///
/// For each byte back from an end and each value that it may have, a set of bits says which expressions allow it, several
/// sharing a bit where there are many. An end that no expression allows in all places is none. It may say that something
/// may end where nothing does, never the other way round: what stands beside a match is not asked, and what lies before
/// the text is taken for whatever fits.
package struct Endings: Sendable {
    /// How many bytes of an end are looked at.
    static let depth = 12

    /// The bits of each byte, the last first: `back * 256 + byte`.
    private let allowed: [UInt64]

    /// The endings of expressions.
    ///
    /// - Throws: ``ExpressionError`` naming the first that is none or is not supported.
    package init(_ expressions: [String]) throws(ExpressionError) {
        var allowed = [UInt64](repeating: 0, count: Self.depth * 256)
        for (index, text) in expressions.enumerated() {
            // Neighbours share a bit: they are alike.
            let bit = UInt64(1) << UInt64(index * 64 / expressions.count)
            var trail = Trail()
            do throws(SyntaxError) {
                trail.followWhole(try ExpressionParser.expression(text))
            } catch {
                throw ExpressionError(index: index, message: error.message)
            }
            for (back, set) in trail.sets.enumerated() { set.forEach { allowed[back * 256 + $0] |= bit } }
        }
        self.allowed = allowed
    }

    /// Whether something may have ended at an offset from `start` to the end of a text.
    package func mayEnd(in text: Span<UInt8>, from start: Int) -> Bool {
        let allowed = self.allowed.span
        var end = max(start, 1)
        while end <= text.count {
            var bits = allowed[Int(text[end - 1])]
            var back = 1
            while bits != 0 {
                guard back < Self.depth, end > back else { return true }
                bits &= allowed[back << 8 | Int(text[end - 1 - back])]
                back += 1
            }
            end += 1
        }
        return false
    }

    /// Goes over an expression from its end to its beginning.
    private struct Trail {
        /// What each byte may be, the last first.
        private(set) var sets = [ByteSet](repeating: ByteSet(), count: Endings.depth)

        mutating func followWhole(_ expression: Expression) {
            // A shorter match may stand behind anything.
            let begun = self.follow(expression, from: 1)
            for back in begun.trailingZeroBitCount..<max(begun.trailingZeroBitCount, Endings.depth) {
                self.sets[back] = .all
            }
        }

        /// Where an expression may begin that ends at one of some places: a bit for each number of bytes behind it.
        private mutating func follow(_ expression: Expression, from places: UInt32) -> UInt32 {
            guard places != 0 else { return 0 }
            switch expression {
            case .empty, .assertion: return places
            case .bytes(let set):
                for back in 0..<Endings.depth where places & 1 << UInt32(back) != 0 { self.sets[back].formUnion(set) }
                return places << 1 & (1 << UInt32(Endings.depth) - 1)
            case .sequence(let parts):
                var places = places
                for part in parts.reversed() { places = self.follow(part, from: places) }
                return places
            case .choice(let branches):
                var begun: UInt32 = 0
                for branch in branches { begun |= self.follow(branch, from: places) }
                return begun
            case .repetition(let body, let least, let most):
                var places = places
                for _ in 0..<least where places != 0 { places = self.follow(body, from: places) }
                var begun = places
                var rounds = (most ?? .max) - least
                while rounds > 0 {
                    places = self.follow(body, from: places)
                    guard places & ~begun != 0 else { break }
                    begun |= places
                    rounds -= 1
                }
                return begun
            }
        }
    }
}
