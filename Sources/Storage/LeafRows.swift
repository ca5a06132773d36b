import Audit
import Kernel
import Transparency

/// Rows of the log in writing, one behind the other in one buffer: all but their places, which they get inside the
/// transaction. So a batch is made ready without the database, by whichever thread, and nothing of it is counted or
/// copied leaf by leaf afterwards.
///
/// A leaf holds its sequence number. Where that can be foreseen it is written and hashed here too, and whoever writes it
/// into the log takes both if the number is the right one.
struct LeafRows: Sendable {
    struct Leaf: Sendable {
        /// The leaf without its sequence numbers, but for one that was foreseen, and where these belong.
        let data: Range<Int>
        let gaps: Audit.Leaf.Gaps
        let foreseen: Foreseen?
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

    /// The number that a leaf will have among those of its tenant, unless somebody comes between.
    struct Foreseen: Sendable {
        let sequence: Int64
        /// How many digits stand in the leaf.
        let digits: Int
        /// The hash of the leaf with them.
        let hash: Hash
    }

    struct Payload: Sendable {
        let kind: Range<Int>
        let keys: Range<Int>
        /// As `SealedPayload.sealed`.
        let sealed: [UInt8]
    }

    private(set) var bytes: [UInt8] = []
    private(set) var leaves: [Leaf] = []
    private(set) var payloads: [Payload] = []
    /// Which forecast the numbers are of; nil where none was asked.
    let forecast: Forecast.Ticket?

    init(reserving count: Int, forecast: Forecast.Ticket? = nil) {
        self.forecast = forecast
        self.bytes.reserveCapacity(count * 768)
        self.leaves.reserveCapacity(count)
    }

    /// `json` is room to write in.
    mutating func append(_ leaf: borrowing Audit.Leaf, _ payloads: [SealedPayload], by json: inout JSONWriter) {
        json.clear()
        let gaps = leaf.writeUnplaced(to: &json)
        let start = self.bytes.count
        let foreseen = self.write(json.span, gaps, self.sequence(of: leaf))
        let data = start..<self.bytes.count
        let first = self.payloads.count
        for payload in payloads {
            self.payloads.append(
                Payload(
                    kind: self.append(payload.kind.rawValue), keys: self.append(payload.keys), sealed: payload.sealed))
        }
        self.leaves.append(
            Leaf(
                data: data, gaps: gaps, foreseen: foreseen, kind: leaf.kind, time: leaf.time,
                type: self.append(leaf.kind.rawValue), id: self.append(leaf.id), tenant: self.append(leaf.tenant),
                run: leaf.run.map { self.append($0) }, actor: leaf.actor.map { self.append($0) },
                resource: leaf.resource.map { self.append($0) },
                decision: leaf.decision.map { self.append($0.rawValue) },
                outcome: leaf.outcome.map { self.append($0) }, payloads: first..<self.payloads.count))
    }

    /// What number the next leaf will have, where somebody knows.
    private func sequence(of leaf: borrowing Audit.Leaf) -> Int64? {
        guard let first = self.forecast?.first, leaf.run == nil, leaf.tenant == Audit.Leaf.onlyTenant else {
            return nil
        }
        return first + Int64(self.leaves.count)
    }

    /// Copies a leaf, and puts its number in where that is known.
    private mutating func write(_ leaf: Span<UInt8>, _ gaps: Audit.Leaf.Gaps, _ sequence: Int64?) -> Foreseen? {
        guard let sequence else {
            self.append(leaf)
            return nil
        }
        let start = self.bytes.count
        self.append(leaf.extracting(0..<gaps.tenant))
        let number = self.bytes.count
        self.bytes.append(digitsOf: sequence)
        let digits = self.bytes.count - number
        self.append(leaf.extracting(gaps.tenant..<leaf.count))
        let hash = Hash.leaf(self.bytes.span.extracting(start..<self.bytes.count))
        return Foreseen(sequence: sequence, digits: digits, hash: hash)
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        // SAFE: the pointer does not outlive the closure.
        unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text.utf8)
        return start..<self.bytes.count
    }

    func text(_ range: Range<Int>) -> String { String(decoding: self.bytes[range], as: UTF8.self) }
}

extension [UInt8] {
    /// Appends the digits of a number that is not negative.
    mutating func append(digitsOf number: Int64) {
        let start = self.count
        var rest = number
        repeat {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
