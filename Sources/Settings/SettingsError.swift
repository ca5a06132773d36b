/// Why a configuration, or a secret that it refers to, cannot be used.
package struct SettingsError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private enum Value { case invalid, unresolved }
        private let value: Value

        /// The configuration has errors.
        package static let invalid = Code(value: .invalid)
        /// A secret that the configuration refers to is missing, empty or malformed.
        package static let unresolved = Code(value: .unresolved)
    }

    package let code: Code
    /// At least one, in the order of the file.
    package let problems: [Problem]

    package init(_ code: Code, _ problems: [Problem]) {
        self.code = code
        self.problems = problems
    }

    /// Every problem on a line of its own, hints below theirs.
    package var message: String { self.problems.map(\.description).joined(separator: "\n") }
    package var description: String { self.message }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}
