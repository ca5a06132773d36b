/// A place in a policy or schema text: line and column from 1 (in characters), offset from 0 (in bytes).
package struct SourceLocation: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let line: UInt32
    package let column: UInt32
    package let offset: UInt32

    package init(line: UInt32, column: UInt32, offset: UInt32) {
        self.line = line
        self.column = column
        self.offset = offset
    }

    /// Of what was not read from a text.
    package static let none = SourceLocation(line: 0, column: 0, offset: 0)

    package static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }

    package var description: String { "line \(self.line), column \(self.column)" }
}
