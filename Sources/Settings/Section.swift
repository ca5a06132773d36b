/// The keys of one mapping and how each becomes a property of `Root`: the single place where a key is described.
struct Section<Root: Sendable>: Sendable {
    /// What the properties are where nothing is written.
    let initial: Root
    let fields: [Field<Root>]
    /// What became of keys that there were once.
    var former: [String: String] = [:]

    var keys: [KeyDescription] { self.fields.map { $0.describe(self.initial) } }

    /// Reads the members of a mapping; what is wrong is reported and leaves the property as it is.
    func read(
        _ members: [YAMLValue.Member], _ key: String, at mark: YAMLValue.Mark, foreign: [String: String] = [:],
        into root: inout Root, _ reader: inout SettingsReader
    ) {
        for member in members where !reader.isFull {
            let memberKey = Self.path(key, member.name)
            if let field = self.fields.first(where: { $0.name == member.name }) {
                field.read(member, memberKey, &root, &reader)
            } else if let reason = foreign[member.name] {
                reader.report(.unknownKey, at: reader.location(member.mark, memberKey), reason)
            } else {
                self.reportUnknown(member, memberKey, &reader)
            }
        }
        for field in self.fields where field.isRequired && !members.contains(where: { $0.name == field.name }) {
            let description = field.describe(self.initial)
            reader.report(
                .missing, at: reader.location(mark, Self.path(key, field.name)),
                "missing: expected \(description.expectation ?? description.documentation)",
                hint: "for example, \(field.name): \(description.example)")
        }
    }

    private func reportUnknown(_ member: YAMLValue.Member, _ key: String, _ reader: inout SettingsReader) {
        guard !CredentialShape.matches(member.name) else {
            let location = reader.location(member.mark, "")
            reader.report(.credential, at: location, "a key looks like a credential, which does not belong here")
            return
        }
        var hint = self.former[member.name] ?? Spelling.hint(for: member.name, among: self.fields.map(\.name))
        if hint == nil, let home = reader.homes[member.name] { hint = "did you mean \(home)?" }
        let allowed = self.fields.map(\.name).joined(separator: ", ")
        reader.report(
            .unknownKey, at: reader.location(member.mark, key.excerpt), "unknown key",
            hint: hint ?? "the keys here are \(allowed)")
    }

    /// Every value as it would be written, secrets as references, in the order of the description.
    func write(_ root: Root, _ key: String) -> [(key: String, value: String)] {
        self.fields.flatMap { $0.write(root, Self.path(key, $0.name)) }
    }

    /// The scalars that a variable can set.
    var overrides: [Override<Root>] { self.fields.flatMap(\.overrides) }

    static func path(_ key: String, _ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }
}

/// A value that a variable of the environment can set.
struct Override<Root: Sendable>: Sendable {
    /// The path of the key.
    let key: String
    /// Takes the value, the whole path of the key and the variable.
    let apply: @Sendable (String, String, Location, inout Root, inout SettingsReader) -> Void

    /// The variable: `limits.body` is `GATEHOUSE_LIMITS_BODY`.
    var variable: String { EnvironmentOverrides.variable(for: self.key) }
}

extension String {
    fileprivate var excerpt: String { Spelling.excerpt(self) }
}
