/// Compares values with each other, once each is well-formed by itself.
struct CrossChecks {
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func check(_ reader: inout SettingsReader) {
        self.checkAddresses(&reader)
        self.checkStorage(&reader)
        ProviderChecks(self.settings).check(&reader)
        self.checkFallbacks(&reader)
        self.checkUseCases(&reader)
        self.checkOutside(&reader)
        self.checkContent(&reader)
        self.checkExports(&reader)
    }

    private func checkExports(_ reader: inout SettingsReader) {
        for export in self.settings.audit.exports {
            let path = "audit.export.\(export.name).to"
            guard !Settings.Export.schemes.contains(where: export.target.hasPrefix),
                let location = reader.locations[path], !reader.isReported(path)
            else { continue }
            reader.report(
                .conflict, at: location, "`\(Spelling.excerpt(export.target))` is no target",
                hint: "write file:/path, syslog://host:port, syslog+tls://host:port or a URL")
        }
    }

    /// To mark what was found, somebody must look.
    private func checkContent(_ reader: inout SettingsReader) {
        guard self.settings.detectors.request.isEmpty || self.settings.detectors.response.isEmpty else { return }
        var places = [("audit.content", Optional(self.settings.audit.content))]
        places += self.settings.models.map { ("models.\($0.name).content", $0.content) }
        for (path, level) in places where level == .redacted {
            guard let location = reader.locations[path] else { continue }
            reader.report(
                .conflict, at: location, "`redacted` marks what detectors find, and nothing is looked for",
                hint: "name families in detectors.request and in detectors.response, or choose metadata")
        }
    }

    /// One home for everything: nobody should look for a log in a file that is not written.
    private func checkStorage(_ reader: inout SettingsReader) {
        let settings = self.settings
        let isShared = settings.storage.url != nil || reader.isReported("storage.url")
        for (key, isSet) in [("audit.path", settings.audit.path != nil), ("audit.vault", settings.audit.vault != nil)] {
            guard isShared, isSet, let location = reader.locations[key] else { continue }
            reader.report(
                Problem(
                    .conflict, at: location, "says nothing: with `storage.url` log and vault are in that database",
                    severity: .warning))
        }
        guard !isShared, settings.storage.vaultURL != nil, let location = reader.locations["storage.vault_url"] else {
            return
        }
        reader.report(.conflict, at: location, "a `vault_url` needs a `url` beside it")
    }

    private func checkOutside(_ reader: inout SettingsReader) {
        let outside = self.settings.policies.outside
        guard outside.token != nil, let location = reader.locations["policies.outside_token"] else { return }
        guard let url = outside.url else {
            guard !reader.isReported("policies.outside_url") else { return }
            return reader.report(
                .conflict, at: location, "a token without an `outside_url` is sent nowhere",
                hint: "name the decision point, for example outside_url: https://pdp.example.com")
        }
        guard !url.isTLS, !url.host.isLoopback else { return }
        reader.report(
            Problem(.risk, at: location, "the token travels unencrypted", hint: "use https", severity: .warning))
    }

    private func checkAddresses(_ reader: inout SettingsReader) {
        let location = reader.locations["admin"] ?? reader.locations["listen"]
        guard let location else { return }
        if self.settings.listen.port == self.settings.admin.port, self.settings.admin.port != 0 {
            reader.report(
                .conflict, at: location, "listen and admin have the same port, \(self.settings.admin.port)",
                hint: "applications and administration need two ports")
        }
        if !self.settings.admin.host.isLoopback {
            reader.report(
                Problem(
                    .risk, at: location, "administration is reachable from other machines",
                    hint: "keep it on 127.0.0.1, or let only a trusted network reach it", severity: .warning))
        }
    }

    /// Where some use cases have times of their own, a name that is none of them is a mistake in writing.
    private func checkUseCases(_ reader: inout SettingsReader) {
        let names = self.settings.audit.useCases.map(\.name)
        guard !names.isEmpty else { return }
        for model in self.settings.models {
            guard let useCase = model.useCase, let location = reader.locations["models.\(model.name).use_case"],
                reader.locations["audit.use_cases.\(useCase)"] == nil
            else { continue }
            reader.report(
                .conflict, at: location, "expected \(Spelling.choice(names)), found `\(Spelling.excerpt(useCase))`",
                hint: Spelling.hint(for: useCase, among: names))
        }
    }

    private func checkFallbacks(_ reader: inout SettingsReader) {
        let names = self.settings.models.map(\.name)
        for model in self.settings.models {
            for (index, fallback) in model.fallbacks.enumerated() where !reader.isFull {
                guard let location = reader.locations["models.\(model.name).fallbacks[\(index)]"] else { continue }
                if fallback == model.name {
                    reader.report(
                        .conflict, at: location, "a model cannot stand in for itself", hint: "name another model")
                } else if reader.locations["models.\(fallback)"] == nil {
                    // A model that is declared but wrong is reported where it stands.
                    let others = names.filter { $0 != model.name }
                    let expected = others.isEmpty ? "another model, of which there is none" : Spelling.choice(others)
                    reader.report(
                        .conflict, at: location, "expected \(expected), found `\(Spelling.excerpt(fallback))`",
                        hint: Spelling.hint(for: fallback, among: others))
                }
            }
        }
    }
}
