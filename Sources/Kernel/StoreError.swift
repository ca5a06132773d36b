/// Why a store did not do what it was asked: the error of every storage port, whatever database stands behind it.
package struct StoreError: Error, Hashable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case notFound, conflict, unavailable, corrupt, constraint }
        private let value: Value

        /// What was named does not exist.
        package static let notFound = Code(value: .notFound)
        /// Something of the same identity exists already.
        package static let conflict = Code(value: .conflict)
        /// The store cannot be reached, read or written now: trying again later can help.
        package static let unavailable = Code(value: .unavailable)
        /// What is stored is not what we wrote: trying again does not help.
        package static let corrupt = Code(value: .corrupt)
        /// What was handed in breaks a rule of the schema: trying again does not help.
        package static let constraint = Code(value: .constraint)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    /// For whoever asked: names no path, no statement and no stored value, except where the store could not be opened.
    package let message: String
    /// What the driver said, for whoever runs Gatehouse.
    private let underlying: (any Error)?

    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}

extension StoreError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { self.message }

    package var debugDescription: String {
        let cause = self.underlying.map { ": \(String(reflecting: $0))" } ?? ""
        return "StoreError(\(self.code)): \(self.message)\(cause)"
    }
}
