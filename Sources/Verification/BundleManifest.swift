import Kernel
import Transparency

/// What a bundle says of itself: `manifest.json`.
package struct BundleManifest: Hashable, Sendable {
    package static let format = "gatehouse-audit-bundle/1"

    package var origin: String
    /// The leaves that it covers.
    package var range: Range<Int64>
    /// The size of the checkpoint.
    package var size: Int64
    /// Whether all leaves of the tree are there, so that it can be made anew; otherwise each leaf has a proof.
    package var isWhole: Bool
    /// The only tenant whose leaves are there.
    package var tenant: String?
    package var hasPayloads: Bool
    /// The keys that sign checkpoints. A claim: trust comes from outside.
    package var keys: [String]
    /// When it was made, in RFC 3339.
    package var created: String

    package init(
        origin: String, range: Range<Int64>, size: Int64, isWhole: Bool, tenant: String?, hasPayloads: Bool,
        keys: [String], created: String
    ) {
        self.origin = origin
        self.range = range
        self.size = size
        self.isWhole = isWhole
        self.tenant = tenant
        self.hasPayloads = hasPayloads
        self.keys = keys
        self.created = created
    }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("created", self.created)
        writer.member("format", Self.format)
        writer.member("from", self.range.lowerBound)
        writer.member("origin", self.origin)
        writer.member("payloads", self.hasPayloads)
        writer.member("size", self.size)
        writer.member("tenant", ifPresent: self.tenant)
        writer.member("to", self.range.upperBound)
        writer.name("vkeys" as StaticString)
        writer.beginArray()
        for key in self.keys { writer.string(key) }
        writer.endArray()
        writer.member("whole", self.isWhole)
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    package init(json: [UInt8]) throws(VerificationError) {
        let bytes = json.span
        let tape: JSONTape
        do { tape = try JSONTape(bytes, limits: JSONTape.Limits(depth: 4, tokens: 1000)) } catch {
            throw VerificationError(.malformed, "`manifest.json` is not JSON: \(error)")
        }
        func node(_ name: StaticString) -> JSONTape.Node? { tape.member(name, of: tape.root, in: json.span) }
        func text(_ name: StaticString) -> String? { node(name).flatMap { tape.string($0, in: json.span) } }
        func number(_ name: StaticString) -> Int64? {
            node(name).flatMap { tape.integer($0, in: json.span) }.map(Int64.init)
        }
        guard text("format") == Self.format else {
            throw VerificationError(.malformed, "expected a bundle of the format `\(Self.format)`")
        }
        guard let origin = text("origin"), let from = number("from"), let to = number("to"), let size = number("size"),
            0 <= from, from <= to, to <= size
        else {
            throw VerificationError(.malformed, "`manifest.json` lacks `origin`, or `from`, `to` and `size` do not fit")
        }
        self.origin = origin
        self.range = from..<to
        self.size = size
        self.isWhole = node("whole").map { tape.kind($0) == .true } ?? false
        self.tenant = text("tenant")
        self.hasPayloads = node("payloads").map { tape.kind($0) == .true } ?? false
        self.created = text("created") ?? ""
        var keys: [String] = []
        if let list = node("vkeys") {
            var next = tape.firstElement(of: list)
            while let key = next {
                if let text = tape.string(key, in: bytes) { keys.append(text) }
                next = tape.element(after: key, of: list)
            }
        }
        self.keys = keys
        guard !self.isWhole || (from == 0 && to == size && self.tenant == nil) else {
            throw VerificationError(.malformed, "a whole bundle has all leaves of all tenants")
        }
    }
}
