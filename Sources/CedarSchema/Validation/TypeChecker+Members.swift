package import Cedar

extension TypeChecker {
    // MARK: Attributes

    /// An attribute as a type gives it.
    private struct Attribute {
        let type: CheckedType
        let isRequired: Bool
    }

    /// What has attributes, and which.
    private enum Owner {
        case entity(EntityType, RecordType)
        case declared(RecordType)
        case literal([Text: CheckedType])

        func attribute(_ name: Text) -> Attribute? {
            switch self {
            case .entity(_, let record), .declared(let record):
                record.attributes[name].map { Attribute(type: CheckedType($0.type), isRequired: $0.isRequired) }
            case .literal(let fields): fields[name].map { Attribute(type: $0, isRequired: true) }
            }
        }

        var names: [String] {
            switch self {
            case .entity(_, let record), .declared(let record): record.attributes.keys.map(\.string)
            case .literal(let fields): fields.keys.map(\.string)
            }
        }

        /// An entity may not exist, a record does.
        var exists: Bool {
            if case .entity = self { return false }
            return true
        }

        var name: String {
            if case .entity(let type, _) = self { return "`\(type)`" }
            return "this record"
        }
    }

    private mutating func owner(_ type: CheckedType, at index: Int, hint: String? = nil) -> Owner? {
        switch type {
        case .entity(let type): return .entity(type, self.schema.attributes(of: type) ?? RecordType())
        case .declared(.record(let record)): return .declared(record)
        case .record(let fields): return .literal(fields)
        default:
            self.expected("an entity or a record", type, at: index, hint: hint)
            return nil
        }
    }

    mutating func attribute(_ name: Text, of base: Int, _ known: Set<Int>, at index: Int) -> Answer {
        guard let type = self.type(base, known).type, let owner = self.owner(type, at: base) else { return Answer() }
        let isKnown = known.isSuperset(of: self.tree[index].capabilities)
        return Answer(type: self.attribute(name, of: owner, isKnown: isKnown, at: index))
    }

    private mutating func attribute(_ name: Text, of owner: Owner, isKnown: Bool, at index: Int) -> CheckedType? {
        guard let attribute = owner.attribute(name) else {
            let hint = Spelling.hint(for: name.string, among: owner.names)
            self.report(.unknownAttribute, "\(owner.name) has no attribute `\(name)`\(hint)", at: index)
            return nil
        }
        if !attribute.isRequired, !isKnown {
            self.report(
                .optionalAttribute,
                "the attribute `\(name)` of \(owner.name) may not be there\nhint: test for it with `has` first",
                at: index)
        }
        return attribute.type
    }

    /// Like `a has b && a.b has c && …`, from left to right.
    mutating func has(_ path: [Text], of base: Int, _ known: Set<Int>, at index: Int) -> Answer {
        guard var type = self.type(base, known).type else { return .boolean(nil) }
        let capabilities = self.tree[index].capabilities
        var learned: Set<Int> = []
        var isCertain = true
        for (position, name) in path.enumerated() {
            let hint: String? =
                switch type {
                case .string: "`like` looks into a text"
                case _ where type.isSet: "`contains` tests for an element of a set"
                default: nil
                }
            guard let owner = self.owner(type, at: index, hint: hint) else { return .boolean(nil) }
            guard let attribute = owner.attribute(name) else { return .boolean(false) }
            let capability = capabilities[position]
            let isKnown = known.contains(capability) || (attribute.isRequired && owner.exists)
            isCertain = isCertain && isKnown
            learned.insert(capability)
            type = attribute.type
        }
        return .boolean(isCertain ? true : nil, learned)
    }

    // MARK: Functions

    mutating func call(_ function: ExtensionFunction, _ arguments: [Int], _ known: Set<Int>, at index: Int) -> Answer {
        let signature = function.signature
        if arguments.count != function.arity {
            // The receiver of a method is not counted: it does not stand between the parentheses.
            let receiver = function.isConstructor ? 0 : 1
            let (wanted, given) = (function.arity - receiver, arguments.count - receiver)
            self.report(
                .wrongArity, "`\(function.rawValue)` takes \(wanted) arguments, not \(given)",
                at: index)
        }
        if function.isConstructor {
            self.checkLiteral(function, arguments, at: index)
        }
        for (argument, wanted) in zip(arguments, signature.arguments) {
            guard let type = self.type(argument, known).type, CheckedType.common(type, CheckedType(wanted)) == nil
            else { continue }
            self.expected("`\(CheckedType(wanted).name)`", type, at: argument)
        }
        return Answer(type: CheckedType(signature.result))
    }

    /// What a policy constructs must be known before any request: a malformed address is found now, not later.
    private mutating func checkLiteral(_ function: ExtensionFunction, _ arguments: [Int], at index: Int) {
        guard let argument = arguments.first, case .literal(let literal) = self.tree[argument].kind else {
            self.report(
                .dynamicConstructor, "`\(function.rawValue)(…)` takes a text in quotes, nothing computed", at: index)
            return
        }
        guard case .string(let text) = literal, !function.accepts(text) else { return }
        self.report(
            .malformedLiteral, "`\(text.string.prefix(80))` is not a valid text for `\(function.rawValue)(…)`",
            at: argument)
    }
}

extension ExtensionFunction {
    /// The types of its arguments, the receiver first, and of its result.
    package var signature: (arguments: [ValueType], result: ValueType) {
        let decimal = ValueType.extension(.decimal)
        let address = ValueType.extension(.ipaddr)
        let datetime = ValueType.extension(.datetime)
        let duration = ValueType.extension(.duration)
        return switch self {
        case .decimal: ([.string], decimal)
        case .ip: ([.string], address)
        case .datetime: ([.string], datetime)
        case .duration: ([.string], duration)
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: ([decimal, decimal], .boolean)
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast: ([address], .boolean)
        case .isInRange: ([address, address], .boolean)
        case .offset: ([datetime, duration], datetime)
        case .durationSince: ([datetime, datetime], duration)
        case .toDate: ([datetime], datetime)
        case .toTime: ([datetime], duration)
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: ([duration], .long)
        }
    }

    /// Whether a constructor makes a value of the text.
    func accepts(_ text: Text) -> Bool {
        switch self {
        case .decimal: DecimalValue(text) != nil
        case .ip: AddressValue(text) != nil
        case .datetime: DatetimeValue(text) != nil
        case .duration: DurationValue(text) != nil
        default: false
        }
    }
}
