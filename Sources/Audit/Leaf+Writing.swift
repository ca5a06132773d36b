package import Kernel

// Members stand in the order of their names and numbers are integers below 2^53, so that the bytes are canonical
// (RFC 8785) as they are. What is nil or empty is left out.

extension Leaf {
    /// The leaf as the log keeps it. Cost: about half a microsecond.
    /// - Throws: `.tooLong` above `longest` bytes.
    package func bytes() throws(EventFormatError) -> [UInt8] {
        var writer = JSONWriter(reserving: 768)
        try self.write(to: &writer)
        return writer.bytes
    }

    /// Writes the leaf as the log keeps it into a writer that nothing was written to.
    /// - Throws: `.tooLong` above `longest` bytes.
    package func write(to writer: inout JSONWriter) throws(EventFormatError) {
        _ = self.writeMembers(to: &writer, isPlaced: true)
        try Self.check(writer.count)
    }

    /// - Throws: `.tooLong` where a leaf may not have so many bytes.
    package static func check(_ count: Int) throws(EventFormatError) {
        guard count > Self.longest else { return }
        throw EventFormatError(.tooLong, "a leaf has \(count) bytes, expected at most \(Self.longest)")
    }

    /// Where the digits of its sequence numbers belong in a leaf that was written without them.
    package struct Gaps: Hashable, Sendable {
        package let tenant: Int
        /// nil where it belongs to no run. It lies in front of the tenant's.
        package let run: Int?
    }

    /// Writes all of the leaf but its place in the log, which is known later, into a writer that nothing was written to.
    package func writeUnplaced(to writer: inout JSONWriter) -> Gaps {
        self.writeMembers(to: &writer, isPlaced: false)
    }

    private func writeMembers(to writer: inout JSONWriter, isPlaced: Bool) -> Gaps {
        var run: Int?
        writer.beginObject()
        writer.member("act", ifAny: self.onBehalfOf)
        writer.member("actor", ifPresent: self.actor)
        writer.member("att", ifPresent: self.attempts)
        writer.member("bytes", ifPresent: self.sizes)
        writer.member("cfg", ifPresent: self.configuration)
        writer.member("code", ifPresent: self.code)
        writer.member("cost", ifPresent: self.cost)
        writer.member("dec", ifPresent: self.decision?.rawValue)
        writer.member("dep", ifPresent: self.deployment)
        writer.member("det", ifPresent: self.detectors)
        writer.member("dur", ifPresent: self.duration)
        writer.member("durability", ifPresent: self.durability?.rawValue)
        writer.member("flags", ifAny: self.flags)
        writer.member("id", self.id)
        writer.member("op", ifPresent: self.operation)
        writer.member("out", ifPresent: self.outcome)
        if !self.payloads.isEmpty {
            writer.name("pl" as StaticString)
            writer.beginArray()
            for payload in self.payloads { payload.write(to: &writer) }
            writer.endArray()
        }
        writer.member("pol", ifPresent: self.policies)
        writer.member("prov", ifPresent: self.provider)
        writer.member("ref", ifPresent: self.reference)
        writer.member("rem", ifPresent: self.remedy)
        writer.member("res", ifPresent: self.resource)
        if isPlaced {
            if self.runSequence > 0 { writer.member("rseq", self.runSequence) }
        } else if self.run != nil {
            writer.name("rseq" as StaticString)
            run = writer.count
            writer.raw([])
        }
        writer.member("rules", ifAny: self.rules)
        writer.member("run", ifPresent: self.run)
        writer.member("served", ifPresent: self.served)
        writer.member("src", ifPresent: self.source)
        writer.member("st", ifPresent: self.status)
        if self.isStreamed { writer.member("str", true) }
        writer.member("subj", ifAny: self.subjects)
        writer.member("ten", self.tenant)
        writer.member("tok", ifPresent: self.tokens)
        writer.member("ts", self.time)
        writer.name("tseq" as StaticString)
        let tenant = writer.count
        if isPlaced { writer.integer(self.tenantSequence) } else { writer.raw([]) }
        writer.member("type", self.kind.rawValue)
        if self.microseconds != 0 { writer.member("us", self.microseconds) }
        writer.member("v", Self.version)
        writer.endObject()
        return Gaps(tenant: tenant, run: run)
    }

    /// Leaves out the last rules and flags until it is short enough; the sealed detail has them all.
    package mutating func shorten() {
        while (try? self.bytes()) == nil, !self.rules.isEmpty || !self.flags.isEmpty {
            if self.flags.count > self.rules.count { self.flags.removeLast() } else { self.rules.removeLast() }
        }
    }
}

extension Leaf.Payload {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("a", Self.algorithm)
        writer.member("ch", self.cipherHash)
        writer.member("k", self.kind.rawValue)
        writer.member("kid", self.keys)
        writer.member("n", self.count)
        writer.member("pc", self.commitment)
        writer.endObject()
    }

    /// How payloads are sealed; there is one way.
    static let algorithm = "A256GCM"
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, ifPresent value: Int64?) {
        if let value { self.member(name, value) }
    }

    fileprivate mutating func member(_ name: StaticString, ifPresent values: [Int64]?) {
        guard let values else { return }
        self.name(name)
        self.beginArray()
        for value in values { self.integer(value) }
        self.endArray()
    }

    fileprivate mutating func member(_ name: StaticString, ifAny values: [String]) {
        guard !values.isEmpty else { return }
        self.name(name)
        self.beginArray()
        for value in values { self.string(value) }
        self.endArray()
    }
}
