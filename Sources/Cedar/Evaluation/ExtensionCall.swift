/// What the functions of the extension types do.
package enum ExtensionCall {
    /// The value of a call; the receiver of a method is its first argument.
    package static func apply(
        _ function: ExtensionFunction, _ arguments: [Value], at location: SourceLocation
    ) throws(EvaluationError) -> Value {
        guard arguments.count == function.arity, let first = arguments.first else {
            let expected = function.isConstructor ? function.arity : function.arity - 1
            let count = function.isConstructor ? arguments.count : arguments.count - 1
            throw EvaluationError(
                .extensionFunction, "`\(function.rawValue)` takes \(expected) arguments but got \(count)", at: location)
        }
        if function.isConstructor {
            guard case .string(let text) = first else {
                throw EvaluationError(
                    .typeMismatch, "`\(function.rawValue)` needs a string but got \(first.kindName)", at: location)
            }
            if let value = Value(constructor: function, text) { return value }
            let shown = text.string.count > 60 ? String(text.string.prefix(60)) + "…" : text.string
            throw EvaluationError(
                .extensionFunction, "`\(shown)` is nothing that `\(function.rawValue)` can read", at: location)
        }
        if let value = self.method(function, first, arguments.last ?? first) { return value }
        if self.fits(function, first, arguments.last ?? first) {
            throw EvaluationError(
                .extensionFunction, "the result of `\(function.rawValue)` leaves the range of 64 bits", at: location)
        }
        let kinds = arguments.map(\.kindName).joined(separator: " and ")
        throw EvaluationError(.typeMismatch, "`\(function.rawValue)` cannot take \(kinds)", at: location)
    }

    /// The result; nil where the arguments are of the wrong kind or the result does not fit.
    private static func method(_ function: ExtensionFunction, _ first: Value, _ second: Value) -> Value? {
        switch (function, first, second) {
        case (.lessThan, .decimal(let left), .decimal(let right)): .boolean(left < right)
        case (.lessThanOrEqual, .decimal(let left), .decimal(let right)): .boolean(left <= right)
        case (.greaterThan, .decimal(let left), .decimal(let right)): .boolean(left > right)
        case (.greaterThanOrEqual, .decimal(let left), .decimal(let right)): .boolean(left >= right)
        case (.isIpv4, .address(let address), _): .boolean(!address.isIPv6)
        case (.isIpv6, .address(let address), _): .boolean(address.isIPv6)
        case (.isLoopback, .address(let address), _): .boolean(address.isLoopback)
        case (.isMulticast, .address(let address), _): .boolean(address.isMulticast)
        case (.isInRange, .address(let address), .address(let range)): .boolean(address.isInRange(range))
        case (.offset, .datetime(let moment), .duration(let span)): moment.offset(by: span).map(Value.datetime)
        case (.durationSince, .datetime(let moment), .datetime(let other)):
            moment.duration(since: other).map(Value.duration)
        case (.toDate, .datetime(let moment), _): moment.date.map(Value.datetime)
        case (.toTime, .datetime(let moment), _): .duration(moment.time)
        case (.toMilliseconds, .duration(let span), _): .long(span.milliseconds)
        case (.toSeconds, .duration(let span), _): .long(span.milliseconds / 1_000)
        case (.toMinutes, .duration(let span), _): .long(span.milliseconds / 60_000)
        case (.toHours, .duration(let span), _): .long(span.milliseconds / 3_600_000)
        case (.toDays, .duration(let span), _): .long(span.milliseconds / 86_400_000)
        default: nil
        }
    }

    /// Whether the kinds are right, for the functions whose result may not fit.
    private static func fits(_ function: ExtensionFunction, _ first: Value, _ second: Value) -> Bool {
        switch (function, first, second) {
        case (.offset, .datetime, .duration), (.durationSince, .datetime, .datetime), (.toDate, .datetime, _): true
        default: false
        }
    }
}
