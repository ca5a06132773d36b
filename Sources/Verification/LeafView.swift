import Audit
import Kernel

/// One leaf, read where its bytes stand: a verifier looks at a million of them and makes no string of any.
///
/// It keeps its memory from leaf to leaf. The bytes and the view belong together: every accessor takes the bytes again.
/// Reading checks the form: a JSON object of at most 4,096 bytes, names in canonical order (so none twice), the known
/// version, a type of the closed list, and the members that every leaf has. `Audit.Leaf` reads the same into values, at
/// twenty times the cost.
struct LeafView {
    /// The members that are looked at, in canonical order.
    enum Member: Int, CaseIterable {
        case actor, dec, id, out, pl, res, rseq, run, ten, ts, tseq, type, v

        /// The name as one number, so that numbers are ordered as names are.
        fileprivate var key: UInt64 {
            var key: UInt64 = 0
            var shift: UInt64 = 56
            for byte in "\(self)".utf8 {
                key |= UInt64(byte) << shift
                shift -= 8
            }
            return key
        }
    }

    /// Where the leaf says something of one payload that stands apart from it.
    struct Payload {
        let kind: Range<Int>
        let keys: Range<Int>
        let ciphertextHash: Range<Int>
        let commitment: Range<Int>
    }

    private static let keys = Member.allCases.map(\.key)
    private static let kinds = Leaf.Kind.allCases.map { Array($0.rawValue.utf8) }
    private static let limits = JSONTape.Limits(depth: 4, tokens: 1024)

    private var tape = JSONTape()
    private var nodes = [JSONTape.Node?](repeating: nil, count: Member.allCases.count)
    private(set) var time: Int64 = 0
    private(set) var tenantSequence: Int64 = 0
    /// 0 where there is no run.
    private(set) var runSequence: Int64 = 0

    init() {}

    /// Reads the next leaf into this view.
    mutating func read(_ bytes: Span<UInt8>) throws(EventFormatError) {
        guard bytes.count <= Leaf.longest else {
            throw EventFormatError(.tooLong, "has \(bytes.count) bytes, expected at most \(Leaf.longest)")
        }
        do { try self.tape.read(bytes, limits: Self.limits) } catch {
            throw EventFormatError(.malformed, "is not JSON: \(error)")
        }
        guard self.tape.kind(self.tape.root) == .object else {
            throw EventFormatError(.malformed, "is not a JSON object")
        }
        try self.find(bytes)
        guard self.integer(.v, in: bytes) == Leaf.version else {
            throw EventFormatError(.unknownVersion, "is not of version \(Leaf.version)")
        }
        guard let time = self.integer(.ts, in: bytes), let sequence = self.integer(.tseq, in: bytes),
            self.range(.id) != nil, self.range(.ten) != nil, let type = self.range(.type)
        else { throw EventFormatError(.malformed, "lacks one of `ts`, `type`, `id`, `ten` and `tseq`") }
        self.time = Int64(time)
        self.tenantSequence = Int64(sequence)
        self.runSequence = Int64(self.integer(.rseq, in: bytes) ?? 0)
        guard Self.isKnown(bytes.extracting(type)) else {
            let name = String(decoding: bytes.extracting(type).copied, as: UTF8.self)
            throw EventFormatError(.unknownKind, "`\(name)` is no type of event")
        }
    }

    /// Where the value stands: of a string, what is between the quotes.
    func range(_ member: Member) -> Range<Int>? {
        guard let node = self.nodes[member.rawValue] else { return nil }
        return self.tape[node].range
    }

    func has(_ member: Member) -> Bool { self.nodes[member.rawValue] != nil }

    /// Whether the member has these bytes as text, or is not there where there are none.
    func says(_ member: Member, _ expected: Range<Int>?, of column: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        guard let node = self.nodes[member.rawValue] else { return expected == nil }
        guard let expected else { return false }
        let token = self.tape[node]
        guard token.kind == .string else { return false }
        guard token.hasEscapes else { return bytes.extracting(token.range).isSame(as: column.extracting(expected)) }
        var text: [UInt8] = []
        self.tape.appendText(of: node, in: bytes, to: &text)
        return text.span.isSame(as: column.extracting(expected))
    }

    func integer(_ member: Member, in bytes: Span<UInt8>) -> Int? {
        guard let node = self.nodes[member.rawValue] else { return nil }
        return self.tape.integer(node, in: bytes)
    }

    /// What it says of its payloads.
    func payloads(in bytes: Span<UInt8>) throws(EventFormatError) -> [Payload] {
        guard let array = self.nodes[Member.pl.rawValue] else { return [] }
        var payloads: [Payload] = []
        var next = self.tape.firstElement(of: array)
        while let node = next {
            guard let kind = self.text("k", of: node, in: bytes), let keys = self.text("kid", of: node, in: bytes),
                let hash = self.text("ch", of: node, in: bytes), let commitment = self.text("pc", of: node, in: bytes)
            else { throw EventFormatError(.malformed, "what it says of a payload is not complete") }
            payloads.append(Payload(kind: kind, keys: keys, ciphertextHash: hash, commitment: commitment))
            next = self.tape.element(after: node, of: array)
        }
        return payloads
    }

    private func text(_ name: StaticString, of node: JSONTape.Node, in bytes: Span<UInt8>) -> Range<Int>? {
        guard let value = self.tape.member(name, of: node, in: bytes) else { return nil }
        let token = self.tape[value]
        return token.kind == .string && !token.hasEscapes ? token.range : nil
    }

    // MARK: Reading

    private mutating func find(_ bytes: Span<UInt8>) throws(EventFormatError) {
        let root = self.tape.root
        let keys = Self.keys
        for position in self.nodes.indices { self.nodes[position] = nil }
        var previous: UInt64 = 0
        var candidate = 0
        var member = self.tape.firstMember(of: root)
        while let (name, value) = member {
            let key = Self.key(bytes, self.tape[name].range)
            guard key > previous else {
                throw EventFormatError(.notCanonical, "its members are not in canonical order")
            }
            // Both lists are in order, so one walk along both finds all.
            while candidate < keys.count, keys[candidate] < key { candidate += 1 }
            if candidate < keys.count, keys[candidate] == key { self.nodes[candidate] = value }
            previous = key
            member = self.tape.member(after: value, of: root)
        }
    }

    /// A name of up to eight bytes as one number; longer ones, which nobody knows, by their beginning.
    private static func key(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var key: UInt64 = 0
        var shift: UInt64 = 56
        for offset in range.prefix(8) {
            key |= UInt64(bytes[offset]) << shift
            shift &-= 8
        }
        return key
    }

    private static func isKnown(_ kind: Span<UInt8>) -> Bool {
        for known in Self.kinds where known.count == kind.count {
            if known.span.isSame(as: kind) { return true }
        }
        return false
    }
}

extension Span<UInt8> {
    /// Whether both hold the same bytes.
    @inline(__always)
    func isSame(as other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for offset in 0..<self.count where self[offset] != other[offset] { return false }
        return true
    }

    /// The bytes as an array.
    var copied: [UInt8] {
        // SAFE: the pointer does not outlive the closure.
        unsafe self.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
