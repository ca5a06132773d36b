/// One sort of entries by name, as of `providers` or `models`.
struct EntryType<Entry: Sendable>: Sendable {
    /// One set of keys that an entry may have.
    struct Variant: Sendable {
        let description: EntriesDescription.Variant
        let read:
            @Sendable ([YAMLValue.Member], String, YAMLValue.Mark, [String: String], inout SettingsReader) -> Entry
        /// nil where the entry is of another variant.
        let write: @Sendable (Entry, String) -> [(key: String, value: String)]?

        /// The entry is what the section reads, once it is `wrap`ped.
        init<Root>(
            _ kind: String? = nil, _ section: Section<Root>, _ documentation: String,
            wrap: @escaping @Sendable (Root) -> Entry, unwrap: @escaping @Sendable (Entry) -> Root?
        ) {
            self.description = EntriesDescription.Variant(
                kind: kind, documentation: documentation, keys: section.keys)
            self.read = { members, key, mark, foreign, reader in
                var root = section.initial
                section.read(members, key, at: mark, foreign: foreign, into: &root, &reader)
                return wrap(root)
            }
            self.write = { entry, key in unwrap(entry).map { section.write($0, key) } }
        }
    }

    let variants: [Variant]
    /// The property that holds the name, and what names look like.
    let name: (property: any WritableKeyPath<Entry, String> & Sendable, type: ScalarType<String>)
    let isEmptyAllowed: Bool
    let samples: [EntriesDescription.Sample]

    var description: EntriesDescription {
        let names = if case .text(let pattern) = self.name.type.form { pattern } else { "" }
        return EntriesDescription(
            names: names, isEmptyAllowed: self.isEmptyAllowed, variants: self.variants.map(\.description),
            samples: self.samples)
    }

    func read(_ value: YAMLValue, _ key: String, _ reader: inout SettingsReader) -> [Entry]? {
        guard let members = reader.members(value, key, "a mapping from names to entries") else { return nil }
        return members.compactMap { member in
            let location = reader.location(member.mark, key)
            guard reader.read(member.name, shownAs: member.name, key, at: location, self.name.type) != nil else {
                return nil
            }
            let memberKey = Section<Entry>.path(key, member.name)
            // Also where the entry is wrong: it exists, and whatever refers to it is right.
            reader.found(memberKey, at: reader.location(member.mark, memberKey))
            guard var entry = self.readEntry(member.value, memberKey, at: member.mark, &reader) else { return nil }
            entry[keyPath: self.name.property] = member.name
            return entry
        }
    }

    private func readEntry(
        _ value: YAMLValue, _ key: String, at mark: YAMLValue.Mark, _ reader: inout SettingsReader
    ) -> Entry? {
        guard let members = reader.members(value, key, "a mapping") else { return nil }
        let kinds = self.variants.compactMap(\.description.kind)
        guard !kinds.isEmpty else { return self.variants.first?.read(members, key, mark, [:], &reader) }
        let type = ScalarType<String>.one(of: kinds)
        let kindKey = Section<Entry>.path(key, "kind")
        guard let member = members.first(where: { $0.name == "kind" }) else {
            reader.report(
                .missing, at: reader.location(mark, kindKey), "missing: expected \(type.expectation)")
            return nil
        }
        guard let kind = reader.scalar(member.value, kindKey, type) else { return nil }
        let rest = members.filter { $0.name != "kind" }
        var entry: Entry?
        for variant in self.variants where variant.description.kind == kind {
            entry = variant.read(rest, key, mark, self.foreign(to: variant.description), &reader)
        }
        return entry
    }

    /// Why a key of another variant does not belong.
    private func foreign(to variant: EntriesDescription.Variant) -> [String: String] {
        var kinds: [String: [String]] = [:]
        for other in self.variants.map(\.description) {
            for key in other.keys where !variant.keys.contains(where: { $0.name == key.name }) {
                kinds[key.name, default: []].append(other.kind ?? "")
            }
        }
        return kinds.mapValues { names in
            "belongs to kind \(Spelling.list(names)), not to `\(variant.kind ?? "")`"
        }
    }

    func write(_ entries: [Entry], _ key: String) -> [(key: String, value: String)] {
        entries.flatMap { entry in
            let entryKey = Section<Entry>.path(key, entry[keyPath: self.name.property])
            for variant in self.variants {
                guard let values = variant.write(entry, entryKey) else { continue }
                return (variant.description.kind.map { [("\(entryKey).kind", $0)] } ?? []) + values
            }
            return []
        }
    }
}
