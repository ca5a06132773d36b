import Kernel
import Transport

/// How many requests a key may begin now: as many as its limit at once, and what was used comes back evenly over a minute.
struct RequestBucket: Hashable, Sendable {
    /// In requests times the nanoseconds of a minute, so that nothing is rounded.
    private var level: Int64
    private var time: ContinuousClock.Instant

    private static let minute: Int64 = 60_000_000_000

    init(_ limit: Int, at now: ContinuousClock.Instant) {
        self.level = Int64(limit) * Self.minute
        self.time = now
    }

    /// Takes one request out; where there is none, says how long it takes until there is. The limit may differ from call to
    /// call.
    mutating func take(_ limit: Int, at now: ContinuousClock.Instant) -> Duration? {
        if now > self.time {
            let passed = min((now - self.time).nanoseconds, Self.minute)
            self.level = min(self.level + passed * Int64(limit), Int64(limit) * Self.minute)
            self.time = now
        }
        guard self.level >= Self.minute else {
            return .nanoseconds((Self.minute - self.level + Int64(limit) - 1) / Int64(limit))
        }
        self.level -= Self.minute
        return nil
    }

    /// What is left.
    func allowance(_ limit: Int) -> RequestAllowance {
        let missing = Int64(limit) * Self.minute - self.level
        return RequestAllowance(
            limit: limit, remaining: Int(self.level / Self.minute),
            reset: .nanoseconds((missing + Int64(limit) - 1) / Int64(limit)))
    }
}

/// What a key may still begin: the state of our own limit, never that of the provider's.
struct RequestAllowance: Hashable, Sendable {
    let limit: Int
    let remaining: Int
    /// Until all of it is back.
    let reset: Duration

    /// The fields by which the API that was called tells of it. Gemini's has none.
    func addFields(to head: inout AnswerHead, _ dialect: Dialect, at now: Timestamp) {
        switch dialect {
        case .openAI:
            head.add("x-ratelimit-limit-requests", String(self.limit))
            head.add("x-ratelimit-remaining-requests", String(self.remaining))
            head.add("x-ratelimit-reset-requests", Self.text(self.reset))
        case .anthropic:
            head.add("anthropic-ratelimit-requests-limit", String(self.limit))
            head.add("anthropic-ratelimit-requests-remaining", String(self.remaining))
            head.add("anthropic-ratelimit-requests-reset", now.advanced(by: self.reset).description)
        case .gemini: break
        }
    }

    /// As OpenAI's API writes times: `600ms`, `12.5s`, `6m0s`.
    static func text(_ duration: Duration) -> String {
        let milliseconds = (duration.nanoseconds + 999_999) / 1_000_000
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let (minutes, rest) = milliseconds.quotientAndRemainder(dividingBy: 60_000)
        let (seconds, thousandths) = rest.quotientAndRemainder(dividingBy: 1000)
        var text = minutes > 0 ? "\(minutes)m\(seconds)" : "\(seconds)"
        if thousandths > 0 {
            var digits = String(String(thousandths + 1000).dropFirst())
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "s"
    }
}

extension Duration {
    /// Without what is below a nanosecond.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
