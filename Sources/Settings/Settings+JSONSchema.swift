extension Settings {
    /// The JSON Schema (draft 2020-12) that editors complete and check a configuration by.
    ///
    /// What it accepts `load` accepts as far as one key is concerned; what takes two keys, or the outside, only `load`
    /// finds.
    package static func jsonSchema() -> String {
        let overridable = Set(Self.description.overrides.map(\.key))
        var members: [(String, JSONValue)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("gatehouse.yaml")),
            ("description", .string("The configuration of one Gatehouse gateway.")),
            ("type", .string("object")),
        ]
        members += JSONSchema(overridable: overridable).object(Self.description.keys, "", extra: [])
        members.append(
            ("$defs", .object([("reference", .object(JSONSchema.string(matching: JSONSchema.reference)))])))
        return JSONValue.object(members).text
    }
}

/// Says in JSON Schema what `KeyDescription` says.
private struct JSONSchema {
    typealias Members = [(String, JSONValue)]

    /// A value that is made up only when the file is read.
    static let reference = "\\$\\{(env|file):[^}]+\\}"

    let overridable: Set<String>

    static func string(matching pattern: String) -> Members {
        [("type", .string("string")), ("pattern", .string(pattern))]
    }

    /// What a mapping may hold. Its path is nil within entries, whose keys have no variables.
    func object(_ keys: [KeyDescription], _ key: String?, extra: Members) -> Members {
        let properties = keys.map { description -> (String, JSONValue) in
            let path = key.map { Section<Settings>.path($0, description.name) }
            return (description.name, .object(self.property(description, path)))
        }
        let required = keys.filter { $0.presence == .required || self.isNeeded($0) }.map(\.name)
        let names = extra.map(\.0) + required
        return [("additionalProperties", .boolean(false))] + (names.isEmpty ? [] : [("required", .strings(names))])
            + [("properties", .object(extra + properties))]
    }

    private func isNeeded(_ key: KeyDescription) -> Bool {
        if case .entries(let entries) = key.form { !entries.isEmptyAllowed } else { false }
    }

    private func property(_ key: KeyDescription, _ path: String?) -> Members {
        var sentence = key.sentence
        if let expectation = key.expectation { sentence += " \(expectation.capitalizedSentence)" }
        if let path, self.overridable.contains(path) {
            sentence += " Variable: \(EnvironmentOverrides.variable(for: path))."
        }
        var members: Members = [("description", .string(sentence))]
        switch key.form {
        case .scalar(let form): members += self.scalar(form)
        case .list(let form, let isEmptyAllowed):
            members.append(("type", .string("array")))
            members.append(("items", .object(self.scalar(form))))
            members.append(("uniqueItems", .boolean(true)))
            if !isEmptyAllowed { members.append(("minItems", .integer(1))) }
        case .section(let keys):
            members.append(("type", .strings(["object", "null"])))
            members += self.object(keys, path, extra: [])
        case .entries(let entries): members += self.entries(entries)
        }
        return members + self.values(key)
    }

    private func values(_ key: KeyDescription) -> Members {
        switch (key.form, key.presence) {
        case (.section, _), (.entries, _): []
        case (.scalar(.integer), .defaulted(let value)):
            [("default", Int(value).map { .integer($0) } ?? .string(value))]
        case (.scalar(.boolean), .defaulted(let value)): [("default", .boolean(value == "true"))]
        case (.scalar, .defaulted(let value)): [("default", .string(value))]
        case (.scalar, _): [("examples", .strings([key.example]))]
        case (.list, .defaulted(let value)): [("default", Self.list(value))]
        case (.list, _): [("examples", .array([Self.list(key.example)]))]
        }
    }

    /// A list as it is written in the description: `[secrets, pii]`.
    private static func list(_ written: String) -> JSONValue {
        .strings(written.split { "[], ".contains($0) }.map(String.init))
    }

    private func scalar(_ form: ScalarForm) -> Members {
        switch form {
        case .integer(let bounds):
            return [
                ("type", .strings(["integer", "string"])), ("pattern", .string("^\(Self.reference)$")),
                ("minimum", .integer(bounds.lowerBound)), ("maximum", .integer(bounds.upperBound)),
            ]
        case .size(let bounds):
            return [
                ("type", .strings(["integer", "string"])),
                ("pattern", .string("^[0-9]+(KiB|MiB|GiB)?$|\(Self.reference)")),
                ("minimum", .integer(bounds.lowerBound)), ("maximum", .integer(bounds.upperBound)),
            ]
        case .decimal:
            return [
                ("type", .strings(["number", "string"])),
                ("pattern", .string("^[0-9]+(\\.[0-9]{1,6})?$|\(Self.reference)")), ("minimum", .integer(0)),
            ]
        case .choice(let names):
            let reference = JSONValue.object([("$ref", .string("#/$defs/reference"))])
            return [("anyOf", .array([.object([("enum", .strings(names))]), reference]))]
        case .boolean:
            return [("type", .strings(["boolean", "string"])), ("pattern", .string("^\(Self.reference)$"))]
        case .text(let pattern): return Self.string(matching: "\(pattern)|\(Self.reference)")
        case .secret: return Self.string(matching: "^\(Self.reference)$")
        }
    }

    private func entries(_ entries: EntriesDescription) -> Members {
        let variants = entries.variants.map { variant -> JSONValue in
            var members: Members = [("description", .string(variant.documentation.capitalizedSentence))]
            members.append(("type", .string("object")))
            let kind = variant.kind.map { ("kind", JSONValue.object([("const", .string($0))])) }
            return .object(members + self.object(variant.keys, nil, extra: kind.map { [$0] } ?? []))
        }
        let entry = variants.count == 1 ? variants[0] : .object([("oneOf", .array(variants))])
        return [
            ("type", .string("object")), ("minProperties", .integer(entries.isEmptyAllowed ? 0 : 1)),
            ("propertyNames", .object([("pattern", .string(entries.names))])), ("additionalProperties", entry),
        ]
    }
}
