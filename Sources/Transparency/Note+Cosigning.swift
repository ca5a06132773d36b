extension Note {
    /// The lines of a note's signatures that another note over the same text lacks: those of keys that have not signed that
    /// one yet, as many as it has room for. Nothing where one of them is no note or the texts differ.
    package static func signatures(of note: String, missingIn kept: String) -> String {
        guard let new = try? Note(parsing: Array(note.utf8)), let old = try? Note(parsing: Array(kept.utf8)),
            new.text == old.text
        else { return "" }
        let missing = new.signatures.filter { signature in
            !old.signatures.contains { $0.name == signature.name && $0.keyID == signature.keyID }
        }
        let room = max(0, Note.signatureLimit - old.signatures.count)
        return missing.prefix(room).map(\.line).joined()
    }
}
