extension TrustPolicy {
    /// Reads a policy. The message of an error begins with the number of the line.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= Self.sizeLimit else {
            throw TransparencyError(
                .tooLarge, "the policy has \(bytes.count) bytes, expected at most \(Self.sizeLimit)")
        }
        var reader = TrustPolicyReader()
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            do {
                try reader.read(line)
            } catch {
                throw TransparencyError(error.code, "line \(number + 1): \(error.message)")
            }
        }
        guard reader.hasQuorum else { throw TransparencyError(.malformed, "expected a line `quorum`") }
        self = reader.policy
    }

    /// As it is written.
    package var encoded: [UInt8] {
        var text: [UInt8] = []
        func line(_ words: [[UInt8]]) { text += Array(words.joined(separator: [0x20])) + [0x0A] }
        func url(_ text: String?) -> [[UInt8]] { text.map { [Array($0.utf8)] } ?? [] }
        for log in self.logs { line([Array("log".utf8), Array("\(log.key)".utf8)] + url(log.url)) }
        for witness in self.witnesses {
            line([Array("witness".utf8), witness.name, Array("\(witness.key)".utf8)] + url(witness.url))
        }
        for group in self.groups {
            line([Array("group".utf8), group.name, Array("\(group.threshold)".utf8)] + group.members)
        }
        line([Array("quorum".utf8), self.quorum ?? Array("none".utf8)])
        return text
    }
}

/// Reads a policy line by line.
private struct TrustPolicyReader {
    private(set) var policy = TrustPolicy(logs: [])
    private(set) var hasQuorum = false
    private var names: Set<[UInt8]> = []
    private var taken: Set<[UInt8]> = []
    private var keys: [Set<[UInt8]>] = [[], []]

    mutating func read(_ line: ArraySlice<UInt8>) throws(TransparencyError) {
        guard line.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
            throw TransparencyError(.malformed, "expected no control characters but tabs")
        }
        let words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
        let rest = Array(words.dropFirst())
        switch String(decoding: first, as: UTF8.self) {
        case "log": try self.readLog(rest)
        case "witness": try self.readWitness(rest)
        case "group": try self.readGroup(rest)
        case "quorum": try self.readQuorum(rest)
        default: throw TransparencyError(.malformed, "expected `log`, `witness`, `group` or `quorum`")
        }
        guard self.policy.logs.count <= TrustPolicy.countLimit, self.policy.witnesses.count <= TrustPolicy.countLimit,
            self.policy.groups.count <= TrustPolicy.countLimit
        else { throw TransparencyError(.tooLarge, "expected at most \(TrustPolicy.countLimit) of each kind") }
    }

    private mutating func readLog(_ words: [[UInt8]]) throws(TransparencyError) {
        guard (1...2).contains(words.count) else { throw TransparencyError(.malformed, "expected `log <key> [<url>]`") }
        let key = try self.key(words[0], kind: .ed25519)
        self.policy.logs.append(TrustPolicy.Log(key: key, url: self.url(words.dropFirst().first)))
    }

    private mutating func readWitness(_ words: [[UInt8]]) throws(TransparencyError) {
        guard (2...3).contains(words.count) else {
            throw TransparencyError(.malformed, "expected `witness <name> <key> [<url>]`")
        }
        try self.define(words[0])
        let key = try self.key(words[1], kind: .cosignature)
        self.policy.witnesses.append(
            TrustPolicy.Witness(name: words[0], key: key, url: self.url(words.dropFirst(2).first)))
    }

    private mutating func readGroup(_ words: [[UInt8]]) throws(TransparencyError) {
        guard words.count >= 3 else {
            throw TransparencyError(.malformed, "expected `group <name> all|any|<number> <member>…`")
        }
        let members = Array(words.dropFirst(2))
        let threshold: Int
        switch String(decoding: words[1], as: UTF8.self) {
        case "all": threshold = members.count
        case "any": threshold = 1
        case let text:
            guard let number = DecimalNumber.parse(text), (1...UInt64(members.count)).contains(number) else {
                throw TransparencyError(.malformed, "expected `all`, `any` or a number from 1 to \(members.count)")
            }
            threshold = Int(number)
        }
        for member in members {
            guard self.names.contains(member) else { throw self.undefined(member) }
            guard self.taken.insert(member).inserted else {
                throw TransparencyError(.malformed, "`\(self.shown(member))` is a member already")
            }
        }
        try self.define(words[0])
        self.policy.groups.append(TrustPolicy.Group(name: words[0], threshold: threshold, members: members))
    }

    private mutating func readQuorum(_ words: [[UInt8]]) throws(TransparencyError) {
        guard words.count == 1, !self.hasQuorum else {
            throw TransparencyError(.malformed, "expected one line `quorum <name>`")
        }
        self.hasQuorum = true
        guard words[0] != Array("none".utf8) else { return }
        guard self.names.contains(words[0]) else { throw self.undefined(words[0]) }
        self.policy.quorum = words[0]
    }

    private mutating func define(_ name: [UInt8]) throws(TransparencyError) {
        guard name != Array("none".utf8), self.names.insert(name).inserted else {
            throw TransparencyError(.malformed, "the name `\(self.shown(name))` is taken")
        }
    }

    /// The same key may not be there twice, whatever its name.
    private mutating func key(
        _ word: [UInt8], kind: VerifierKey.Kind
    ) throws(TransparencyError) -> VerifierKey {
        let key = try VerifierKey(String(decoding: word, as: UTF8.self))
        guard key.kind == kind else {
            throw TransparencyError(
                .malformed, "`\(key.name)` is a key of kind \(key.kind.rawValue), expected \(kind.rawValue)")
        }
        guard self.keys[kind == .ed25519 ? 0 : 1].insert(key.publicKey).inserted else {
            throw TransparencyError(.malformed, "the key of `\(key.name)` is there already")
        }
        return key
    }

    private func undefined(_ name: [UInt8]) -> TransparencyError {
        TransparencyError(.malformed, "`\(self.shown(name))` is not defined before it is used")
    }

    private func shown(_ name: [UInt8]) -> String { String(decoding: name.prefix(64), as: UTF8.self) }
    private func url(_ word: [UInt8]?) -> String? { word.map { String(decoding: $0, as: UTF8.self) } }
}
