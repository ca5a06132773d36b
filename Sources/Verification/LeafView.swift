import Kernel

/// One leaf of the ledger, read where its bytes stand: a verifier looks at a million of them and makes no string of any.
///
/// It keeps its memory from leaf to leaf. The bytes and the view belong together: every accessor takes the bytes again.
/// Reading checks the form: a JSON object of at most 4,096 bytes, names in canonical order (so none twice), version 1, a
/// type of the closed list, and the members that every leaf has. Members of later versions are passed over. Cost: about a
/// nanosecond a byte.
package struct LeafView: Sendable {
    /// The most bytes that a leaf has.
    package static let longest = 4096

    /// The members that this version knows, in canonical order.
    package enum Member: Int, Sendable, CaseIterable {
        case act, actor, cfg, code, cost, dec, dep, det, dur, flags, id, op, out, pl, pol, prov, ref, rem, res, rseq
        case rules, run, served, st, subj, ten, tok, ts, tseq, type, v

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

    /// What a leaf says of one payload that stands apart from it.
    package struct Payload: Hashable, Sendable {
        /// What it is: `detail`, `prompt`, `answer`, `arguments`.
        package let kind: String
        /// The name of the keys that seal it: `<pseudonym>/<yyyy-mm>`.
        package let keys: String
        /// How long the plaintext is.
        package let length: Int
        /// SHA-256 of nonce, ciphertext and tag, as base64.
        package let ciphertextHash: String
        /// The salted commitment to the plaintext, as base64.
        package let commitment: String
    }

    private static let keys = Member.allCases.map(\.key)
    private static let types = LeafType.allCases.map { Array($0.rawValue.utf8) }
    private static let limits = JSONTape.Limits(depth: 4, tokens: 1024)

    private var tape = JSONTape()
    private var nodes = [JSONTape.Node?](repeating: nil, count: Member.allCases.count)
    private var kind = LeafType.logOpened

    package init() {}

    /// Reads the next leaf into this view.
    package mutating func read(_ bytes: Span<UInt8>) throws(LeafFormatError) {
        guard bytes.count <= Self.longest else {
            throw LeafFormatError(.tooLong, "a leaf has at most \(Self.longest) bytes, not \(bytes.count)")
        }
        do { try self.tape.read(bytes, limits: Self.limits) } catch {
            throw LeafFormatError(.malformed, "the leaf is not JSON: \(error)")
        }
        guard self.tape.kind(self.tape.root) == .object else {
            throw LeafFormatError(.malformed, "a leaf is a JSON object")
        }
        try self.find(bytes)
        guard self.integer(.v, in: bytes) == 1 else {
            throw LeafFormatError(.unknownVersion, "expected a leaf of version 1")
        }
        guard self.integer(.ts, in: bytes) != nil, self.integer(.tseq, in: bytes) != nil, self.has(.id), self.has(.ten)
        else { throw LeafFormatError(.malformed, "a leaf has `ts`, `id`, `ten` and `tseq`") }
        guard let kind = self.knownType(bytes) else {
            throw LeafFormatError(.unknownType, "`\(self.string(.type, in: bytes) ?? "")` is no type of event")
        }
        self.kind = kind
    }

    /// Its type; of the leaf that was read last.
    package var type: LeafType { self.kind }

    /// Whether it has the member.
    package func has(_ member: Member) -> Bool { self.nodes[member.rawValue] != nil }

    /// Where the value stands: of a string, what is between the quotes.
    package func range(_ member: Member) -> Range<Int>? {
        guard let node = self.nodes[member.rawValue] else { return nil }
        return self.tape[node].range
    }

    /// Whether the member is a string with these bytes, or is not there where `expected` is nil. An empty text is one.
    package func isText(_ member: Member, _ expected: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        guard let node = self.nodes[member.rawValue] else { return false }
        let token = self.tape[node]
        guard token.kind == .string else { return false }
        if token.hasEscapes { return self.tape.string(node, in: bytes)?.utf8Span.span.isEqual(to: expected) ?? false }
        return bytes.extracting(token.range).isEqual(to: expected)
    }

    package func string(_ member: Member, in bytes: Span<UInt8>) -> String? {
        self.nodes[member.rawValue].flatMap { self.tape.string($0, in: bytes) }
    }

    package func integer(_ member: Member, in bytes: Span<UInt8>) -> Int? {
        guard let node = self.nodes[member.rawValue] else { return nil }
        return self.tape.integer(node, in: bytes)
    }

    /// The strings of an array; empty where there is none.
    package func strings(_ member: Member, in bytes: Span<UInt8>) -> [String] {
        var strings: [String] = []
        var next = self.nodes[member.rawValue].flatMap { self.tape.firstElement(of: $0) }
        while let node = next, let array = self.nodes[member.rawValue] {
            if let string = self.tape.string(node, in: bytes) { strings.append(string) }
            next = self.tape.element(after: node, of: array)
        }
        return strings
    }

    /// The integers of an array; empty where there is none.
    package func integers(_ member: Member, in bytes: Span<UInt8>) -> [Int] {
        var integers: [Int] = []
        var next = self.nodes[member.rawValue].flatMap { self.tape.firstElement(of: $0) }
        while let node = next, let array = self.nodes[member.rawValue] {
            if let integer = self.tape.integer(node, in: bytes) { integers.append(integer) }
            next = self.tape.element(after: node, of: array)
        }
        return integers
    }

    /// What it says of its payloads.
    package func payloads(in bytes: Span<UInt8>) throws(LeafFormatError) -> [Payload] {
        guard let array = self.nodes[Member.pl.rawValue] else { return [] }
        var payloads: [Payload] = []
        var next = self.tape.firstElement(of: array)
        while let node = next {
            func text(_ name: StaticString) -> String? {
                self.tape.member(name, of: node, in: bytes).flatMap { self.tape.string($0, in: bytes) }
            }
            guard let kind = text("k"), text("a") == "A256GCM", let keys = text("kid"), let hash = text("ch"),
                let commitment = text("pc"),
                let length = self.tape.member("n", of: node, in: bytes).flatMap({ self.tape.integer($0, in: bytes) })
            else { throw LeafFormatError(.malformed, "what the leaf says of a payload is not complete") }
            payloads.append(
                Payload(kind: kind, keys: keys, length: length, ciphertextHash: hash, commitment: commitment))
            next = self.tape.element(after: node, of: array)
        }
        return payloads
    }

    // MARK: Reading

    private mutating func find(_ bytes: Span<UInt8>) throws(LeafFormatError) {
        let root = self.tape.root
        let keys = Self.keys
        for position in self.nodes.indices { self.nodes[position] = nil }
        var previous: UInt64 = 0
        var candidate = 0
        var member = self.tape.firstMember(of: root)
        while let (name, value) = member {
            let key = Self.key(bytes, self.tape[name].range)
            guard key > previous else {
                throw LeafFormatError(.malformed, "the members of the leaf are not in canonical order")
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

    private func knownType(_ bytes: Span<UInt8>) -> LeafType? {
        guard let range = self.range(.type) else { return nil }
        let text = bytes.extracting(range)
        let types = Self.types
        for position in types.indices where types[position].span.isEqual(to: text) {
            return LeafType.allCases[position]
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether both hold the same bytes.
    @inline(__always)
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for offset in 0..<self.count where self[offset] != other[offset] { return false }
        return true
    }
}
