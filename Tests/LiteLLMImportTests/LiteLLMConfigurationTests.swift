import Foundation
import Settings
import TestSupport
import Testing

@testable import LiteLLMImport

/// LiteLLM configurations of our own making, and the variables that they need.
struct LiteLLMFixture: Sendable {
    let name: String
    let hasModels: Bool

    static let all = [
        LiteLLMFixture(name: "small", hasModels: true), LiteLLMFixture(name: "cleartext", hasModels: true),
        LiteLLMFixture(name: "router", hasModels: true), LiteLLMFixture(name: "clouds", hasModels: true),
        LiteLLMFixture(name: "nothing", hasModels: false),
    ]

    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures"

    var yaml: String {
        get throws { try String(contentsOfFile: "\(Self.folder)/litellm-\(self.name).yaml", encoding: .utf8) }
    }

    static func convert(_ yaml: String) throws -> LiteLLMConfiguration {
        try LiteLLMConfiguration(yaml: Array(yaml.utf8), file: "config.yaml")
    }

    func convert() throws -> LiteLLMConfiguration { try Self.convert(try self.yaml) }

    /// What the references of a converted file stand for: enough for it to load.
    static let environment = [
        "AZURE_API_BASE": "https://base.openai.azure.com", "CUSTOM_BASE": "http://127.0.0.1:9/v1",
        "VERTEXAI_PROJECT": "other-project", "VERTEXAI_LOCATION": "global", "AWS_REGION_NAME": "eu-west-1",
    ]
}

@Suite("The import of LiteLLM's config.yaml")
struct LiteLLMConfigurationTests {
    private func load(_ yaml: String, environment: [String: String] = [:]) -> Settings.Loading {
        Settings.load(yaml: Array(yaml.utf8), file: "gatehouse.yaml", environment: environment) { _ in [] }
    }

    @Test("makes exactly what the golden file shows, findings and all")
    func isGolden() throws {
        let sections = try LiteLLMFixture.all.map { fixture in
            let made = try fixture.convert()
            let findings = made.findings.map { "\($0)\n" }.joined()
            return "=== \(fixture.name)\n\(made.text ?? "no file\n")--- findings\n\(findings)"
        }
        try GoldenText("Golden/litellm.txt").compare(sections)
    }

    @Test("makes a file that loads as it is", arguments: LiteLLMFixture.all)
    func loads(_ fixture: LiteLLMFixture) throws {
        let made = try fixture.convert()
        #expect((made.text != nil) == fixture.hasModels)
        guard let text = made.text else { return }
        let loading = load(text, environment: LiteLLMFixture.environment)
        let errors = loading.problems.filter { $0.severity == .error }
        #expect(errors.map(\.description) == [], "\(text)")
    }

