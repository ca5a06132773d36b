/// Payloads that leaves name and that are not there, and what the log says about why.
struct PayloadAbsences {
    /// The keys that payloads were sealed with, without their generations.
    private struct Keys: Hashable {
        let person: String
        let month: String
        let retention: String

        /// Reads `p:…/2026-05/content`, with `~2` and so on behind the first two.
        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            self.person = String(parts[0].prefix { $0 != "~" })
            self.month = String(parts[1].prefix { $0 != "~" })
            self.retention = String(parts[2])
        }
    }

    private struct Missing {
        var count = 0
        var first: PayloadCheck.Named
        var last: Int64
    }

    private var missing: [Keys: Missing] = [:]
    private var unnamed: [PayloadCheck.Named] = []
    /// The last erasure of each person, and of each class up to a month.
    private var persons: [String: Int64] = [:]
    private var months: [(month: String, retention: String, index: Int64)] = []

    mutating func miss(_ payload: PayloadCheck.Named) {
        guard let keys = Keys(payload.keys) else { return self.unnamed.append(payload) }
        var missing = self.missing[keys] ?? Missing(first: payload, last: payload.index)
        missing.count += 1
        missing.last = max(missing.last, payload.index)
        self.missing[keys] = missing
    }

    mutating func erased(_ resource: String, at index: Int64) {
        if resource.hasPrefix("person:") {
            self.persons[String(resource.dropFirst(7))] = index
        } else if resource.hasPrefix("month:") {
            let parts = resource.dropFirst(6).split(separator: "/")
            guard parts.count == 2 else { return }
            self.months.append((String(parts[0]), String(parts[1]), index))
        }
    }

    private func isErased(_ keys: Keys, _ missing: Missing) -> Bool {
        if let index = self.persons[keys.person], index > missing.last { return true }
        return self.months.contains {
            $0.retention == keys.retention && keys.month <= $0.month && $0.index > missing.last
        }
    }

    func tell(isWhole: Bool, into report: inout VerificationReport) {
        var unexplained = self.unnamed.map { (1, $0) }
        for (keys, missing) in self.missing {
            report.payloadsGone += missing.count
            if self.isErased(keys, missing) {
                report.payloadsErased += missing.count
            } else {
                unexplained.append((missing.count, missing.first))
            }
        }
        report.payloadsGone += self.unnamed.count
        guard isWhole else { return }
        for (count, payload) in unexplained.sorted(by: { $0.1.index < $1.1.index }) {
            let rest = count > 1 ? ", and \(count - 1) more under its keys," : ""
            report.add(
                .ciphertexts, .incomplete, at: .payload(index: payload.index, kind: payload.kind),
                "is missing\(rest) and the log does not say that it was erased")
        }
    }
}
