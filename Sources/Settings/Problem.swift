/// One thing that is wrong with a configuration, or risky about it, said so that it can be found and mended.
///
/// Printed as `gatehouse.yaml:12:5: models.demo.provider: expected …`, with the hint on a line of its own. Neither
/// message nor hint ever holds a credential or a value that came out of a variable or a file.
package struct Problem: Hashable, Sendable {
    package enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can be used; whoever wrote it should know this.
        case warning
    }

    /// What sort of problem it is; its name is stable, for programs that read the report of `gatehouse check`.
    package struct Code: Hashable, Sendable {
        private enum Value: String {
            case syntax, unknownKey = "unknown_key", duplicate, missing, invalid, credential, reference, conflict, risk
        }
        private let value: Value

        /// The file is not YAML that we read: too large, not UTF-8, malformed, with anchors.
        package static let syntax = Code(value: .syntax)
        /// A key, or a `GATEHOUSE_…` variable, that does not exist.
        package static let unknownKey = Code(value: .unknownKey)
        package static let duplicate = Code(value: .duplicate)
        package static let missing = Code(value: .missing)
        /// A value of the wrong type, outside its bounds or not among those allowed.
        package static let invalid = Code(value: .invalid)
        /// A credential in clear where none belongs.
        package static let credential = Code(value: .credential)
        /// A `${env:…}` or `${file:…}` that names nothing usable.
        package static let reference = Code(value: .reference)
        /// Two values that do not go together.
        package static let conflict = Code(value: .conflict)
        /// Allowed, but probably not meant.
        package static let risk = Code(value: .risk)

        package var name: String { self.value.rawValue }
    }

    package let severity: Severity
    package let code: Code
    package let location: Location
    /// Lower-case start, no final period.
    package let message: String
    package let hint: String?

    package init(
        _ code: Code, at location: Location, _ message: String, hint: String? = nil, severity: Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.location = location
        self.message = message
        self.hint = hint
    }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        let place = self.location.place + (self.severity == .warning ? ": warning" : "")
        let text = [place, self.location.key, self.message].filter { !$0.isEmpty }.joined(separator: ": ")
        return self.hint.map { "\(text)\nhint: \($0)" } ?? text
    }
}

/// Where a value was written.
package struct Location: Hashable, Sendable {
    /// The name that the file was read under, or `environment`.
    package let file: String
    /// Counted from 1; nil where the problem has no line, as in the environment.
    package let line: Int?
    /// Counted from 1 in Unicode scalars.
    package let column: Int?
    /// The path of the key, such as `limits.body` or `models.demo.fallbacks[0]`, or the name of a variable; empty for the whole.
    package let key: String

    package init(file: String, line: Int? = nil, column: Int? = nil, key: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
    }

    /// File, line and column, as editors and compilers write them.
    package var place: String {
        ([self.file] + [self.line, self.column].compactMap { $0.map { String($0) } }).joined(separator: ":")
    }
}
