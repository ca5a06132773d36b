/// A text that is signed by one or more keys (c2sp.org/signed-note).
///
/// The text means nothing before `verified(by:)` has said that a trusted key signed it.
package struct Note: Hashable, Sendable {
    /// The longest note that we read, in bytes.
    package static let sizeLimit = 65_536
    /// The most signatures that we read.
    package static let signatureLimit = 64

    /// What is signed; ends with a newline.
    package let text: String
    /// The signatures, in the order in which they stand.
    package private(set) var signatures: [NoteSignature]

    /// A note of our own. `text` must end with a newline and have no control characters but newlines.
    package init(_ text: String, signatures: [NoteSignature] = []) {
        precondition(text.utf8.last == 0x0A && Self.isClean(Array(text.utf8)[...]), "the text of a note is lines")
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= Self.sizeLimit else {
            throw TransparencyError(.tooLarge, "the note has \(bytes.count) bytes, expected at most \(Self.sizeLimit)")
        }
        guard Self.isClean(bytes[...]), bytes.last == 0x0A, let all = String(validating: bytes, as: UTF8.self) else {
            throw TransparencyError(.malformed, "expected lines of UTF-8 without control characters")
        }
        // The last empty line is the one between the text and the signatures.
        var end: Int?
        for position in stride(from: bytes.count - 2, through: 1, by: -1)
        where bytes[position] == 0x0A && bytes[position - 1] == 0x0A {
            end = position
            break
        }
        guard let end, end < bytes.count - 1 else {
            throw TransparencyError(.malformed, "expected a text, an empty line and signatures")
        }
        self.text = String(decoding: bytes[..<end], as: UTF8.self)
        self.signatures = try NoteSignature.lines(Array(all.utf8)[(end + 1)...])
    }

    /// As it is written: the text, an empty line, a line for each signature.
    package var encoded: String { self.text + "\n" + self.signatures.map(\.line).joined() }

    /// Adds a signature behind those that are there; one of the same key is replaced.
    package mutating func add(_ signature: NoteSignature) {
        self.signatures.removeAll { $0.name == signature.name && $0.keyID == signature.keyID }
        self.signatures.append(signature)
    }

    /// The signatures of these keys. Those of others are ignored.
    ///
    /// - Throws: `untrusted` where the signature of one of the keys is wrong, or none of them signed.
    package func verified(by keys: [any NoteVerifier]) throws(TransparencyError) -> [NoteSignature] {
        let text = Array(self.text.utf8)
        var verified: [NoteSignature] = []
        for signature in self.signatures {
            let key = keys.first { $0.name == signature.name && $0.keyID == signature.keyID }
            guard let key, !verified.contains(where: { $0.name == key.name && $0.keyID == key.keyID }) else { continue }
            guard key.isValid(signature.bytes, over: text) else {
                throw TransparencyError(.untrusted, "the signature of `\(key.name)` is wrong")
            }
            verified.append(signature)
        }
        guard !verified.isEmpty else { throw TransparencyError(.untrusted, "no key that is trusted signed the note") }
        return verified
    }

    private static func isClean(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A }
    }
}

/// A signature under a note: whose, with which key, and the bytes that only that kind of key understands.
package struct NoteSignature: Hashable, Sendable {
    package let name: KeyName
    package let keyID: KeyID
    /// What follows the key's id.
    package let bytes: [UInt8]

    package init(name: KeyName, keyID: KeyID, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The line under the note, with its newline.
    package var line: String { "\u{2014} \(self.name) \(Base64.encode(self.keyID.bytes + self.bytes))\n" }

    /// Reads signature lines as they stand under a note, or as a witness answers.
    package static func lines(_ bytes: ArraySlice<UInt8>) throws(TransparencyError) -> [NoteSignature] {
        guard bytes.count <= Note.sizeLimit else {
            throw TransparencyError(
                .tooLarge, "the signatures have \(bytes.count) bytes, expected at most \(Note.sizeLimit)")
        }
        guard bytes.last == 0x0A else { throw TransparencyError(.malformed, "expected lines of signatures") }
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Note.signatureLimit else {
            throw TransparencyError(
                .tooLarge, "there are \(lines.count) signatures, expected at most \(Note.signatureLimit)")
        }
        var signatures: [NoteSignature] = []
        for line in lines { signatures.append(try Self.parse(line)) }
        return signatures
    }

    private static func parse(_ line: ArraySlice<UInt8>) throws(TransparencyError) -> NoteSignature {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8),
            let text = String(validating: parts[1], as: UTF8.self), let name = KeyName(text),
            let bytes = Base64.decode(parts[2]), bytes.count > 4
        else { throw TransparencyError(.malformed, "expected a dash, a name and a signature in base 64") }
        let id = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return NoteSignature(name: name, keyID: KeyID(id), bytes: Array(bytes.dropFirst(4)))
    }
}

/// A key that knows whether a signature is its own. Another kind of signature is another type that does this.
package protocol NoteVerifier: Sendable {
    var name: KeyName { get }
    var keyID: KeyID { get }
    /// Whether the signature over the note's text is good.
    func isValid(_ signature: [UInt8], over text: [UInt8]) -> Bool
}
