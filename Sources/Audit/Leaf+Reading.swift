import Kernel

extension Leaf {
    /// Reads what `bytes()` wrote, and nothing else: written again it must give the same bytes, so that there is one form.
    /// - Throws: `.tooLong`, `.malformed`, `.unknownVersion`, `.unknownKind` or `.notCanonical`.
    package init(_ bytes: [UInt8]) throws(EventFormatError) {
        guard bytes.count <= Self.longest else {
            throw EventFormatError(.tooLong, "a leaf has \(bytes.count) bytes, expected at most \(Self.longest)")
        }
        let object = try EventObject(bytes)
        let version = try object.integer("v")
        guard version == Self.version else {
            throw EventFormatError(.unknownVersion, "expected a leaf of version \(Self.version), not \(version)")
        }
        let type = try object.string("type")
        guard let kind = Kind(rawValue: type) else {
            throw EventFormatError(.unknownKind, "`\(type)` is no type of event")
        }
        self.init(time: Int64(try object.integer("ts")), kind: kind, id: try object.string("id"))
        self.microseconds = Int64(try object.integerIfPresent("us") ?? 0)
        try self.readPlace(object)
        try self.readWho(object)
        try self.readWhat(object)
        guard self.hasOnlyExactNumbers, (try? self.bytes()) == bytes else {
            throw EventFormatError(
                .notCanonical, "the leaf is not in its canonical form, or has members that this version does not know")
        }
    }

    /// Canonical JSON has doubles, which are exact up to 2^53.
    private var hasOnlyExactNumbers: Bool {
        var numbers = [self.time, self.microseconds, self.tenantSequence, self.runSequence]
        numbers += (self.tokens ?? []) + (self.sizes ?? [])
        numbers += [self.status, self.cost, self.duration, self.reference, self.attempts].compactMap(\.self)
        numbers += self.payloads.map(\.count)
        return numbers.allSatisfy { $0.magnitude < 1 << 53 }
    }

    private mutating func readPlace(_ object: EventObject) throws(EventFormatError) {
        self.tenant = try object.string("ten")
        self.tenantSequence = Int64(try object.integer("tseq"))
        self.run = try object.stringIfPresent("run")
        self.runSequence = Int64(try object.integerIfPresent("rseq") ?? 0)
        self.reference = try object.integerIfPresent("ref").map(Int64.init)
    }

    private mutating func readWho(_ object: EventObject) throws(EventFormatError) {
        self.actor = try object.stringIfPresent("actor")
        self.onBehalfOf = try object.stringsIfPresent("act")
        self.subjects = try object.stringsIfPresent("subj")
    }

    private mutating func readWhat(_ object: EventObject) throws(EventFormatError) {
        self.resource = try object.stringIfPresent("res")
        self.provider = try object.stringIfPresent("prov")
        self.deployment = try object.stringIfPresent("dep")
        self.served = try object.stringIfPresent("served")
        self.operation = try object.stringIfPresent("op")
        self.status = try object.integerIfPresent("st").map(Int64.init)
        self.outcome = try object.stringIfPresent("out")
        self.code = try object.stringIfPresent("code")
        if object.has("dec") { self.decision = try object.choice("dec") }
        self.remedy = try object.stringIfPresent("rem")
        self.rules = try object.stringsIfPresent("rules")
        self.policies = try object.stringIfPresent("pol")
        self.configuration = try object.stringIfPresent("cfg")
        self.detectors = try object.stringIfPresent("det")
        self.tokens = try object.integersIfPresent("tok")
        self.source = try object.stringIfPresent("src")
        self.sizes = try object.integersIfPresent("bytes")
        self.attempts = try object.integerIfPresent("att").map(Int64.init)
        self.isStreamed = object.has("str")
        self.cost = try object.integerIfPresent("cost").map(Int64.init)
        self.duration = try object.integerIfPresent("dur").map(Int64.init)
        if object.has("durability") { self.durability = try object.choice("durability") }
        self.flags = try object.stringsIfPresent("flags")
        guard object.has("pl") else { return }
        self.payloads = try object.elements("pl").map { payload throws(EventFormatError) in
            Payload(
                kind: try payload.choice("k"), keys: try payload.string("kid"), count: Int64(try payload.integer("n")),
                cipherHash: try payload.string("ch"), commitment: try payload.string("pc"))
        }
    }
}
