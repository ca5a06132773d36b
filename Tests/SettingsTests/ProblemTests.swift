import Settings
import Testing

/// A file that is wrong; what is said about it stands in `Golden/problems.txt`.
struct BadFile: Sendable {
    let name: String
    let yaml: String

    init(_ name: String, _ yaml: String) {
        self.name = name
        self.yaml = yaml
    }

    static let all =
        Self.files + Self.keys + Self.scalars + Self.providers + Self.kinds + Self.secrets + Self.prices + Self.models
        + Self.policies + Self.combinations

    static let keys: [BadFile] = [
        BadFile("an unknown key that is nearly right", minimal("lisen: 127.0.0.1:80")),
        BadFile("an unknown key that belongs elsewhere", minimal("level: debug")),
        BadFile("an unknown key that belongs to several", minimal("path: a")),
        BadFile("an unknown key of no resemblance", minimal("log: {colour: red}")),
        BadFile("a merge key", minimal("log:\n  <<: {level: info}")),
        BadFile("a key twice", "listen: 127.0.0.1:1\n" + minimal("listen: 127.0.0.1:2\nlog: {level: x}")),
        BadFile(
            "keys twice and thrice, quoted too",
            minimal("log:\n  level: info\n  \"level\": debug\n  'level': trace\naudit: {queue: 1, queue: 2}")),
        BadFile("a list as a key", minimal("[a, b]: 1")),
        BadFile("a credential as a key", minimal("sk-abcdefghijklmnopqrst1234: 1")),
        BadFile("a section that is a list", minimal("log: [level]")),
        BadFile("a section that is a word", minimal("limits: none")),
    ]

    static let scalars: [BadFile] = [
        BadFile("a level that is nearly right", minimal("log: {level: debgu}")),
        BadFile("a level in capitals", minimal("log: {level: INFO}")),
        BadFile("a number of threads that is a word", minimal("threads: many")),
        BadFile("a number out of bounds", minimal("threads: 257\naudit: {queue: 0}")),
        BadFile("numbers in other notations", minimal("limits: {connections: 1e3, concurrency: -1, head: 0x10}")),
        BadFile("a duration without a unit", minimal("limits: {drain: 30}")),
        BadFile("a duration with an unknown unit", minimal("limits: {drain: 30sec, keep_alive: 1d}")),
        BadFile("a duration out of bounds", minimal("limits: {drain: 2h, body_timeout: 1ms}")),
        BadFile("a size in decimal units", minimal("limits: {body: 32MB, head: 32k}")),
        BadFile("a size out of bounds", minimal("limits: {body: 2GiB, head: 99999999999999999999GiB}")),
        BadFile("an address that is only a port", minimal("listen: 8080\nadmin: :8081")),
        BadFile("an address that is only a host", minimal("listen: localhost")),
        BadFile("an address with a scheme", minimal("listen: http://127.0.0.1:8080")),
        BadFile("an IPv6 address without brackets", minimal("listen: ::1:8080")),
        BadFile("an IPv6 address without quotes", minimal("listen: [::1]:8080")),
        BadFile("a port out of bounds", minimal("listen: 127.0.0.1:65536\nadmin: 256.0.0.1:1")),
        BadFile("nothing for a value", minimal("listen:\nthreads: ~\nstorage: {path: \"\"}")),
        BadFile("mappings and lists for values", minimal("listen: {host: a}\nthreads: [1]")),
        BadFile("a line break in a path", minimal("storage: {path: \"a\\nb\"}")),
        BadFile("a long value", minimal("threads: \(String(repeating: "abc ", count: 50))")),
        BadFile("detectors that are a word", minimal("detectors: {request: pii, response: [secret, pii, pii]}")),
    ]

