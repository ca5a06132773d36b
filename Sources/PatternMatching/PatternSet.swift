// PatternMatching finds many regular expressions at once in bytes, in time linear in the text, without a library.

/// Expressions made ready to find: an automaton for each, and one for all that says where an expression may match at all.
///
/// Reports what the pattern library reports: each place where an expression can have ended a match, once, and if it is
/// asked for the leftmost start of the matches that end there. Of one expression in the order of the ends.
package final class PatternSet: Sendable {
    /// How many expressions there are.
    package let count: Int
    /// One automaton for each expression that must hold something rare, and one for all others.
    let programs: [Program]
    /// From the start of a match of a program to the end of what was found of it first are at most so many bytes.
    let reaches: [Int]
    /// Finds what is rare, and tells the program's place.
    let sieve: Program?
    /// The programs that look at each byte: the first so many.
    let alwaysOn: Int

    /// Makes expressions ready.
    ///
    /// - Throws: ``ExpressionError`` naming the first expression that is none, is not supported, matches nothing at all, or
    ///   is too large.
    package init(_ expressions: [String], tellsStarts: Bool = false) throws(ExpressionError) {
        self.count = expressions.count
        var whole: [(number: Int, expression: Expression)] = []
        var anchored: [Program] = []
        var reaches: [Int] = []
        var rare: [(number: Int, run: [ByteSet])] = []
        for (index, text) in expressions.enumerated() {
            do throws(SyntaxError) {
                let expression = try ExpressionParser.expression(text)
                guard expression.leastLength > 0 else {
                    throw SyntaxError(message: "the expression matches nothing at all")
                }
                // Made even where it becomes part of a larger one: this says whether it is too large.
                let program = try Program([(index, expression)], tellsStarts: tellsStarts)
                guard let anchor = Anchor.best(of: expression) else {
                    whole.append((index, expression))
                    continue
                }
                for run in anchor.runs { rare.append((anchored.count, run)) }
                anchored.append(program)
                reaches.append(anchor.reach)
            } catch {
                throw ExpressionError(index: index, message: error.message)
            }
        }
        do throws(SyntaxError) {
            let always = try Self.together(whole[...], tellsStarts: tellsStarts)
            self.alwaysOn = always.count
            self.programs = always + anchored
            self.reaches = always.map { _ in 0 } + reaches
            let shift = always.count
            self.sieve =
                rare.isEmpty
                ? nil
                : try Program(
                    rare.map { ($0.number + shift, .sequence($0.run.map(Expression.bytes))) }, tellsStarts: false,
                    most: Self.mostInSieve)
        } catch {
            throw ExpressionError(index: 0, message: error.message)
        }
    }

    private static let mostInSieve = 1 << 22

    /// As few programs as hold all of some expressions.
    private static func together(
        _ patterns: ArraySlice<(number: Int, expression: Expression)>, tellsStarts: Bool
    ) throws(SyntaxError) -> [Program] {
        if patterns.isEmpty { return [] }
        do throws(SyntaxError) {
            return [try Program(Array(patterns), tellsStarts: tellsStarts)]
        } catch {
            guard patterns.count > 1 else { throw error }
            let middle = patterns.startIndex + patterns.count / 2
            return try Self.together(patterns[..<middle], tellsStarts: tellsStarts)
                + Self.together(patterns[middle...], tellsStarts: tellsStarts)
        }
    }

    /// Finds all matches in a text: `take` is told the expression, the start (0 where starts are not told) and the end, and
    /// says whether to go on.
    ///
    /// Linear in the text. Allocates nothing once the scratch has seen such texts.
    ///
    /// - Returns: Whether the whole text was looked at.
    package func scan(_ text: Span<UInt8>, with scratch: PatternScratch, _ take: (Int, Int, Int) -> Bool) -> Bool {
        guard !text.isEmpty, self.count > 0 else { return true }
        scratch.prepare(for: self)
        for place in 0..<self.alwaysOn {
            guard scratch.open(place, 0, text.count, text, self, take), scratch.finish(place, text, self, take) else {
                return false
            }
        }
        guard let sieve = self.sieve else { return true }
        let isWhole = scratch.sift(text, sieve) { place, end in
            scratch.open(place, end - self.reaches[place], end, text, self, take)
        }
        return isWhole && scratch.finishAll(text, self, take)
    }
}
