/// A proof that can be checked without asking anybody: a leaf's way to the root, and the checkpoint with that root
/// (c2sp.org/tlog-proof, files named `….tlog-proof`).
package struct LogProof: Hashable, Sendable {
    /// The longest proof that we read, in bytes.
    package static let sizeLimit = 131_072
    private static let title = "c2sp.org/tlog-proof@v1"

    /// The leaf's place in the log.
    package let index: UInt64
    package let hashes: [Hash]
    package let checkpoint: SignedCheckpoint
    /// What somebody put beside it. Nothing authenticates it.
    package let unauthenticatedExtra: [UInt8]?

    package init(
        index: UInt64, hashes: [Hash], checkpoint: SignedCheckpoint, unauthenticatedExtra: [UInt8]? = nil
    ) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.unauthenticatedExtra = unauthenticatedExtra
    }

    /// Reads the written form.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= Self.sizeLimit else {
            throw TransparencyError(.tooLarge, "the proof has \(bytes.count) bytes, expected at most \(Self.sizeLimit)")
        }
        var rest = bytes[...]
        func line() throws(TransparencyError) -> String {
            guard let end = rest.firstIndex(of: 0x0A), let text = String(validating: rest[..<end], as: UTF8.self) else {
                throw TransparencyError(.malformed, "expected another line")
            }
            rest = rest[(end + 1)...]
            return text
        }
        guard try line() == Self.title else { throw TransparencyError(.malformed, "expected `\(Self.title)`") }
        var text = try line()
        var extra: [UInt8]?
        if text.hasPrefix("extra ") {
            guard let bytes = Base64.decode(text.dropFirst(6)) else {
                throw TransparencyError(.malformed, "expected `extra` in base 64")
            }
            extra = bytes
            text = try line()
        }
        guard text.hasPrefix("index "), let index = DecimalNumber.parse(text.dropFirst(6)) else {
            throw TransparencyError(.malformed, "expected `index` and a number")
        }
        var hashes: [Hash] = []
        while true {
            text = try line()
            if text.isEmpty { break }
            guard let hash = Hash(base64: text) else {
                throw TransparencyError(.malformed, "expected a hash of 32 bytes in base 64")
            }
            guard hashes.count < InclusionProof.limit else {
                throw TransparencyError(.tooLarge, "expected at most \(InclusionProof.limit) hashes")
            }
            hashes.append(hash)
        }
        self.index = index
        self.hashes = hashes
        self.checkpoint = try SignedCheckpoint(parsing: Array(rest))
        self.unauthenticatedExtra = extra
    }

    /// As it is written.
    package var encoded: String {
        let extra = self.unauthenticatedExtra.map { "extra \(Base64.encode($0))\n" } ?? ""
        let hashes = self.hashes.map { "\($0.base64)\n" }.joined()
        return "\(Self.title)\n\(extra)index \(self.index)\n\(hashes)\n\(self.checkpoint.encoded)"
    }

    /// Checks everything: the leaf's way to the root, and that policy trusts the checkpoint.
    @discardableResult
    package func verify(leaf: Hash, policy: TrustPolicy) throws(TransparencyError) -> TrustPolicy.Verdict {
        let tree = self.checkpoint.checkpoint
        try InclusionProof(index: self.index, size: tree.size, hashes: self.hashes).verify(leaf: leaf, root: tree.root)
        return try policy.require(self.checkpoint)
    }
}