    @Test("takes over models, aliases, addresses and references")
    func meaning() throws {
        let small = try load(try #require(try LiteLLMFixture.all[0].convert().text)).get()
        #expect(small.models.map(\.name) == ["gpt-4o", "claude", "llama"])
        #expect(small.models.map(\.model) == ["gpt-4o", "claude-sonnet-4-5-20250929", "llama3.2:3b"])
        #expect(small.models.map(\.maxTokens) == [nil, 8192, nil])
        #expect(small.providers.map(\.kind) == ["openai", "anthropic", "openai"])
        #expect(small.provider(named: "ollama")?.endpoint?.baseURL.description == "http://localhost:11434/v1")
        #expect(small.provider(named: "openai")?.secrets.map(\.reference.description) == ["${env:OPENAI_API_KEY}"])

        let router = try load(
            try #require(try LiteLLMFixture.all[2].convert().text), environment: LiteLLMFixture.environment
        ).get()
        let models = Dictionary(uniqueKeysWithValues: router.models.map { ($0.name, $0) })
        #expect(models["gpt-4"]?.model == "gpt-4o-eu" && models["gpt-4"]?.provider == models["gpt-4o"]?.provider)
        #expect(models["gpt-4-hidden"]?.model == "llama-3.3-70b-versatile" && models["gpt-3"] == nil)
        #expect(router.limits.concurrency == 200 && router.limits.body == .mebibytes(16) && router.log.format == .json)
        #expect(models["gpt-4o"]?.fallbacks == ["cheap", "gpt-4"] && models["gpt-4"]?.fallbacks == ["gpt-4o-canada"])
        #expect(models["gpt-4o-canada"]?.fallbacks == ["gpt-4"] && models["cheap"]?.fallbacks == ["gpt-4o"])
        #expect(models["gpt-4-hidden"]?.fallbacks == [])
        let canada = try #require(router.provider(named: models["gpt-4o-canada"]?.provider ?? ""))
        guard case .azure(let azure) = canada.service else {
            Issue.record("the provider is of another kind")
            return
        }
        #expect(azure.isVersionless && azure.token != nil && azure.apiKey == nil)
        #expect(azure.endpoint.responseTimeout == .milliseconds(12_500))
        #expect(azure.endpoint.baseURL.description == "https://my-endpoint-canada.openai.azure.com")
    }

    @Test("writes no credential that stood in clear, neither into the file nor into a finding")
    func credentials() throws {
        let fixture = LiteLLMFixture.all[1]
        let made = try fixture.convert()
        let yaml = try fixture.yaml
        let all = (made.text ?? "") + made.findings.map(\.description).joined(separator: "\n")
        for secret in ["clear000", "hunter2", "sk-1234", "horse", "sk-lf"] {
            #expect(yaml.contains(secret), "the fixture has it")
            #expect(!all.contains(secret), "\(secret)")
        }
        // The same key is the same variable, and no variable that means something else already.
        let settings = try load(try #require(made.text)).get()
        let references = settings.models.map { model in
            settings.provider(named: model.provider)?.secrets.first?.reference.description
        }
        #expect(
            references == [
                "${env:OPENAI_API_KEY_2}", "${env:OPENAI_API_KEY_3}", "${env:OPENAI_API_KEY_2}",
                "${env:OPENAI_API_KEY}", nil,
            ])
        #expect(made.findings.count { $0.kind == .secret } == 6)
    }

    @Test(
        "leaves nothing out in silence: without any line, the file or the findings are others",
        arguments: LiteLLMFixture.all)
    func nothingIsSilent(_ fixture: LiteLLMFixture) throws {
        /// What is said, wherever it stands.
        func said(_ made: LiteLLMConfiguration) -> [String] {
            let file = (made.text ?? "").split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
            return file + made.findings.map { "\($0.kind) \($0.location.key) \($0.message)" }
        }
        let lines = try fixture.yaml.split(separator: "\n", omittingEmptySubsequences: false)
        let made = try fixture.convert()
        let whole = said(made)
        // What is dropped as a whole is named once, and what stands deeper goes with it.
        let dropped = Set(made.findings.filter { $0.kind == .dropped }.compactMap(\.location.line))
        var depth: Int?
        var tried = 0
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let text = line.drop { $0 == " " }
            let indentation = line.count - text.count
            if let outer = depth, indentation <= outer { depth = nil }
            let isDropped = depth != nil
            if !isDropped, dropped.contains(index + 1) { depth = indentation }
            // Lines that hold one key and its value; what stands in braces is told as one.
            guard !text.hasPrefix("#"), !text.hasPrefix("-"), text.contains(": "), !isDropped else { continue }
            // What is written is what holds without it.
            guard !Self.implied.contains(where: { text.contains("os.environ/\($0)") }) else { continue }
            var rest = lines
            rest.remove(at: index)
            guard let made = try? LiteLLMFixture.convert(rest.joined(separator: "\n")) else { continue }
            #expect(said(made) != whole, "line \(index + 1): \(line)")
            tried += 1
        }
        #expect(tried >= (fixture.hasModels ? 5 : 0))
    }

    static let implied = [
        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AZURE_API_BASE",
    ]

    static let unreadable: [(yaml: String, report: String)] = [
        ("- a\n- b", "config.yaml: expected a mapping with keys such as `model_list`, found a list"),
        ("a: [", "config.yaml:2:1: not valid YAML: did not find expected node content"),
        (
            "a: &x 1\nb: *x",
            "config.yaml:1:4: anchors and aliases are not supported\nhint: write the value where it is needed"
        ),
    ]

    @Test("refuses what is not YAML that we read", arguments: Self.unreadable)
    func isRefused(_ yaml: String, _ report: String) {
        let error = #expect(throws: SettingsError.self) { try LiteLLMFixture.convert(yaml) }
        #expect(error?.message.hasPrefix(report) == true, "\(error?.message ?? "")")
    }

    @Test("stands values of any type anywhere", arguments: 0..<12 as Range<UInt64>)
    func anyValues(_ seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let values = [
            "~", "[]", "{}", "\"\"", "[1, {a: b}]", "{a: {b: c}}", "true", "1e9", "os.environ/", "os.environ/A B", "x",
        ]
        for fixture in LiteLLMFixture.all {
            var lines = try fixture.yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for _ in 0..<3 {
                let index = next(lines.count)
                guard let colon = lines[index].firstIndex(of: ":") else { continue }
                lines[index] = lines[index][...colon] + " " + values[next(values.count)]
            }
            guard let made = try? LiteLLMFixture.convert(lines.joined(separator: "\n")) else { continue }
            for finding in made.findings { #expect(!finding.message.isEmpty && !finding.message.contains("\n")) }
            // What is made may be wrong, but it is always a file, and what is wrong is said of it.
            if let text = made.text {
                #expect(load(text, environment: LiteLLMFixture.environment).problems.allSatisfy { $0.code != .syntax })
            }
        }
    }
}
