// Transparency: a log that nobody can change unseen: Merkle trees, their proofs, and the signed notes that bind them.

internal import Crypto

/// A SHA-256 hash of a Merkle tree (RFC 6962, section 2.1): a leaf's, a node's or a root's.
///
/// A value of 32 bytes without anything on the heap; hashes of any other length do not exist.
package struct Hash: Hashable, Sendable {
    /// The length of a hash.
    package static let byteCount = 32

    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// The root of the tree without leaves.
    package static let empty = Hash(SHA256().finalize())

    /// Takes 32 bytes as they are; nil where there are more or fewer.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        // SAFE: the count was checked, and the pointer does not outlive the closure.
        self = unsafe bytes.withUnsafeBytes { unsafe Hash(unchecked: $0) }
    }

    /// Takes 32 bytes as they are; nil where there are more or fewer.
    package init?(_ bytes: [UInt8]) { self.init(bytes.span) }

    /// Reads the base 64 form; nil where it is not that of 32 bytes.
    package init?(base64 text: some StringProtocol) {
        guard text.utf8.count == 44, let bytes = Base64.decode(text) else { return nil }
        self.init(bytes.span)
    }

    private init(_ digest: SHA256Digest) {
        // SAFE: a SHA-256 digest has 32 bytes, and the pointer does not outlive the closure.
        self = unsafe digest.withUnsafeBytes { unsafe Hash(unchecked: $0) }
    }

    private init(unchecked bytes: UnsafeRawBufferPointer) {
        // SAFE: every caller has checked that there are 32 bytes.
        unsafe self.first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        unsafe self.second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        unsafe self.third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        unsafe self.fourth = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// The hash of a leaf's bytes: SHA-256 of `0x00` and the bytes.
    package static func leaf(_ bytes: Span<UInt8>) -> Hash {
        var hasher = SHA256()
        // SAFE: the pointers do not outlive the closures.
        unsafe withUnsafeBytes(of: UInt8(0)) { unsafe hasher.update(bufferPointer: $0) }
        unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Hash(hasher.finalize())
    }

    /// The hash of a leaf's bytes: SHA-256 of `0x00` and the bytes.
    package static func leaf(_ bytes: [UInt8]) -> Hash { self.leaf(bytes.span) }

    /// The hash of the node over two others: SHA-256 of `0x01` and both.
    package static func node(_ left: Hash, _ right: Hash) -> Hash {
        // SAFE: 65 bytes are asked for and written; the pointer does not outlive the closure.
        unsafe withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { bytes in
            unsafe bytes.storeBytes(of: 1, toByteOffset: 0, as: UInt8.self)
            unsafe bytes.storeBytes(of: left, toByteOffset: 1, as: Hash.self)
            unsafe bytes.storeBytes(of: right, toByteOffset: 33, as: Hash.self)
            var hasher = SHA256()
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return Hash(hasher.finalize())
        }
    }

    /// SHA-256 of the bytes as they are: of what is no part of a tree.
    package static func plain(_ bytes: Span<UInt8>) -> Hash {
        var hasher = SHA256()
        // SAFE: the pointer does not outlive the closure.
        unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Hash(hasher.finalize())
    }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        // SAFE: a hash is 32 bytes without padding; the pointer does not outlive the closure.
        unsafe withUnsafeBytes(of: self) { unsafe Array($0) }
    }

    /// The bytes in base 64.
    package var base64: String { Base64.encode(self.bytes) }

    /// The bytes in lower-case hexadecimal digits.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: self.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension Hash: CustomStringConvertible {
    package var description: String { self.base64 }
}

extension Hash {
    /// Hashes that stand one after another; nil where the bytes are no multiple of 32.
    package static func sequence(_ bytes: Span<UInt8>) -> [Hash]? {
        guard bytes.count % Self.byteCount == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: Self.byteCount).compactMap { position in
            Hash(bytes.extracting(position..<position + Self.byteCount))
        }
    }

    /// The bytes of hashes, one after another.
    package static func bytes(of hashes: [Hash]) -> [UInt8] {
        // SAFE: a hash is 32 bytes without padding; the pointer does not outlive the closure.
        unsafe hashes.withUnsafeBytes { unsafe Array($0) }
    }
}
