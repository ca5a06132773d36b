/// The functions of the extension types: constructors are called by name, all others as methods.
package enum ExtensionFunction: String, Hashable, Sendable, CaseIterable {
    case decimal, lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual
    case ip, isIpv4, isIpv6, isLoopback, isMulticast, isInRange
    case datetime, offset, durationSince, toDate, toTime
    case duration, toMilliseconds, toSeconds, toMinutes, toHours, toDays

    /// Whether it is called as `name(…)` rather than as `value.name(…)`.
    package var isConstructor: Bool {
        switch self {
        case .decimal, .ip, .datetime, .duration: true
        default: false
        }
    }

    /// How many arguments it takes, the receiver of a method included.
    package var arity: Int {
        switch self {
        case .decimal, .ip, .datetime, .duration, .isIpv4, .isIpv6, .isLoopback, .isMulticast, .toDate, .toTime,
            .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays:
            1
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .isInRange, .offset, .durationSince: 2
        }
    }
}
