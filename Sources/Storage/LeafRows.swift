import Audit
import Kernel

/// Rows of the log in writing, one behind the other in one buffer: all but their places, which they get inside the
/// transaction. So a batch is made ready without the database, by whichever thread, and nothing of it is counted or
/// copied leaf by leaf afterwards.
struct LeafRows: Sendable {
    struct Leaf: Sendable {
        /// The leaf without its sequence numbers, and where these belong.
        let data: Range<Int>
        let gaps: Audit.Leaf.Gaps
        let kind: Audit.Leaf.Kind
        let time: Int64
        /// The columns beside it.
        let type: Range<Int>
        let id: Range<Int>
        let tenant: Range<Int>
        let run: Range<Int>?
        let actor: Range<Int>?
        let resource: Range<Int>?
        let decision: Range<Int>?
        let outcome: Range<Int>?
        /// Which of `LeafRows.payloads` are its own.
        let payloads: Range<Int>
    }

    private(set) var bytes: [UInt8] = []
    private(set) var leaves: [Leaf] = []
    private(set) var payloads: [SealedPayload] = []

    init(reserving count: Int) {
        self.bytes.reserveCapacity(count * 768)
        self.leaves.reserveCapacity(count)
    }

    /// `json` is room to write in.
    mutating func append(_ leaf: borrowing Audit.Leaf, _ payloads: [SealedPayload], by json: inout JSONWriter) {
        json.clear()
        let gaps = leaf.writeUnplaced(to: &json)
        let start = self.bytes.count
        // SAFE: the pointer does not outlive the closure.
        unsafe json.span.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
        let data = start..<self.bytes.count
        self.leaves.append(
            Leaf(
                data: data, gaps: gaps, kind: leaf.kind, time: leaf.time, type: self.append(leaf.kind.rawValue),
                id: self.append(leaf.id), tenant: self.append(leaf.tenant), run: leaf.run.map { self.append($0) },
                actor: leaf.actor.map { self.append($0) }, resource: leaf.resource.map { self.append($0) },
                decision: leaf.decision.map { self.append($0.rawValue) },
                outcome: leaf.outcome.map { self.append($0) },
                payloads: self.payloads.count..<self.payloads.count + payloads.count))
        self.payloads += payloads
    }

    private mutating func append(_ text: String) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text.utf8)
        return start..<self.bytes.count
    }

    func text(_ range: Range<Int>) -> String { String(decoding: self.bytes[range], as: UTF8.self) }
}
