/// Compares values with each other, once each is well-formed by itself.
struct CrossChecks {
    /// The kinds and the families that they belong to: `pii.card` and `pii`.
    private let names: Set<String>

    init(knownFindings: Set<String>) {
        var names = knownFindings
        for kind in knownFindings {
            var family = kind[...]
            while let dot = family.lastIndex(of: ".") {
                family = family[..<dot]
                names.insert(String(family))
            }
        }
        self.names = names
    }

    func check(_ settings: Settings, _ reader: inout SettingsReader) {
        self.checkAddresses(settings, &reader)
        ProviderChecks(settings).check(&reader)
        self.checkRules(settings, &reader)
    }

    private func checkAddresses(_ settings: Settings, _ reader: inout SettingsReader) {
        let location = reader.locations["admin"] ?? reader.locations["listen"]
        guard let location else { return }
        if settings.listen.port == settings.admin.port, settings.admin.port != 0 {
            reader.report(
                .conflict, at: location, "listen and admin have the same port, \(settings.admin.port)",
                hint: "applications and administration need two ports")
        }
        if !settings.admin.host.isLoopback {
            reader.report(
                Problem(
                    .risk, at: location, "administration is reachable from other machines",
                    hint: "keep it on 127.0.0.1, or let only a trusted network reach it", severity: .warning))
        }
    }

    private func checkRules(_ settings: Settings, _ reader: inout SettingsReader) {
        var firstLines: [String: Int] = [:]
        for (index, rule) in settings.rules.enumerated() {
            let key = "rules[\(index)]"
            if let location = reader.locations["\(key).id"] {
                if let line = firstLines[rule.id] {
                    reader.report(
                        .duplicate, at: location, "another rule is called `\(rule.id)`, in line \(line)")
                }
                firstLines[rule.id] = firstLines[rule.id] ?? location.line
            }
            for (position, finding) in rule.found.enumerated() where !reader.isFull {
                let location = reader.locations["\(key).found[\(position)]"]
                self.check(finding, of: rule, at: location ?? Location(file: reader.file, key: key), &reader)
                guard let location, self.names.contains(finding) else { continue }
                self.checkReach(of: finding, in: rule, settings.detectors, at: location, &reader)
            }
        }
    }

    private func check(
        _ finding: String, of rule: Settings.Rule, at location: Location, _ reader: inout SettingsReader
    ) {
        guard !self.names.contains(finding) else { return }
        let hint =
            Spelling.hint(for: finding, among: self.names.sorted())
            ?? "the kinds are \(self.names.sorted().joined(separator: ", "))"
        reader.report(.invalid, at: location, "no detector finds `\(Spelling.excerpt(finding))`", hint: hint)
    }

    /// Warns of a rule that waits for what nobody looks for.
    private func checkReach(
        of finding: String, in rule: Settings.Rule, _ detectors: Settings.Detectors, at location: Location,
        _ reader: inout SettingsReader
    ) {
        guard rule.effect != .allow,
            let family = Settings.Detectors.Family.allCases.first(where: { family in
                finding == family.finding || finding.hasPrefix(family.finding + ".")
            })
        else { return }
        let sides: [(name: String, families: [Settings.Detectors.Family], isMeant: Bool)] = [
            ("request", detectors.request, rule.direction != .response),
            ("response", detectors.response, rule.direction != .request),
        ]
        for side in sides where side.isMeant && !side.families.contains(family) {
            reader.report(
                Problem(
                    .risk, at: location, "nothing looks for this in a \(side.name)",
                    hint: "add \(family.rawValue) to detectors.\(side.name)", severity: .warning))
        }
    }
}