    static let providers: [BadFile] = [
        BadFile("no models", "providers: {local: {kind: extractive}}"),
        BadFile("nothing but a key", "threads: 1"),
        BadFile("a provider that does not exist", minimal("  other: {provider: locla}\n  third: {provider: x}")),
        BadFile("a model without a provider", minimal("  other: {model: x}\n  third:")),
        BadFile("a model of the extractive provider", minimal("  other: {provider: local, model: x}")),
        BadFile(
            "an openai provider without a URL, and its model without a name",
            "providers: {a: {kind: openai}}\nmodels: {m: {provider: a}}"),
        BadFile(
            "a provider of an unknown kind, whose models are not reported too",
            "providers: {a: {kind: opnai, base_url: x}, b: {base_url: x}}\nmodels: {m: {provider: a}, n: {provider: b}}"
        ),
        BadFile(
            "a key that the kind does not have",
            "providers:\n  a:\n    kind: extractive\n    api_key: ${env:K}\nmodels: {m: {provider: a}}"),
        BadFile(
            "an old name of a key",
            "providers:\n  a: {kind: openai, base_url: \"http://x\", idle_timeout: 5s}\nmodels: {m: {provider: a, model: x}}"
        ),
        BadFile("names that are no names", minimal("  \"a b\": {provider: local}\n  -x: {provider: local}")),
        BadFile(
            "URLs of other sorts",
            """
            providers:
              a: {kind: openai, base_url: api.openai.com/v1}
              b: {kind: openai, base_url: ftp://x/y}
              c: {kind: openai, base_url: "https://me:geheim@x/v1"}
              d: {kind: openai, base_url: "https://x/v1?key=geheim"}
              e: {kind: openai, base_url: "https://x/v1#top"}
              f: {kind: openai, base_url: https://x/v1/chat/completions}
              g: {kind: openai, base_url: https://x:0/}
              h: {kind: openai, base_url: https://x/../y}
              i: {kind: openai, base_url: "https://"}
              j: {kind: openai, base_url: "geheim:geheim@x"}
            models: {m: {provider: a, model: x}}
            """),
    ]

    static let secrets: [BadFile] = [
        BadFile(
            "keys in clear",
            """
            providers:
              a: {kind: openai, base_url: "https://x", api_key: sk-proj-abcdefghijklmnop1234}
              b: {kind: openai, base_url: "https://x", api_key: geheim}
              c: {kind: openai, base_url: "https://x", api_key: $OPENAI_API_KEY}
              d: {kind: openai, base_url: "https://x", api_key: "${OPENAI_API_KEY}"}
              e: {kind: openai, base_url: "https://x", api_key: "Bearer ${env:A}"}
              f: {kind: openai, base_url: "https://x", api_key: "${env:A}${env:B}"}
              g: {kind: openai, base_url: "https://x", api_key: "${vault:kv/a}"}
              h: {kind: openai, base_url: "https://x", api_key: }
              i: {kind: openai, base_url: "https://x", api_key: [geheim]}
            models: {m: {provider: a, model: x}}
            """),
        BadFile(
            "a reference in braces without quotes",
            "providers:\n  a: {kind: openai, base_url: \"https://x\", api_key: ${env:A}}\nmodels: {m: {provider: a, model: x}}"
        ),
        BadFile(
            "credentials where none belong",
            minimal(
                "  other: {provider: sk-abcdefghijklmnopqrst1234}\nstorage: {path: 0123456789abcdef0123456789abcdef}")),
        BadFile(
            "a database's password in clear", minimal("storage: {url: \"postgresql://gate:geheim@host/db\"}")),
        BadFile(
            "a database, and files for what is in it",
            minimal("storage: {url: \"${env:DB}\"}\naudit: {path: a.db, vault: v.db}\nx: 1")),
        BadFile("a database for the vault alone", minimal("storage: {vault_url: \"${env:V}\"}")),
        BadFile(
            "references to what is not there",
            minimal("listen: ${env:LISTEN}\nadmin: ${file:admin.txt}\nthreads: ${env:}\nstorage: {path: \"a${b\"}")),
    ]

    static let models: [BadFile] = [
        BadFile(
            "fallbacks that are the model itself, unknown or twice there",
            minimal(
                "    fallbacks: [demo, dmeo, othr, other]\n  other: {provider: local, fallbacks: [demo, demo]}"
            )),
        BadFile("fallbacks of the only model", minimal("    fallbacks: [other]")),
        BadFile(
            "fallbacks that are a word, and a group that is two", minimal("    fallbacks: demo\n    groups: [a b]")),
        BadFile(
            "a fallback that is wrong, which is not reported twice",
            minimal("    fallbacks: [other]\n  other: {model: x}")),
        BadFile(
            "a use case that is none of those with times of their own",
            minimal(
                "    use_case: hirng\n  other: {provider: local, use_case: hiring}\n"
                    + "audit: {use_cases: {hiring: {keep_content: 30}, support: {keep_contents: 1}}}")),
        BadFile("a model that is approved in other words", minimal("    approved: yes\n    region: \"\"")),
    ]

