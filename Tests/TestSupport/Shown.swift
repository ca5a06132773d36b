package import Testing

/// A row of a table that is named by its own sentence.
package protocol Shown: CustomTestStringConvertible, Sendable {
    var name: String { get }
}

extension Shown {
    package var testDescription: String { self.name }
}

/// Bytes as a person reads them in a failure.
package func shown(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
