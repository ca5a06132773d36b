package import Transparency

/// A request for a cosignature (c2sp.org/tlog-witness, `add-checkpoint`): the size that the witness signed last, the proof
/// that the checkpoint continues that, and the checkpoint.
package struct AddCheckpointRequest: Hashable, Sendable {
    /// The longest request that is read, in bytes.
    package static let sizeLimit = 131_072
    /// The most hashes of a proof.
    package static let hashLimit = 63

    package let old: UInt64
    package let hashes: [Hash]
    package let checkpoint: SignedCheckpoint

    package init(old: UInt64, hashes: [Hash], checkpoint: SignedCheckpoint) {
        self.old = old
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// Reads the body of a request.
    package init(parsing body: [UInt8]) throws(TransparencyError) {
        guard body.count <= Self.sizeLimit else {
            throw TransparencyError(
                .tooLarge, "the request has \(body.count) bytes, expected at most \(Self.sizeLimit)")
        }
        var rest = body[...]
        func line() throws(TransparencyError) -> String {
            guard let end = rest.firstIndex(of: 0x0A), let text = String(validating: rest[..<end], as: UTF8.self) else {
                throw TransparencyError(.malformed, "expected another line")
            }
            rest = rest[(end + 1)...]
            return text
        }
        let first = try line()
        guard first.hasPrefix("old "), let old = DecimalNumber.parse(first.dropFirst(4)),
            old <= Checkpoint.sizeLimit
        else { throw TransparencyError(.malformed, "expected `old` and a size") }
        var hashes: [Hash] = []
        while true {
            let text = try line()
            if text.isEmpty { break }
            guard let hash = Hash(base64: text), hashes.count < Self.hashLimit else {
                throw TransparencyError(.malformed, "expected at most \(Self.hashLimit) hashes in base 64")
            }
            hashes.append(hash)
        }
        self.old = old
        self.hashes = hashes
        self.checkpoint = try SignedCheckpoint(parsing: Array(rest))
    }

    /// The body of the request.
    package var encoded: String {
        "old \(self.old)\n\(self.hashes.map { "\($0.base64)\n" }.joined())\n\(self.checkpoint.encoded)"
    }
}