    static let policies: [BadFile] = [
        BadFile("rules of before policies", minimal("rules:\n  - {id: a, found: [pii], in: both, do: block}")),
        BadFile("policies that are a list", minimal("policies: [a.cedar]")),
        BadFile("more approvals than anybody waits for", minimal("policies: {path: \"\", approvals: 11, files: [a]}")),
        BadFile("a token for nobody", minimal("policies: {outside_token: \"${env:T}\", outside_timeout: 50ms}")),
        BadFile(
            "an outside decision point that nobody can ask",
            minimal("policies: {outside_url: pdp.example, outside_token: abc, outside_timeout: 1m, outside_keep: 2h}")),
        BadFile(
            "a token that travels unencrypted",
            minimal("policies: {outside_url: \"http://pdp.example\", outside_token: \"${env:T}\"}")),
    ]

    /// Providers `p` of various kinds, each with one model.
    private static func provider(_ lines: String, model: String = "model: x") -> String {
        "providers:\n  p: {\(lines)}\nmodels:\n  m: {provider: p, \(model)}"
    }

    static let kinds: [BadFile] = [
        BadFile(
            "an API that there is not", provider("kind: openai, base_url: \"http://x\", api: [chat, embedings, all]")),
        BadFile("a server with no API", provider("kind: openai, base_url: \"http://x\", api: chat")),
        BadFile("azure without anything", provider("kind: azure")),
        BadFile("azure without a credential", provider("kind: azure, base_url: \"https://a.openai.azure.com\"")),
        BadFile(
            "azure with two credentials, and a version that is none",
            provider(
                "kind: azure, base_url: \"https://a.openai.azure.com/openai\", api_key: \"${env:A}\", "
                    + "token: \"${env:B}\", api_version: \"2024 10\"")),
        BadFile(
            "a base URL that ends in what is added to each call",
            """
            providers:
              a: {kind: anthropic, base_url: https://api.anthropic.com/v1}
              b: {kind: gemini, base_url: "https://generativelanguage.googleapis.com/v1beta/"}
              c: {kind: anthropic, base_url: https://api.anthropic.com/v1/messages}
            models:
              m: {provider: a, model: x}
            """),
        BadFile("vertex without a project and a token", provider("kind: vertex, location: \"europe west4\"")),
        BadFile(
            "vertex with an API key", provider("kind: vertex, project: p, location: global, api_key: \"${env:A}\"")),
        BadFile("bedrock without a credential", provider("kind: bedrock, region: eu-central-1")),
        BadFile(
            "bedrock with half an access key",
            provider("kind: bedrock, region: eu-central-1, secret_key: \"${env:S}\", session_token: \"${env:T}\"")),
        BadFile(
            "bedrock with an access key and an API key",
            provider(
                "kind: bedrock, region: eu-central-1, access_key: \"${env:A}\", secret_key: \"${env:S}\", "
                    + "api_key: \"${env:K}\"")),
        BadFile(
            "bedrock with a credential that is not a reference, which is said once",
            provider("kind: bedrock, region: eu-central-1, access_key: geheim, secret_key: \"${env:S}\"")),
        BadFile("models without their providers' names", provider("kind: gemini", model: "max_tokens: 0")),
        BadFile("a replay without a folder", provider("kind: replay")),
        BadFile("a replay of a provider that does not exist", provider("kind: replay, folder: f, record_from: opnai")),
        BadFile("a replay of itself", provider("kind: replay, folder: f, record_from: p")),
        BadFile(
            "a replay of a provider that is wrong, which is not reported twice",
            "providers:\n  a: {kind: openai}\n  p: {kind: replay, folder: f, record_from: a}\nmodels: {m: {provider: p}}"
        ),
    ]

    static let prices: [BadFile] = [
        BadFile("prices that are none", minimal("prices: {default_input: free, default_output: -1}")),
        BadFile("prices in other notations", minimal("prices: {default_input: $5, default_output: 1.0000001}")),
        BadFile(
            "prices with a comma and an exponent", minimal("prices: {default_input: \"2,5\", default_output: 2e-6}")),
        BadFile("a price table that is nothing, and free models", minimal("prices: {path: \"\", unpriced: free}")),
    ]

