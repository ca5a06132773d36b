/// Why an expression cannot be matched here.
package struct ExpressionError: Error, Equatable, CustomStringConvertible {
    /// Which of the expressions.
    package let index: Int
    /// What is the matter with it, and where.
    package let message: String

    package var description: String { self.message }
}

/// The same before it is known which expression it is.
struct SyntaxError: Error {
    let message: String
}
