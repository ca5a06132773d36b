// AuditExport: writes leaves of the ledger as security analysts' tools read them, and delivers them at least once.

package import Audit

/// One leaf on its way out: what every format is made of. Everything in it is fit for strangers: a leaf has no personal
/// data, names of people are pseudonyms.
package struct ExportRecord: Sendable {
    /// The log's name.
    package let origin: String
    /// The leaf's place in the log.
    package let index: Int64
    /// The leaf, as the log commits to it.
    package let bytes: [UInt8]
    package let leaf: Leaf

    /// - Throws: `EventFormatError` where the bytes are no leaf that this version knows.
    package init(origin: String, index: Int64, bytes: [UInt8]) throws(EventFormatError) {
        self.origin = origin
        self.index = index
        self.bytes = bytes
        self.leaf = try Leaf(bytes)
    }

    /// The leaf's name everywhere: `<origin>#<index>`, the receipt that the client got.
    package var uid: String { "\(self.origin)#\(self.index)" }
    package var type: Leaf.Kind { self.leaf.kind }
    /// Milliseconds since 1970.
    package var time: Int64 { self.leaf.time }

    /// What follows the colon of `model:gpt-5`; nil where the resource is of another kind.
    func resource(_ kind: String) -> String? {
        guard let resource = self.leaf.resource, resource.hasPrefix(kind + ":") else { return nil }
        return String(resource.dropFirst(kind.utf8.count + 1))
    }

    /// Input, output, cached and reasoning tokens; nil where none were counted.
    var tokens: (input: Int64, output: Int64, cached: Int64, reasoning: Int64)? {
        guard let counts = self.leaf.tokens, counts.count >= 2 else { return nil }
        return (counts[0], counts[1], counts.count > 2 ? counts[2] : 0, counts.count > 3 ? counts[3] : 0)
    }
}
