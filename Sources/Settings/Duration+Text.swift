extension Duration {
    /// Reads `500ms`, `5s`, `10m` or `1h`.
    init(text: String) throws(Refusal) {
        guard let (count, unit) = text.splitAfterDigits(), count <= 1_000_000_000 else { throw Refusal() }
        switch unit {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "m": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        case "": throw Refusal(hint: "add a unit: \(count)ms, \(count)s, \(count)m or \(count)h")
        default: throw Refusal(hint: "the units are ms, s, m and h")
        }
    }

    /// With the largest unit that leaves a whole number; milliseconds at the smallest.
    package var text: String {
        let milliseconds = self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return "0s" }
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)] {
            if milliseconds % size == 0 { return "\(milliseconds / size)\(unit)" }
        }
        return "\(milliseconds)ms"
    }
}
