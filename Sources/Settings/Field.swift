/// One key of a section: what it is called and how it is read into, and written from, a property of `Root`.
struct Field<Root: Sendable>: Sendable {
    let name: String
    let isRequired: Bool
    let describe: @Sendable (Root) -> KeyDescription
    let read: @Sendable (YAMLValue.Member, String, inout Root, inout SettingsReader) -> Void
    let write: @Sendable (Root, String) -> [(key: String, value: String)]
    let overrides: [Override<Root>]

    typealias Property<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// A scalar that has a default.
    static func value<Value>(
        _ name: String, _ property: Property<Value>, _ type: ScalarType<Value>, _ documentation: String,
        isEssential: Bool = false
    ) -> Self {
        let override = Override<Root>(key: name) { text, key, location, root, reader in
            guard let value = reader.read(text, shownAs: text, key, at: location, type) else { return }
            root[keyPath: property] = value
        }
        return Self(name: name, isRequired: false) { initial in
            let written = type.write(initial[keyPath: property])
            return KeyDescription(
                name: name, documentation: documentation, form: .scalar(type.form), presence: .defaulted(written),
                expectation: type.expectation, example: written, isEssential: isEssential)
        } read: { member, key, root, reader in
            let written = type.write(root[keyPath: property])
            guard let value = reader.scalar(member.value, key, type, default: written) else { return }
            root[keyPath: property] = value
        } write: { root, key in
            [(key, type.write(root[keyPath: property]))]
        } overrides: {
            [override]
        }
    }

    /// A scalar without which the section means nothing. What `Root` holds until then is never seen.
    static func required<Value>(
        _ name: String, _ property: Property<Value>, _ type: ScalarType<Value>, _ documentation: String,
        example: String
    ) -> Self {
        Self(name: name, isRequired: true) { _ in
            KeyDescription(
                name: name, documentation: documentation, form: .scalar(type.form), presence: .required,
                expectation: type.expectation, example: example, isEssential: true)
        } read: { member, key, root, reader in
            guard let value = reader.scalar(member.value, key, type) else { return }
            root[keyPath: property] = value
        } write: { root, key in
            [(key, type.write(root[keyPath: property]))]
        } overrides: {
            []
        }
    }

    /// A scalar that may be left out.
    static func optional<Value>(
        _ name: String, _ property: Property<Value?>, _ type: ScalarType<Value>, _ documentation: String,
        example: String
    ) -> Self {
        Self(name: name, isRequired: false) { _ in
            KeyDescription(
                name: name, documentation: documentation, form: .scalar(type.form), presence: .optional,
                expectation: type.expectation, example: example, isEssential: false)
        } read: { member, key, root, reader in
            root[keyPath: property] = reader.scalar(member.value, key, type)
        } write: { root, key in
            root[keyPath: property].map { [(key, type.write($0))] } ?? []
        } overrides: {
            []
        }
    }

    /// A reference to a credential.
    static func secret(
        _ name: String, _ property: Property<SecretReference?>, _ documentation: String, example: String
    ) -> Self {
        Self(name: name, isRequired: false) { _ in
            KeyDescription(
                name: name, documentation: documentation, form: .scalar(.secret), presence: .optional,
                expectation: ReferencedText.expectation, example: example, isEssential: false)
        } read: { member, key, root, reader in
            root[keyPath: property] = reader.secret(member.value, key)
        } write: { root, key in
            root[keyPath: property].map { [(key, $0.description)] } ?? []
        } overrides: {
            []
        }
    }

    /// A list of scalars, each at most once. Where it has no default, at least one is needed.
    static func list<Value: Hashable>(
        _ name: String, _ property: Property<[Value]>, _ type: ScalarType<Value>, _ documentation: String,
        example: String? = nil
    ) -> Self {
        @Sendable func written(_ values: [Value]) -> String { "[\(values.map(type.write).joined(separator: ", "))]" }
        return Self(name: name, isRequired: example != nil) { initial in
            let text = written(initial[keyPath: property])
            return KeyDescription(
                name: name, documentation: documentation, form: .list(type.form, isEmptyAllowed: example == nil),
                presence: example == nil ? .defaulted(text) : .required, expectation: nil, example: example ?? text,
                isEssential: true)
        } read: { member, key, root, reader in
            let values = reader.list(member.value, key, type, isEmptyAllowed: example == nil)
            if let values { root[keyPath: property] = values }
        } write: { root, key in
            [(key, written(root[keyPath: property]))]
        } overrides: {
            []
        }
    }

    /// A mapping with keys of its own.
    static func section<Value>(
        _ name: String, _ property: Property<Value>, _ section: Section<Value>, _ documentation: String
    ) -> Self {
        let overrides = section.overrides.map { inner in
            Override<Root>(key: "\(name).\(inner.key)") { text, key, location, root, reader in
                inner.apply(text, key, location, &root[keyPath: property], &reader)
            }
        }
        let names = Spelling.list(section.fields.prefix(2).map(\.name))
        return Self(name: name, isRequired: false) { _ in
            KeyDescription(
                name: name, documentation: documentation, form: .section(section.keys), presence: .optional,
                expectation: nil, example: "", isEssential: true)
        } read: { member, key, root, reader in
            guard let members = reader.members(member.value, key, "a mapping with keys such as \(names)")
            else { return }
            section.read(members, key, at: member.mark, into: &root[keyPath: property], &reader)
        } write: { root, key in
            section.write(root[keyPath: property], key)
        } overrides: {
            overrides
        }
    }

    /// A mapping from names to entries.
    static func entries<Entry>(
        _ name: String, _ property: Property<[Entry]>, _ type: EntryType<Entry>, _ documentation: String
    ) -> Self {
        Self(name: name, isRequired: false) { _ in
            KeyDescription(
                name: name, documentation: documentation, form: .entries(type.description), presence: .optional,
                expectation: nil, example: "", isEssential: true)
        } read: { member, key, root, reader in
            if let entries = type.read(member.value, key, &reader) { root[keyPath: property] = entries }
        } write: { root, key in
            type.write(root[keyPath: property], key)
        } overrides: {
            []
        }
    }

    private init(
        name: String, isRequired: Bool, describe: @escaping @Sendable (Root) -> KeyDescription,
        read: @escaping @Sendable (YAMLValue.Member, String, inout Root, inout SettingsReader) -> Void,
        write: @escaping @Sendable (Root, String) -> [(key: String, value: String)],
        overrides: () -> [Override<Root>]
    ) {
        self.name = name
        self.isRequired = isRequired
        self.describe = describe
        self.read = read
        self.write = write
        self.overrides = overrides()
    }
}
