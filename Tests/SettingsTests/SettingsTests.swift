import Testing

@testable import Settings

@Suite("Settings")
struct SettingsTests {
    static let example = """
        listen: "[::1]:8080"
        admin: localhost:0
        threads: 4
        log: {level: warning, format: json}
        storage: {path: data/g.db}
        audit: {durability: asynchronous, queue: 5}
        providers:
          openai:
            kind: openai
            base_url: https://api.openai.com/v1/
            api_key: ${env:OPENAI_API_KEY}
            connections: 8
            connect_timeout: 1s
            response_timeout: 2s
            stall_timeout: 3s
            keep_alive: 4s
            lifetime: 5s
            boundary: local
          local: {kind: extractive}
        models:
          gpt-4o-mini: {provider: openai, model: gpt-4o-mini-2024-07-18}
          org/demo:v1@x: {provider: local}
        limits:
          body: 1024
        detectors:
          request: []
          response: [pii]
        rules:
          - {id: a, found: [pii], in: response, do: redact}
          - {id: b, found: [secret.jwt, pii.card], in: request, do: allow, message: hello}
        """

    @Test("hold what the file says, key by key")
    func values() throws {
        let loading = load(Self.example)
        #expect(loading.report == "")
        let settings = try loading.get()
        #expect(settings.listen.host.text == "::1" && settings.listen.port == 8080)
        #expect(settings.admin.host.text == "localhost" && settings.admin.port == 0)
        #expect(settings.threads == 4)
        #expect(settings.log == Settings.Log(level: .warning, format: .json))
        #expect(settings.storagePath == "data/g.db")
        #expect(settings.audit == Settings.Audit(durability: .asynchronous, queue: 5))
        var endpoint = Settings.Endpoint(baseURL: try BaseURL("https://api.openai.com/v1"))
        endpoint.apiKey = SecretReference(.environment("OPENAI_API_KEY"), at: Location(file: ""), folder: "")
        endpoint.connections = 8
        endpoint.connectTimeout = .seconds(1)
        endpoint.responseTimeout = .seconds(2)
        endpoint.stallTimeout = .seconds(3)
        endpoint.keepAlive = .seconds(4)
        endpoint.lifetime = .seconds(5)
        endpoint.boundary = .local
        #expect(
            settings.providers == [
                Settings.Provider(name: "openai", service: .openai(endpoint)),
                Settings.Provider(name: "local", service: .extractive),
            ])
        #expect(settings.providers.map(\.boundary) == [.local, .local])
        #expect(
            settings.models == [
                Settings.Model(name: "gpt-4o-mini", provider: "openai", model: "gpt-4o-mini-2024-07-18"),
                Settings.Model(name: "org/demo:v1@x", provider: "local", model: nil),
            ])
        #expect(settings.limits == Settings.Limits(body: ByteCount(bytes: 1024)))
        #expect(settings.detectors == Settings.Detectors(request: [], response: [.pii]))
        #expect(
            settings.rules == [
                Settings.Rule(id: "a", found: ["pii"], direction: .response, effect: .redact),
                Settings.Rule(
                    id: "b", found: ["secret.jwt", "pii.card"], direction: .request, effect: .allow, message: "hello"),
            ])
    }

    @Test("have defaults that lie within their own bounds and are written as they are read")
    func defaultsAreValid() throws {
        let written = Settings.description.write(Settings(), "").filter { !$0.key.contains("rules") }
        var sections: [String: [String]] = [:]
        var lines: [String] = []
        for (key, value) in written {
            let path = key.split(separator: ".").map(String.init)
            if path.count == 1 {
                lines.append("\(key): \(value)")
            } else {
                sections[path[0], default: []].append("\(path[1]): \(value)")
            }
        }
        for (name, members) in sections { lines.append("\(name):\n  " + members.joined(separator: "\n  ")) }
        let settings = try load(minimal(lines.joined(separator: "\n"))).get()
        #expect(try settings == load(minimal()).get())
        #expect(written.count == 19)
    }

    @Test("without rules have those of the first day; with none, none")
    func rules() throws {
        #expect(try load(minimal()).get().rules == Settings.Rule.defaults)
        #expect(try load(minimal("rules: []")).get().rules.isEmpty)
    }

    @Test("whose own rules name what no detector finds are refused")
    func defaultRulesAreChecked() {
        let loading = Settings.load(
            yaml: Array(minimal().utf8), file: "gatehouse.yaml", environment: [:],
            knownFindings: ["secret.jwt", "pii.card"]
        ) { _ in [] }
        #expect(loading.settings == nil)
        #expect(loading.problems.map(\.message) == ["no detector finds `pii.email`", "no detector finds `pii.phone`"])
    }

    @Test("find their database from the folder of the file")
    func storagePath() throws {
        #expect(try load(minimal()).get().storagePath == "gatehouse.db")
        #expect(try load(minimal(), file: "/etc/g.yaml").get().storagePath == "/etc/gatehouse.db")
        #expect(try load(minimal(), file: "/g.yaml").get().storagePath == "/gatehouse.db")
        #expect(try load(minimal("storage: {path: /x}"), file: "a/g.yaml").get().storagePath == "/x")
    }

    @Test("throw every error, and none of the warnings, where they are asked for and are wrong")
    func get() {
        let error = #expect(throws: SettingsError.self) {
            try load(minimal("admin: 0.0.0.0:1\nthreads: x\nx: 1")).get()
        }
        #expect(error?.code == .invalid)
        #expect(error?.problems.map(\.code.name) == ["invalid", "unknown_key"])
    }

    @Test("have a fingerprint that stays when nothing changes")
    func fingerprintStays() throws {
        let one = try load(Self.example).get().fingerprint
        #expect(one.count == 12 && one.allSatisfy(\.isHexDigit))
        #expect(try load(minimal()).get().fingerprint == "79262d500699")
        let other =
            "# a comment\n" + Self.example.split(separator: "\n").joined(separator: "\n\n") + "\nlimits: {drain: 30s}\n"
        let reordered = other.replacing("limits:\n\n  body: 1024\n\n", with: "").replacing(
            "{drain: 30s}", with: "{drain: 30s, body: 1KiB}")
        #expect(try load(reordered, file: "/elsewhere/g.yaml").get().fingerprint == one)
    }

    @Test("have another fingerprint when any value changes")
    func fingerprintChanges() throws {
        let changes = [
            ("threads: 4", "threads: 5"), ("asynchronous", "durable"), ("gpt-4o-mini-2024-07-18", "gpt-4o"),
            ("OPENAI_API_KEY", "OTHER_KEY"), ("boundary: local", "boundary: external"),
            ("response: [pii]", "response: []"), ("redact", "block"),
            ("message: hello", "message: hi"), (", message: hello", ""), ("id: a", "id: c"), ("/v1/", "/v2"),
        ]
        var seen: Set<String> = [try load(Self.example).get().fingerprint]
        for (old, new) in changes {
            let fingerprint = try load(Self.example.replacing(old, with: new)).get().fingerprint
            #expect(seen.insert(fingerprint).inserted, "\(old) → \(new)")
        }
    }
}
