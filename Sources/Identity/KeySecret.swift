import Kernel

/// A virtual key as its owner holds it: `gatehouse_` and 52 characters that spell 256 random bits.
///
/// The prefix lets secret scanners, ours included, recognise a leaked key. It prints `<secret>` wherever it is
/// described, logged or dumped; `reveal()` is for the one time that it is shown.
package struct KeySecret: Sendable {
    /// What every key begins with.
    package static let prefix = "gatehouse_"

    private let written: Secret<String>

    /// Makes a new key. The generator must be one that nobody can predict.
    package init(using random: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for _ in 0..<4 {
            let word = random.next()
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        self.written = Secret(Self.prefix + CrockfordBase32.encode(bytes))
    }

    /// The key in clear.
    package func reveal() -> String { self.written.reveal() }

    /// What is kept instead of the key.
    package var digest: KeyDigest { KeyDigest(of: self.written.reveal().utf8Span.span) }
}

extension KeySecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { self.written.description }
    package var debugDescription: String { self.written.debugDescription }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
