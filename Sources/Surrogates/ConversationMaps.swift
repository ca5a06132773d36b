internal import Crypto
package import Kernel

/// The maps of conversations that are under way: sealed in memory, so many at most, each for so long after its last use.
///
/// A conversation is known by the hash of what its owner and its name are, so that neither a name nor a value can be read
/// here without the key, which is made when the process starts and kept nowhere. What was forgotten begins anew: the same
/// value may then get another surrogate.
package struct ConversationMaps: Sendable {
    /// What is kept at most.
    package struct Limits: Hashable, Sendable {
        /// How many conversations are kept; the one not used for longest makes room.
        package var conversations: Int
        /// How long one is kept after it was used last.
        package var lifetime: Duration

        package init(conversations: Int, lifetime: Duration) {
            self.conversations = conversations
            self.lifetime = lifetime
        }
    }

    /// Which conversation, and whose.
    package struct Name: Hashable, Sendable {
        fileprivate let digest: [UInt8]

        /// The conversation of an owner under a name that the owner chose.
        package init(owner: String, name: some Collection<UInt8>) {
            var hash = SHA256()
            hash.update(data: Array(owner.utf8))
            hash.update(data: [0])
            hash.update(data: Array(name))
            self.digest = Array(hash.finalize())
        }
    }

    private struct Sealed {
        var bytes: [UInt8]
        var usedAt: Timestamp
    }

    /// No map is longer, in bytes before it is sealed: a conversation with more begins anew.
    package static let longest = 1 << 20

    private let key: SymmetricKey
    private var kept: [Name: Sealed] = [:]

    /// Keeps nothing yet; the secret is 32 bytes made of chance.
    package init(secret: [UInt8]) { self.key = SymmetricKey(data: secret) }

    /// How many conversations are kept.
    package var count: Int { self.kept.count }

    /// The map of a conversation; nil where there is none, or it was not used for too long.
    package mutating func map(of name: Name, at now: Timestamp, _ limits: Limits) -> SurrogateMap? {
        guard let sealed = self.kept[name] else { return nil }
        guard now < sealed.usedAt.advanced(by: limits.lifetime),
            let box = try? AES.GCM.SealedBox(combined: sealed.bytes),
            let content = try? AES.GCM.open(box, using: self.key, authenticating: name.digest),
            let entries = Self.entries(Array(content))
        else {
            self.kept[name] = nil
            return nil
        }
        self.kept[name]?.usedAt = now
        return SurrogateMap(style: .tag, entries: entries)
    }

    /// Keeps a map as that of a conversation, in the place of what was kept.
    package mutating func keep(_ map: SurrogateMap, of name: Name, at now: Timestamp, _ limits: Limits) {
        let content = Self.bytes(map.entries)
        guard content.count <= Self.longest, limits.conversations > 0,
            let box = try? AES.GCM.seal(content, using: self.key, authenticating: name.digest),
            let bytes = box.combined
        else {
            self.kept[name] = nil
            return
        }
        if self.kept[name] == nil, self.kept.count >= limits.conversations { self.makeRoom(at: now, limits) }
        self.kept[name] = Sealed(bytes: Array(bytes), usedAt: now)
    }

    /// Forgets what is too old, and at least a sixteenth, so that not every new one has to look through all.
    private mutating func makeRoom(at now: Timestamp, _ limits: Limits) {
        self.kept = self.kept.filter { now < $0.value.usedAt.advanced(by: limits.lifetime) }
        let room = max(1, limits.conversations / 16)
        guard self.kept.count > limits.conversations - room else { return }
        let oldest = self.kept.sorted { $0.value.usedAt < $1.value.usedAt }
        for (name, _) in oldest.prefix(self.kept.count - (limits.conversations - room)) { self.kept[name] = nil }
    }

    // MARK: Bytes

    private static func bytes(_ entries: [SurrogateMap.Entry]) -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ part: [UInt8]) {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: part.count >> shift)) }
            bytes += part
        }
        for entry in entries {
            put(Array(entry.kind.utf8))
            put(entry.value)
            put(entry.surrogate)
        }
        return bytes
    }

    private static func entries(_ bytes: [UInt8]) -> [SurrogateMap.Entry]? {
        var position = 0
        func part() -> [UInt8]? {
            guard bytes.count - position >= 4 else { return nil }
            var count = 0
            for offset in 0..<4 { count |= Int(bytes[position + offset]) << (8 * offset) }
            position += 4
            guard bytes.count - position >= count else { return nil }
            defer { position += count }
            return Array(bytes[position..<position + count])
        }
        var entries: [SurrogateMap.Entry] = []
        while position < bytes.count {
            guard let kind = part(), let value = part(), let surrogate = part() else { return nil }
            entries.append(
                SurrogateMap.Entry(kind: String(decoding: kind, as: UTF8.self), value: value, surrogate: surrogate))
        }
        return entries
    }
}
