import Crypto

/// The SHA-256 of a whole written key: what is stored and compared instead of the key.
///
/// A fast hash without salt is enough here. Slow, salted hashes protect secrets that people choose, which can be
/// guessed; our keys are 256 random bits, and whoever can try all of those can also invert the hash.
package struct KeyDigest: Hashable, Sendable {
    package static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Hashes a key as it was shown. Cost: about 0.3 µs.
    package init(of key: Span<UInt8>) {
        var hasher = SHA256()
        // SAFE: the pointer does not outlive the closure.
        unsafe key.withUnsafeBytes { bytes in unsafe hasher.update(bufferPointer: bytes) }
        let digest = hasher.finalize()
        // SAFE: a SHA-256 digest is 32 bytes, and every bit pattern is a UInt64.
        self.words = unsafe digest.withUnsafeBytes { bytes in
            unsafe (
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            )
        }
    }

    /// Reads back what `bytes` gave; nil where that is not 32 bytes.
    package init?(bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ index: Int) -> UInt64 {
            var word: UInt64 = 0
            for position in 0..<8 { word |= UInt64(bytes[index * 8 + position]) << UInt64(position * 8) }
            return word
        }
        self.words = (word(0), word(1), word(2), word(3))
    }

    /// The 32 bytes, as a store keeps them.
    package var bytes: [UInt8] {
        [self.words.0, self.words.1, self.words.2, self.words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
        hasher.combine(self.words.1)
        hasher.combine(self.words.2)
        hasher.combine(self.words.3)
    }
}
