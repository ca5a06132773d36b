package import Cedar

/// Something in the files of a bundle that is not as it must be, and where.
package struct PolicyProblem: Hashable, Sendable, Comparable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The bundle cannot be activated.
        case error
        /// It can, but hardly says what was meant.
        case warning
    }

    package let severity: Severity
    /// The file's name; empty where it is about all of them.
    package let file: String
    /// `.none` where it is about the whole file.
    package let location: SourceLocation
    /// One sentence without a period; user input in backticks.
    package let message: String
    /// What to do about it.
    package let hint: String?

    package init(
        _ message: String, file: String, at location: SourceLocation = .none, hint: String? = nil,
        severity: Severity = .error
    ) {
        self.severity = severity
        self.file = file
        self.location = location
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: sentence`, and the hint in a line of its own.
    package var description: String {
        var place = self.file
        if self.location != .none { place += ":\(self.location.line):\(self.location.column)" }
        let prefix = place.isEmpty ? "" : "\(place): "
        let kind = self.severity == .warning ? "warning: " : ""
        return prefix + kind + self.message + (self.hint.map { "\nhint: \($0)" } ?? "")
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.location, left.message) < (right.file, right.location, right.message)
    }
}

/// Why files do not make a bundle.
package struct PolicyError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case invalid, tooLarge }
        private let value: Value

        /// There are errors among the problems.
        package static let invalid = Code(value: .invalid)
        /// More of something than the limits allow.
        package static let tooLarge = Code(value: .tooLarge)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let problems: [PolicyProblem]

    package init(_ code: Code, _ problems: [PolicyProblem]) {
        self.code = code
        self.problems = problems
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.problems.map(\.description).joined(separator: "\n") }
}

extension SourceLocation {
    /// The place of a byte of a text.
    init(offset: Int, in text: String) {
        var line: UInt32 = 1
        var column: UInt32 = 1
        for byte in text.utf8.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column, offset: UInt32(clamping: offset))
    }
}
