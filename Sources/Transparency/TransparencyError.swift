/// Why a proof, a note or a tile was not taken.
package struct TransparencyError: Error, Hashable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case malformed, tooLarge, outOfRange, mismatch, untrusted, unavailable, unmet }
        private let value: Value

        /// The bytes are not in the format that was expected.
        package static let malformed = Code(value: .malformed)
        /// More of it than we read.
        package static let tooLarge = Code(value: .tooLarge)
        /// An index, a size or a range that cannot be.
        package static let outOfRange = Code(value: .outOfRange)
        /// Well formed, and wrong: the proof leads to another root, the bytes to another hash.
        package static let mismatch = Code(value: .mismatch)
        /// No known key signed it, or the signature of a known key is wrong.
        package static let untrusted = Code(value: .untrusted)
        /// A tile that is needed is not there.
        package static let unavailable = Code(value: .unavailable)
        /// Too few witnesses signed it.
        package static let unmet = Code(value: .unmet)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}

extension TransparencyError: CustomStringConvertible {
    package var description: String { self.message }
}
