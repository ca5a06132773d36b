/// The state of a log at one size: whose it is, how many leaves, and the root over them (c2sp.org/tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    /// The largest size that we take: what a database's integers hold.
    package static let sizeLimit = UInt64(Int64.max)

    /// Which log: one line, such as `gateway.example.com/audit`. Compared byte by byte through `isOf(_:)`.
    package let origin: String
    package let size: UInt64
    package let root: Hash
    /// Further lines. We write none; whoever reads must not rely on them.
    package let extensions: [String]

    /// `origin` must be one line that is not empty.
    package init(origin: String, size: UInt64, root: Hash) {
        precondition(!origin.isEmpty && !origin.utf8.contains(0x0A), "an origin is one line")
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = []
    }

    /// Reads the text of a note.
    package init(parsing text: String) throws(TransparencyError) {
        guard text.utf8.last == 0x0A else { throw TransparencyError(.malformed, "expected lines") }
        let lines = text.utf8.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard lines.count >= 3, !lines.contains(where: \.isEmpty) else {
            throw TransparencyError(.malformed, "expected an origin, a size and a root, a line each")
        }
        guard let size = DecimalNumber.parse(lines[1]), size <= Self.sizeLimit else {
            throw TransparencyError(.malformed, "expected the number of leaves without leading zeros")
        }
        guard let root = Hash(base64: lines[2]) else {
            throw TransparencyError(.malformed, "expected a root of 32 bytes in base 64")
        }
        self.origin = lines[0]
        self.size = size
        self.root = root
        self.extensions = Array(lines.dropFirst(3))
    }

    /// The text of the note.
    package var text: String {
        ([self.origin, String(self.size), self.root.base64] + self.extensions).map { $0 + "\n" }.joined()
    }

    /// Whether it is of that log, byte by byte.
    package func isOf(_ origin: some StringProtocol) -> Bool { self.origin.utf8.elementsEqual(origin.utf8) }

    /// The checkpoint as a note, signed as a log does.
    package func signed(by key: SigningKey) throws(TransparencyError) -> SignedCheckpoint {
        try SignedCheckpoint(Note(self.text, signatures: [key.sign(self.text)]))
    }
}

/// A checkpoint and the note that it stands in. Who signed it is still to be checked.
package struct SignedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    package private(set) var note: Note

    package init(_ note: Note) throws(TransparencyError) {
        self.checkpoint = try Checkpoint(parsing: note.text)
        self.note = note
    }

    /// Reads a checkpoint with its signatures.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) { try self.init(Note(parsing: bytes)) }

    /// As it is written.
    package var encoded: String { self.note.encoded }

    /// Adds a signature, such as a witness's.
    package mutating func add(_ signature: NoteSignature) { self.note.add(signature) }
}

/// Decimal numbers as C2SP writes them.
package enum DecimalNumber {
    /// Reads digits without a sign and without leading zeros; nil for anything else.
    package static func parse(_ text: some StringProtocol) -> UInt64? {
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return nil }
        return UInt64(text)
    }
}
