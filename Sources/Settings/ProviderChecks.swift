/// Compares what the providers and the models say with each other.
struct ProviderChecks {
    private let settings: Settings
    private let names: [String]
    private let providers: [String: Settings.Provider]

    init(_ settings: Settings) {
        self.settings = settings
        self.names = settings.providers.map(\.name)
        self.providers = Dictionary(zip(self.names, settings.providers)) { first, _ in first }
    }

    func check(_ reader: inout SettingsReader) {
        for provider in self.settings.providers where !reader.isFull {
            self.checkCredentials(of: provider, &reader)
            self.checkAddress(of: provider, &reader)
            if case .replay(let replay) = provider.service { self.check(replay, provider.name, &reader) }
        }
        self.checkModels(&reader)
    }

    // MARK: Models

    private func checkModels(_ reader: inout SettingsReader) {
        let declared = reader.locations.keys.filter { $0.hasPrefix("models.") }
        if self.settings.models.isEmpty, declared.isEmpty {
            reader.report(
                .missing, at: Location(file: reader.file, key: "models"), "at least one model is needed",
                hint: "a provider `local: {kind: extractive}` and a model `demo: {provider: local}` need no key")
        }
        for model in self.settings.models where !reader.isFull {
            let key = "models.\(model.name)"
            guard let location = reader.locations["\(key).provider"] else { continue }
            guard let provider = self.provider(named: model.provider, of: self.names, at: location, &reader) else {
                continue
            }
            switch provider.service {
            case .extractive:
                guard let location = reader.locations["\(key).model"] else { continue }
                reader.report(
                    .conflict, at: location, "the provider `\(provider.name)` has only one model",
                    hint: "leave the key out")
            case .replay: continue
            case .openai, .azure, .anthropic, .gemini, .vertex, .bedrock:
                guard model.model == nil, !reader.isReported("\(key).model") else { continue }
                let example = provider.kind == "azure" ? "the name of a deployment" : Self.model(of: provider)
                reader.report(
                    .missing, at: location.with(key: "\(key).model"),
                    "missing: what the provider `\(provider.name)` calls the model",
                    hint: "for example, model: \(example)")
            }
        }
    }

    private static func model(of provider: Settings.Provider) -> String {
        switch provider.service {
        case .anthropic: "claude-sonnet-4-5"
        case .gemini, .vertex: "gemini-2.5-flash"
        case .bedrock: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
        case .openai, .azure, .extractive, .replay: "gpt-4o-mini"
        }
    }

    /// A provider that something refers to; nil where there is none, which is then reported.
    private func provider(
        named name: String, of names: [String], at location: Location, _ reader: inout SettingsReader
    ) -> Settings.Provider? {
        if let provider = self.providers[name] { return provider }
        // A provider that is declared but wrong is reported where it stands.
        guard reader.locations["providers.\(name)"] == nil else { return nil }
        let expected = names.isEmpty ? "a provider, of which there is none" : Spelling.choice(names)
        reader.report(
            .conflict, at: location, "expected \(expected), found `\(Spelling.excerpt(name))`",
            hint: Spelling.hint(for: name, among: names))
        return nil
    }

    private func check(_ replay: Settings.Replay, _ name: String, _ reader: inout SettingsReader) {
        let sources = self.settings.providers.filter { $0.kind != "replay" }.map(\.name)
        guard let source = replay.recordFrom, let location = reader.locations["providers.\(name).record_from"],
            let provider = self.provider(named: source, of: sources, at: location, &reader)
        else { return }
        if case .replay = provider.service {
            reader.report(
                .conflict, at: location, "`\(Spelling.excerpt(source))` has only recordings itself",
                hint: "name a provider of another kind")
        }
    }

    // MARK: Credentials

    private func checkCredentials(of provider: Settings.Provider, _ reader: inout SettingsReader) {
        switch provider.service {
        case .openai, .anthropic, .gemini, .extractive, .replay: return
        case .azure:
            self.checkChoice(of: provider, ["api_key"], or: ["token"], &reader)
        case .vertex:
            self.checkChoice(of: provider, ["token"], or: nil, &reader)
        case .bedrock:
            self.checkChoice(of: provider, ["api_key"], or: ["access_key", "secret_key"], &reader)
            self.check(provider, "session_token", needs: "access_key", &reader)
        }
    }

    /// Reports where neither of two sets of credentials is complete, or both have begun.
    private func checkChoice(
        of provider: Settings.Provider, _ first: [String], or second: [String]?, _ reader: inout SettingsReader
    ) {
        let path = "providers.\(provider.name)"
        let keys = first + (second ?? [])
        // What is written but wrong is reported where it stands.
        guard !keys.contains(where: { reader.isReported("\(path).\($0)") }) else { return }
        let written = Set(provider.secrets.map(\.key))
        guard let home = reader.locations[path] else { return }
        if first.contains(where: written.contains), let conflict = second?.first(where: written.contains) {
            reader.report(
                .conflict, at: reader.locations["\(path).\(conflict)"] ?? home,
                "stands beside \(Spelling.list(first)), which does the same", hint: "leave one of them out")
            return
        }
        guard !keys.contains(where: written.contains) else {
            let begun = first.contains(where: written.contains) ? first : second ?? []
            guard let gap = begun.first(where: { !written.contains($0) }) else { return }
            let names = Spelling.list(begun.filter(written.contains))
            reader.report(.missing, at: home.with(key: "\(path).\(gap)"), "missing: it belongs to \(names)")
            return
        }
        let choice = second.map { ", or \($0.joined(separator: " and "))" } ?? ""
        reader.report(
            .missing, at: home.with(key: path),
            "missing: a credential, which is \(first.joined(separator: " and "))\(choice)",
            hint: "a reference such as \(ReferencedText.expectation)")
    }

    private func check(
        _ provider: Settings.Provider, _ key: String, needs other: String, _ reader: inout SettingsReader
    ) {
        let written = Set(provider.secrets.map(\.key))
        guard written.contains(key), !written.contains(other),
            let location = reader.locations["providers.\(provider.name).\(key)"]
        else { return }
        reader.report(.conflict, at: location, "means nothing without `\(other)`")
    }

    // MARK: Addresses

    private func checkAddress(of provider: Settings.Provider, _ reader: inout SettingsReader) {
        guard let endpoint = provider.endpoint,
            let location = reader.locations["providers.\(provider.name).base_url"]
        else { return }
        if !provider.secrets.isEmpty, !endpoint.baseURL.isTLS, !endpoint.baseURL.host.isLoopback {
            reader.report(
                Problem(
                    .risk, at: location, "the key travels unencrypted", hint: "use https", severity: .warning))
        }
        if let version = Self.versionOfCalls(provider), endpoint.baseURL.path.hasSuffix(version) {
            reader.report(
                .invalid, at: location, "expected a URL that ends before `\(version)`",
                hint: "leave out \(version): it is added to each call")
        }
    }

    /// What the path of each call begins with, so that the base URL must not end in it.
    private static func versionOfCalls(_ provider: Settings.Provider) -> String? {
        switch provider.service {
        case .anthropic, .vertex: "/v1"
        case .gemini: "/v1beta"
        case .azure: "/openai"
        case .openai, .bedrock, .extractive, .replay: nil
        }
    }
}

extension Location {
    /// The same place, spoken of under another key.
    fileprivate func with(key: String) -> Location {
        Location(file: self.file, line: self.line, column: self.column, key: key)
    }
}
