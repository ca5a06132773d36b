/// What an expression yields. Values of different kinds are never equal, and comparing them is no error.
package enum Value: Hashable, Sendable {
    case boolean(Bool)
    case long(Int64)
    case string(Text)
    case entity(EntityUID)
    case set(SetValue)
    case record(RecordValue)
    case decimal(DecimalValue)
    /// Kept apart, so that every other value stays small.
    indirect case address(AddressValue)
    case datetime(DatetimeValue)
    case duration(DurationValue)

    /// What messages call the kind of this value.
    package var kindName: String {
        switch self {
        case .boolean: "bool"
        case .long: "long"
        case .string: "string"
        case .entity(let uid): "entity of type `\(uid.type)`"
        case .set: "set"
        case .record: "record"
        case .decimal: "decimal"
        case .address: "ipaddr"
        case .datetime: "datetime"
        case .duration: "duration"
        }
    }
}
