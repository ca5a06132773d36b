import Kernel
import Settings
import Testing

@Suite("Settings of exports")
struct ExportSettingsTests {
    private static func load(_ export: String) -> Settings.Loading {
        let yaml = """
            providers: {local: {kind: extractive}}
            models: {demo: {provider: local}}
            audit: {export: {siem: \(export)}}
            """
        return Settings.load(yaml: Array(yaml.utf8), file: "g.yaml", environment: [:]) { _ in [] }
    }

    @Test("An export has a target, a format, and a token that is a reference")
    func reads() throws {
        let settings = try Self.load("{to: https://siem.example.com/in, format: ecs, token: \"${env:T}\"}").get()
        let export = try #require(settings.audit.exports.first)
        #expect(export.name == "siem")
        #expect(export.target == "https://siem.example.com/in")
        #expect(export.format == .ecs)
        #expect(settings.exportFolder(export) == "export/siem")
        let secrets = try settings.resolveSecrets(environment: ["T": "t"]) { _ in [] }
        #expect(secrets["audit.export.siem.token"]?.reveal() == "t")
    }

    @Test("What is no target is refused", arguments: ["ftp://x", "siem.example.com:514", "/var/log/x"])
    func refuses(_ target: String) {
        let problems = Self.load("{to: \"\(target)\"}").problems
        #expect(problems.contains { "\($0)".contains("is no target") }, "\(problems)")
    }

    @Test("Marking what is found is refused where nothing is looked for", arguments: ["audit", "model"])
    func marksNothing(_ place: String) {
        let yaml = """
            providers: {local: {kind: extractive}}
            models: {demo: {provider: local\(place == "model" ? ", content: redacted" : "")}}
            audit: {content: \(place == "audit" ? "redacted" : "full")}
            detectors: {response: []}
            """
        let loading = Settings.load(yaml: Array(yaml.utf8), file: "g.yaml", environment: [:]) { _ in [] }
        #expect(loading.problems.contains { "\($0)".contains("nothing is looked for") }, "\(loading.problems)")
    }
}
