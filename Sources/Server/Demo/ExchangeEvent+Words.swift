package import Audit

extension ExchangeEvent {
    /// What was found, such as `secret.github_token (request), pii.email ×2 (response)`; empty where nothing was.
    package var findingsInWords: String {
        self.findings.map { "\($0.kind)\($0.count > 1 ? " ×\($0.count)" : "") (\($0.stage.rawValue))" }
            .joined(separator: ", ")
    }

    /// What policy said, in its order, such as `redact by secrets-stay, then permit`; empty where it was not asked.
    package var decisionsInWords: String {
        var words: [String] = []
        var stage: Stage?
        for decision in self.decisions {
            let verdict =
                switch decision.effect {
                case .permit: "permit"
                case .forbid: decision.remedy ?? "block"
                }
            let rules = decision.policies.isEmpty ? "" : " by \(decision.policies.joined(separator: ", "))"
            words.append((decision.stage == stage ? "then " : "") + verdict + rules)
            stage = decision.stage
        }
        return words.joined(separator: ", ")
    }
}
