import Kernel
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
          org/demo:v1@x:
            provider: local
            fallbacks: [gpt-4o-mini]
            approved: false
            groups: [small, eu.only]
            region: Frankfurt (Main)
        limits:
          body: 1024
        detectors:
          request: []
          response: [pii]
        policies: {path: house, approvals: 2}
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
        let key = SecretReference(.environment("OPENAI_API_KEY"), at: Location(file: ""), folder: "")
        endpoint.connections = 8
        endpoint.connectTimeout = .seconds(1)
        endpoint.responseTimeout = .seconds(2)
        endpoint.stallTimeout = .seconds(3)
        endpoint.keepAlive = .seconds(4)
        endpoint.lifetime = .seconds(5)
        endpoint.boundary = .local
        #expect(
            settings.providers == [
                Settings.Provider(name: "openai", service: .openai(Settings.OpenAI(endpoint: endpoint, apiKey: key))),
                Settings.Provider(name: "local", service: .extractive),
            ])
        #expect(settings.providers.map(settings.boundary) == [.local, .local])
        #expect(
            settings.models == [
                Settings.Model(name: "gpt-4o-mini", provider: "openai", model: "gpt-4o-mini-2024-07-18"),
                Settings.Model(
                    name: "org/demo:v1@x", provider: "local", fallbacks: ["gpt-4o-mini"], isApproved: false,
                    groups: ["small", "eu.only"], region: "Frankfurt (Main)"),
            ])
        #expect(settings.limits == Settings.Limits(body: ByteCount(bytes: 1024)))
        #expect(settings.detectors == Settings.Detectors(request: [], response: [.pii]))
        #expect(settings.policies == Settings.Policies(path: "house", approvals: 2))
    }

    static let kinds = """
        prices: {path: prices.yaml, unpriced: refuse, default_input: 1.5, default_output: 0.000001}
        providers:
          vllm: {kind: openai, base_url: "http://gpu:8000/v1", api: [embeddings, chat], boundary: local}
          azure:
            kind: azure
            base_url: https://a.openai.azure.com
            token: ${file:token}
            api_version: v1
          claude: {kind: anthropic, stall_timeout: 3s}
          proxy: {kind: anthropic, base_url: "http://127.0.0.1:9/x", api_key: "${env:A}", version: 2026-10-21}
          gemini: {kind: gemini, api_key: "${env:G}"}
          vertex: {kind: vertex, project: example.com:p-1, location: europe-west4, token: "${env:T}"}
          global: {kind: vertex, project: p, location: global, token: "${env:T}"}
          bedrock:
            kind: bedrock
            region: eu-central-1
            access_key: ${env:A}
            secret_key: ${env:S}
            session_token: ${env:T}
            boundary: local
          china: {kind: bedrock, region: cn-north-1, api_key: "${env:K}"}
          private: {kind: bedrock, region: us-east-1, base_url: "https://vpce.example", api_key: "${env:K}"}
          tape: {kind: replay, folder: tapes, record_from: claude}
          old: {kind: replay, folder: /tapes}
          local-tape: {kind: replay, folder: tapes, record_from: vllm}
        models:
          a: {provider: claude, model: claude-sonnet-4-5, max_tokens: 64000}
          b: {provider: tape}
          c: {provider: old, model: d}
        """

    @Test("hold what the file says of each kind of provider")
    func kinds() throws {
        let loading = load(Self.kinds, file: "/etc/g.yaml")
        #expect(loading.report == "")
        let settings = try loading.get()
        func provider(_ name: String) throws -> Settings.Provider { try #require(settings.provider(named: name)) }
        let urls = try [
            "vllm", "azure", "claude", "proxy", "gemini", "vertex", "global", "bedrock", "china", "private",
        ].map { try provider($0).endpoint?.baseURL.description }
        #expect(
            urls == [
                "http://gpu:8000/v1", "https://a.openai.azure.com", "https://api.anthropic.com", "http://127.0.0.1:9/x",
                "https://generativelanguage.googleapis.com", "https://europe-west4-aiplatform.googleapis.com",
                "https://aiplatform.googleapis.com", "https://bedrock-runtime.eu-central-1.amazonaws.com",
                "https://bedrock-runtime.cn-north-1.amazonaws.com.cn", "https://vpce.example",
            ])
        guard case .openai(let vllm) = try provider("vllm").service,
            case .azure(let azure) = try provider("azure").service,
            case .anthropic(let claude) = try provider("claude").service,
            case .anthropic(let proxy) = try provider("proxy").service,
            case .vertex(let vertex) = try provider("vertex").service,
            case .replay(let tape) = try provider("tape").service, case .replay(let old) = try provider("old").service
        else {
            Issue.record("a provider is of another kind")
            return
        }
        #expect(vllm.api == [.embeddings, .chat] && vllm.apiKey == nil)
        #expect(azure.isVersionless && azure.apiKey == nil && azure.token?.description == "${file:token}")
        #expect(!Settings.Azure().isVersionless)
        #expect(claude.version == "2023-06-01" && claude.endpoint.stallTimeout == .seconds(3))
        #expect(proxy.version == "2026-10-21" && proxy.apiKey?.description == "${env:A}")
        #expect(vertex.project == "example.com:p-1" && vertex.location == "europe-west4")
        #expect(settings.resolved(tape.folder) == "/etc/tapes" && tape.recordFrom == "claude")
        #expect(settings.resolved(old.folder) == "/tapes" && old.recordFrom == nil)
        #expect(settings.models.map(\.maxTokens) == [64000, nil, nil])
        let prices = Settings.Prices(path: "prices.yaml", unpriced: .refuse, defaultInput: 1_500_000, defaultOutput: 1)
        #expect(settings.prices == prices)
        #expect(settings.pricesPath == "/etc/prices.yaml" && Settings().pricesPath == nil)
    }

    @Test("know which providers keep data within the organisation, replays by what they record from")
    func boundaries() throws {
        let settings = try load(Self.kinds).get()
        let local = settings.providers.filter { settings.boundary(of: $0) == .local }.map(\.name)
        #expect(local == ["vllm", "bedrock", "old", "local-tape"])
    }

    @Test("name each secret by its provider and its key")
    func secretNames() throws {
        let environment = Dictionary(uniqueKeysWithValues: "AGTSK".map { (String($0), "\($0)-secret") })
        let secrets = try load(Self.kinds).get().resolveSecrets(environment: environment) { _ in Array("entra\n".utf8) }
        #expect(
            secrets.mapValues { $0.reveal() } == [
                "azure.token": "entra", "proxy.api_key": "A-secret", "gemini.api_key": "G-secret",
                "vertex.token": "T-secret", "global.token": "T-secret", "bedrock.access_key": "A-secret",
                "bedrock.secret_key": "S-secret", "bedrock.session_token": "T-secret", "china.api_key": "K-secret",
                "private.api_key": "K-secret",
            ])
    }

    @Test("have defaults that lie within their own bounds and are written as they are read")
    func defaultsAreValid() throws {
        let written = Settings.description.write(Settings(), "")
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
        #expect(written.count == 45)
    }

    @Test("find their database from the folder of the file")
    func storagePath() throws {
        #expect(try load(minimal()).get().storagePath == "gatehouse.db")
        #expect(try load(minimal(), file: "/etc/g.yaml").get().storagePath == "/etc/gatehouse.db")
        #expect(try load(minimal(), file: "/g.yaml").get().storagePath == "/gatehouse.db")
        #expect(try load(minimal("storage: {path: /x}"), file: "a/g.yaml").get().storagePath == "/x")
    }

    @Test("find their policies from the folder of the file")
    func policiesPath() throws {
        #expect(try load(minimal()).get().policiesPath == "policies")
        #expect(try load(minimal(), file: "/etc/g.yaml").get().policiesPath == "/etc/policies")
        #expect(try load(minimal("policies: {path: /x}"), file: "/etc/g.yaml").get().policiesPath == "/x")
        #expect(try load(minimal("policies:")).get().policies == Settings.Policies())
    }

    @Test("let models stand in for each other, in a circle too")
    func fallbacks() throws {
        let loading = load(
            """
            providers: {local: {kind: extractive}}
            models:
              a: {provider: local, fallbacks: [b, c]}
              b: {provider: local, fallbacks: [a]}
              c: {provider: local, fallbacks: []}
            """)
        #expect(loading.report == "")
        #expect(try loading.get().models.map(\.fallbacks) == [["b", "c"], ["a"], []])
    }

    @Test("of before policies are told what became of rules", arguments: ["rules: []", "rules: {a: b}", "rules:"])
    func rules(_ line: String) {
        let loading = load(minimal(line))
        #expect(loading.settings == nil)
        #expect(
            loading.report == """
                gatehouse.yaml:7:1: rules: unknown key
                hint: rules became policies: `gatehouse policy init` writes a folder of them, docs/policy.md explains them
                """)
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
        let smallest = try load(minimal()).get().fingerprint
        #expect(smallest == "30075c621147")
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
            ("response: [pii]", "response: []"), ("/v1/", "/v2"), ("house", "home"), ("approvals: 2", "approvals: 3"),
            ("fallbacks: [gpt-4o-mini]", "fallbacks: []"), ("approved: false", "approved: true"),
            ("small, eu.only", "small"), ("Frankfurt", "Paris"), ("    region: Frankfurt (Main)\n", ""),
        ]
        var seen: Set<String> = [try load(Self.example).get().fingerprint]
        for (old, new) in changes {
            let fingerprint = try load(Self.example.replacing(old, with: new)).get().fingerprint
            #expect(seen.insert(fingerprint).inserted, "\(old) → \(new)")
        }
    }
}