    static let combinations: [BadFile] = [
        BadFile("one port for two listeners", minimal("listen: 127.0.0.1:9000\nadmin: 127.0.0.1:9000")),
        BadFile("one port, one of them by default", minimal("listen: 127.0.0.1:8081")),
        BadFile("administration for everybody", minimal("admin: 0.0.0.0:8081")),
        BadFile(
            "a key that travels unencrypted",
            "providers:\n  a: {kind: openai, base_url: \"http://x/v1\", api_key: \"${env:A}\"}\nmodels: {m: {provider: a, model: x}}"
        ),
    ]

    static let files: [BadFile] = [
        BadFile("nothing", ""),
        BadFile("comments alone", "# nothing\n---\n"),
        BadFile("a null", "~"),
        BadFile("a word", "gatehouse"),
        BadFile("a list", "- listen"),
        BadFile("two documents", "threads: 1\n---\nthreads: 2\n"),
        BadFile("a tab", "log:\n\tlevel: info\n"),
        BadFile("a colon too many", "storage:\n  path: a: b\n"),
        BadFile("an open quote", "listen: \"127\nthreads: 1\n"),
        BadFile("an open bracket", "detectors: {request: [pii\n"),
        BadFile("wrong indentation", "log:\n    level: info\n  format: text\n"),
        BadFile("a control character", "threads: 1\nlog: \u{1}\n"),
        BadFile("an escaped control character", minimal("storage: {path: \"a\\0b\"}")),
        BadFile("an anchor and an alias", minimal("log: &a\n  level: info\naudit: *a")),
        BadFile("an anchor alone", minimal("log: {level: &a info}\nthreads: x")),
        BadFile("an alias alone", minimal("log: *a")),
        BadFile("an asterisk and an ampersand in text", minimal("storage: {path: \"*a &a\"}\nthreads: x")),
        BadFile("a tag", minimal("threads: !!int 4\nlog: !x {level: info}")),
        BadFile(
            "twenty levels", minimal("log: " + String(repeating: "[", count: 20) + String(repeating: "]", count: 20))),
    ]
}

@Suite("What is said about a bad file")
struct ProblemTests {
    static let golden = GoldenFile("Tests/SettingsTests/Golden/problems.txt")

    @Test("is exactly what the golden file shows: every problem at once, at its line and column")
    func isGolden() throws {
        let sections = BadFile.all.map { file in
            "=== \(file.name)\n\(file.yaml)\n--- is answered with\n\(load(file.yaml).report)\n"
        }
        try Self.golden.compare(sections)
    }

    @Test("and no settings, unless there are only warnings")
    func noSettingsWithErrors() {
        for file in BadFile.all {
            let loading = load(file.yaml)
            #expect(!loading.problems.isEmpty, "\(file.name)")
            #expect(loading.problems.contains { $0.severity == .error } == (loading.settings == nil), "\(file.name)")
        }
    }

    @Test("never holds what stands where a credential belongs")
    func credentialsAreNotRepeated() {
        for file in BadFile.all {
            let report = load(file.yaml).report
            #expect(!report.contains("geheim") && !report.contains("ghijklmnop"), "\(file.name)")
            #expect(!report.contains("0123456789abcdef"), "\(file.name)")
        }
    }

    @Test("holds an error behind any number of warnings")
    func warningsHideNothing() {
        // A key that travels unencrypted is a warning each.
        let providers = (0..<150).map {
            "  p\($0): {kind: openai, base_url: \"http://x\", api_key: \"${env:K}\"}\n"
        }.joined()
        let models = "models:\n  m: {provider: p0, model: x, fallbacks: [m], approved: 1}"
        let loading = load("providers:\n\(providers)\(models)")
        #expect(loading.settings == nil)
        #expect(loading.problems.count(where: { $0.severity == .warning }) == 100)
        #expect(loading.problems.filter { $0.severity == .error }.map(\.code.name) == ["conflict", "invalid"])
    }

    @Test("is no more than a hundred problems long")
    func reportIsBounded() {
        let loading = load(minimal((0..<5000).map { "key\($0): 1" }.joined(separator: "\n")))
        #expect(loading.problems.count == 100)
        #expect(loading.settings == nil)
    }
}
