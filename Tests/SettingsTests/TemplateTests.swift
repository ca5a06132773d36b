import Testing

@testable import Settings

@Suite("The template of gatehouse init")
struct TemplateTests {
    @Test("loads without a problem, with and without a key in the environment")
    func loads() throws {
        #expect(load(Settings.template()).report == "")
        #expect(load(Settings.template(), environment: ["OPENAI_API_KEY": "sk-test"]).report == "")
    }

    @Test("needs no secret, and answers with the built-in provider")
    func worksWithoutKey() throws {
        let settings = try load(Settings.template()).get()
        #expect(try settings.resolveSecrets(environment: [:]) { _ in [] }.isEmpty)
        #expect(settings.models == [Settings.Model(name: "demo", provider: "local", model: nil)])
        #expect(settings.provider(named: "local")?.service == .extractive)
    }

    @Test("means what an empty file would mean, apart from its provider and its model")
    func showsDefaults() throws {
        var settings = try load(Settings.template()).get()
        settings.providers = []
        settings.models = []
        #expect(settings == Settings())
    }

    @Test("shows every key, in the order of the description")
    func showsEveryKey() {
        let template = Settings.template()
        var rest = template[...]
        func expect(_ key: KeyDescription) {
            guard let range = rest.firstRange(of: "\(key.name):") else {
                Issue.record("\(key.name) is not in the template, or not in order")
                return
            }
            rest = rest[range.upperBound...]
            if case .section(let keys) = key.form { keys.forEach(expect) }
        }
        Settings.description.keys.forEach(expect)
        for entries in Settings.description.keys.compactMap(\.entries) {
            for key in entries.variants.flatMap(\.keys) { #expect(template.contains("\(key.name): "), "\(key.name)") }
        }
    }

    @Test("still means the same with everything in it uncommented, and adds the provider shown")
    func uncommented() throws {
        let setting = ["# ", "#   ", "#   # "]
        let lines = Settings.template().split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let indentation = line.prefix { $0 == " " }
            let content = line.dropFirst(indentation.count)
            for mark in setting.reversed() where content.hasPrefix(mark) {
                let text = content.dropFirst(mark.count)
                let name = text.prefix { $0.isLowercase || $0.isNumber || "_-".contains($0) }
                let isSetting = !name.isEmpty && (text.dropFirst(name.count).hasPrefix(": ") || text == "\(name):")
                if isSetting { return indentation + String(repeating: " ", count: mark == "# " ? 0 : 2) + text }
            }
            return String(line)
        }
        var settings = try load(lines.joined(separator: "\n")).get()
        #expect(settings.models.map(\.name) == ["demo", "gpt-4o-mini"])
        guard case .openai(let openai) = settings.provider(named: "openai")?.service else {
            Issue.record("the provider that the template shows is not there")
            return
        }
        #expect(openai.endpoint.baseURL.description == "https://api.openai.com/v1")
        #expect(openai.apiKey?.source == .environment("OPENAI_API_KEY"))
        let endpoint = Settings.Endpoint(baseURL: openai.endpoint.baseURL)
        #expect(openai == Settings.OpenAI(endpoint: endpoint, apiKey: openai.apiKey))
        #expect(settings.providers.map(\.kind).sorted() == Self.kindsShown)
        settings.providers = []
        settings.models = []
        #expect(settings.classifiers.map(\.dialect) == [.predict, .presidio, .judge])
        settings.classifiers = []
        #expect(settings.policies.outside.url?.description == "https://pdp.example.com")
        #expect(settings.policies.outside.token?.source == .file("/run/secrets/pdp-token"))
        settings.policies.outside = Settings.Outside()
        #expect(
            settings.audit.path == "audit.db" && settings.audit.vault == "vault.db" && settings.audit.key == "audit.key"
        )
        (settings.audit.path, settings.audit.vault, settings.audit.key) = (nil, nil, nil)
        #expect(settings.audit.keyBefore == "audit-2026.key")
        (settings.audit.keyBefore, settings.audit.checkpoint) = (nil, nil)
        #expect(settings.detectors.injectionModel == "models/current/injection.model")
        settings.detectors.injectionModel = nil
        #expect(settings.audit.rootKey?.source == .file("/run/secrets/root_key"))
        (settings.audit.rootKey, settings.audit.rootKeyBefore) = (nil, nil)
        #expect(settings.storage.url?.source == .environment("DATABASE_URL"))
        settings.storage = Settings.Storage()
        #expect(settings == Settings())
    }

    /// Every kind there is, and `openai` twice: once as a server of one's own.
    static let kindsShown = [
        "anthropic", "azure", "bedrock", "extractive", "gemini", "openai", "openai", "replay", "vertex",
    ]

    @Test("fits a screen of 120 columns")
    func isNarrow() {
        for line in Settings.template().split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    }

    @Test("is exactly what the golden file shows")
    func isGolden() throws {
        try GoldenFile("Tests/SettingsTests/Golden/gatehouse.yaml").compare([Settings.template()])
    }
}

extension KeyDescription {
    var entries: EntriesDescription? { if case .entries(let entries) = self.form { entries } else { nil } }
}
