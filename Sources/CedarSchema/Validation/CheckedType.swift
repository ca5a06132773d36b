import Cedar

/// The type of an expression while policies are checked: as in a schema, but a boolean may be known, and the types of
/// sets and records that were written out in the policy are kept apart from those that the schema gives.
indirect enum CheckedType: Sendable {
    case boolean(Bool?)
    case long
    case string
    case entity(EntityType)
    case `extension`(ExtensionType)
    case set(CheckedType)
    case record([Text: CheckedType])
    /// A set or a record as the schema declares it.
    case declared(ValueType)

    static let anyBoolean = CheckedType.boolean(nil)

    init(_ type: ValueType) {
        switch type {
        case .boolean: self = .anyBoolean
        case .long: self = .long
        case .string: self = .string
        case .entity(let type): self = .entity(type)
        case .extension(let type): self = .extension(type)
        case .set, .record: self = .declared(type)
        }
    }

    /// Of a set, what its elements are.
    var element: CheckedType? {
        switch self {
        case .set(let element): element
        case .declared(.set(let element)): CheckedType(element)
        default: nil
        }
    }

    var isSet: Bool {
        switch self {
        case .set, .declared(.set): true
        default: false
        }
    }

    var isBoolean: Bool {
        if case .boolean = self { return true }
        return false
    }

    /// Whether `<` compares values of this type.
    var isOrdered: Bool {
        switch self {
        case .long, .extension(.datetime), .extension(.duration): true
        default: false
        }
    }

    /// The type that values of both have, as strict checking sees it: the same but for known booleans.
    static func common(_ left: CheckedType, _ right: CheckedType) -> CheckedType? {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): return .boolean(left == right ? left : nil)
        case (.long, .long), (.string, .string): return left
        case (.entity(let first), .entity(let second)): return first == second ? left : nil
        case (.extension(let first), .extension(let second)): return first == second ? left : nil
        case (.declared(let first), .declared(let second)): return first == second ? left : nil
        default: break
        }
        if let first = left.element, let second = right.element {
            return Self.common(first, second).map(CheckedType.set)
        }
        guard let first = left.requiredFields, let second = right.requiredFields, first.count == second.count else {
            return nil
        }
        var fields: [Text: CheckedType] = [:]
        for (name, type) in first {
            guard let other = second[name], let common = Self.common(type, other) else { return nil }
            fields[name] = common
        }
        return .record(fields)
    }

    /// The fields of a record all of whose fields are required; nil for other types.
    private var requiredFields: [Text: CheckedType]? {
        switch self {
        case .record(let fields): return fields
        case .declared(.record(let type)):
            guard type.attributes.values.allSatisfy(\.isRequired) else { return nil }
            return type.attributes.mapValues { CheckedType($0.type) }
        default: return nil
        }
    }

    /// What messages call it.
    var name: String {
        switch self {
        case .boolean: "Bool"
        case .long: "Long"
        case .string: "String"
        case .entity(let type): type.description
        case .extension(let type): type.rawValue
        case .set(let element): "Set<\(element.name)>"
        case .declared(.set(let element)): "Set<\(CheckedType(element).name)>"
        case .declared(.record(let type)):
            Self.name(type.attributes.map { ($0.key, $0.value.isRequired, CheckedType($0.value.type)) })
        case .record(let fields): Self.name(fields.map { ($0.key, true, $0.value) })
        case .declared(let type): CheckedType(type).name
        }
    }

    /// The first few fields: messages are for people.
    private static func name(_ fields: [(name: Text, isRequired: Bool, type: CheckedType)]) -> String {
        let shown = fields.sorted { $0.name < $1.name }.prefix(4).map { field in
            let type: String
            switch field.type {
            case .record, .declared(.record): type = "{…}"
            default: type = field.type.name
            }
            return "\(field.name)\(field.isRequired ? "" : "?"): \(type)"
        }
        return "{\((shown + (fields.count > 4 ? ["…"] : [])).joined(separator: ", "))}"
    }
}
