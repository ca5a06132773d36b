package import Kernel

/// Why an event was not recorded.
package struct RecorderError: Error, Hashable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case full, notRecorded }
        private let value: Value

        /// The queue holds as many events as it may. Nothing was taken.
        package static let full = Code(value: .full)
        /// The store did not take the event; it is not kept and will not be tried again.
        package static let notRecorded = Code(value: .notRecorded)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String
    /// What the store said.
    package let underlying: StoreError?

    package init(_ code: Code, _ message: String, underlying: StoreError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}

extension RecorderError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { self.underlying.map { "\(self.message): \($0)" } ?? self.message }

    package var debugDescription: String {
        let cause = self.underlying.map { ": \(String(reflecting: $0))" } ?? ""
        return "RecorderError(\(self.code)): \(self.message)\(cause)"
    }
}
