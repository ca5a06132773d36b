import Kernel
import Testing

@testable import Settings

@Suite("Variables of the environment")
struct EnvironmentTests {
    struct Setting: Sendable {
        let variable: String
        let value: String
        let isSet: @Sendable (Settings) -> Bool

        static let all = [
            Setting(variable: "GATEHOUSE_LISTEN", value: "[::1]:0") { $0.listen.description == "[::1]:0" },
            Setting(variable: "GATEHOUSE_ADMIN", value: "localhost:9") { $0.admin.port == 9 },
            Setting(variable: "GATEHOUSE_THREADS", value: "3") { $0.threads == 3 },
            Setting(variable: "GATEHOUSE_LOG_LEVEL", value: "trace") { $0.log.level == .trace },
            Setting(variable: "GATEHOUSE_LOG_FORMAT", value: "json") { $0.log.format == .json },
            Setting(variable: "GATEHOUSE_STORAGE_PATH", value: "/x/y.db") { $0.storage.path == "/x/y.db" },
            Setting(variable: "GATEHOUSE_AUDIT_DURABILITY", value: "asynchronous") {
                $0.audit.durability == .asynchronous
            },
            Setting(variable: "GATEHOUSE_AUDIT_QUEUE", value: "7") { $0.audit.queue == 7 },
            Setting(variable: "GATEHOUSE_PRICES_PATH", value: "p.yaml") { $0.pricesPath == "p.yaml" },
            Setting(variable: "GATEHOUSE_PRICES_UNPRICED", value: "refuse") { $0.prices.unpriced == .refuse },
            Setting(variable: "GATEHOUSE_PRICES_DEFAULT_INPUT", value: "0.1") {
                $0.prices.defaultInput.value == 100_000
            },
            Setting(variable: "GATEHOUSE_PRICES_DEFAULT_OUTPUT", value: "3") {
                $0.prices.defaultOutput.value == 3_000_000
            },
            Setting(variable: "GATEHOUSE_LIMITS_BODY", value: "1MiB") { $0.limits.body.bytes == 1_048_576 },
            Setting(variable: "GATEHOUSE_LIMITS_HEAD", value: "2048") { $0.limits.head.bytes == 2048 },
            Setting(variable: "GATEHOUSE_LIMITS_CONNECTIONS", value: "5") { $0.limits.connections == 5 },
            Setting(variable: "GATEHOUSE_LIMITS_CONCURRENCY", value: "6") { $0.limits.concurrency == 6 },
            Setting(variable: "GATEHOUSE_LIMITS_CONCURRENCY_PER_KEY", value: "4") { $0.limits.concurrencyPerKey == 4 },
            Setting(variable: "GATEHOUSE_LIMITS_REQUESTS_PER_MINUTE", value: "5") { $0.limits.requestsPerMinute == 5 },
            Setting(variable: "GATEHOUSE_LIMITS_HEADER_TIMEOUT", value: "100ms") {
                $0.limits.headerTimeout == .milliseconds(100)
            },
            Setting(variable: "GATEHOUSE_LIMITS_BODY_TIMEOUT", value: "1h") { $0.limits.bodyTimeout == .seconds(3600) },
            Setting(variable: "GATEHOUSE_LIMITS_KEEP_ALIVE", value: "2m") { $0.limits.keepAlive == .seconds(120) },
            Setting(variable: "GATEHOUSE_LIMITS_DRAIN", value: "0s") { $0.limits.drain == .zero },
            Setting(variable: "GATEHOUSE_AUDIT_BATCH", value: "64") { $0.audit.batch == 64 },
            Setting(variable: "GATEHOUSE_AUDIT_LINGER", value: "0s") { $0.audit.linger == .zero },
            Setting(variable: "GATEHOUSE_AUDIT_KEEP_METADATA", value: "1") { $0.audit.retention.metadata == 1 },
            Setting(variable: "GATEHOUSE_AUDIT_KEEP_CONTENT", value: "2") { $0.audit.retention.content == 2 },
            Setting(variable: "GATEHOUSE_AUDIT_CONTENT", value: "redacted") { $0.audit.content == .redacted },
            Setting(variable: "GATEHOUSE_AUDIT_CONTENT_LIMIT", value: "64KiB") {
                $0.audit.contentLimit == .kibibytes(64)
            },
            Setting(variable: "GATEHOUSE_AUDIT_KEEP_ADMINISTRATION", value: "3") {
                $0.audit.retention.administration == 3
            },
            Setting(variable: "GATEHOUSE_AUDIT_ORIGIN", value: "a.example/b") { $0.audit.origin == "a.example/b" },
            Setting(variable: "GATEHOUSE_POLICIES_PATH", value: "/p") { $0.policiesPath == "/p" },
            Setting(variable: "GATEHOUSE_POLICIES_APPROVALS", value: "10") { $0.policies.approvals == 10 },
            Setting(variable: "GATEHOUSE_POLICIES_OUTSIDE_TIMEOUT", value: "1ms") {
                $0.policies.outside.timeout == .milliseconds(1)
            },
            Setting(variable: "GATEHOUSE_POLICIES_OUTSIDE_CONNECTIONS", value: "2") {
                $0.policies.outside.connections == 2
            },
            Setting(variable: "GATEHOUSE_POLICIES_OUTSIDE_KEEP", value: "1m") {
                $0.policies.outside.keep == .seconds(60)
            },
            Setting(variable: "GATEHOUSE_SURROGATES_SCOPE", value: "conversation") {
                $0.surrogates.scope == .conversation
            },
            Setting(variable: "GATEHOUSE_SURROGATES_LIFETIME", value: "5m") {
                $0.surrogates.lifetime == .seconds(300)
            },
            Setting(variable: "GATEHOUSE_SURROGATES_CONVERSATIONS", value: "9") { $0.surrogates.conversations == 9 },
        ]
    }

    @Test("set the keys that they are called after", arguments: Setting.all)
    func overrides(_ setting: Setting) throws {
        let settings = try load(minimal(), environment: [setting.variable: setting.value]).get()
        #expect(setting.isSet(settings))
    }

    @Test("exist for every scalar outside lists and named entries, under names that differ")
    func areComplete() {
        let names = Settings.description.overrides.map(\.variable)
        #expect(Set(names) == Set(Setting.all.map(\.variable)))
        #expect(Set(names).count == names.count)
        #expect(EnvironmentOverrides.commandLine.isDisjoint(with: names))
    }

    @Test("take precedence over the file, and are compared with it")
    func precedence() throws {
        let yaml = minimal("listen: 127.0.0.1:1\nadmin: 127.0.0.1:2")
        #expect(try load(yaml, environment: ["GATEHOUSE_LISTEN": "127.0.0.1:3"]).get().listen.port == 3)
        let loading = load(yaml, environment: ["GATEHOUSE_ADMIN": "0.0.0.0:1"])
        #expect(
            loading.report == """
                environment: GATEHOUSE_ADMIN: listen and admin have the same port, 1
                hint: applications and administration need two ports
                environment: warning: GATEHOUSE_ADMIN: administration is reachable from other machines
                hint: keep it on 127.0.0.1, or let only a trusted network reach it
                """)
    }

    @Test("that are wrong are reported with the file's own problems, and behind them")
    func problems() {
        let environment = [
            "GATEHOUSE_LOG_LEVL": "info", "GATEHOUSE_LOG_FORMAT": "xml", "GATEHOUSE_COLOUR": "red",
            "GATEHOUSE_STORAGE_PATH": "sk-abcdefghijklmnopqrst1234",
        ]
        #expect(
            load(minimal("threads: x"), environment: environment).report == """
                gatehouse.yaml:7:10: threads: expected a whole number from 0 to 256, found `x`
                environment: GATEHOUSE_COLOUR: unknown variable
                hint: a variable is named after the path of its key: limits.body is GATEHOUSE_LIMITS_BODY
                environment: GATEHOUSE_LOG_FORMAT: expected one of `text`, `json`, found `xml`
                environment: GATEHOUSE_LOG_LEVL: unknown variable
                hint: did you mean GATEHOUSE_LOG_LEVEL?
                environment: GATEHOUSE_STORAGE_PATH: this looks like a credential, which does not belong here
                hint: keep it in a variable or file and refer to it in api_key: ${env:NAME} or ${file:/path}
                """)
    }

    @Test("are reported even where the file cannot be read")
    func problemsWithoutFile() {
        let report = load("a: [", environment: ["GATEHOUSE_THREADS": "x"]).report
        #expect(report.contains("not valid YAML"))
        #expect(report.contains("environment: GATEHOUSE_THREADS: expected a whole number"))
    }

    @Test("of others, of the command line, of Kubernetes, and empty ones are left alone")
    func ignored() throws {
        let environment = [
            "HOME": "/", "GATEHOUSE": "x", "GATEHOUSE_CONFIG": "x", "GATEHOUSE_KEY": "x", "GATEHOUSE_ADMIN_KEY": "x",
            "GATEHOUSE_LOG_LEVEL": "",
            "GATEHOUSE_SERVICE_HOST": "10.0.0.1", "GATEHOUSE_SERVICE_PORT": "80", "GATEHOUSE_SERVICE_PORT_HTTP": "80",
            "GATEHOUSE_PORT": "tcp://10.0.0.1:80", "GATEHOUSE_PORT_80_TCP": "tcp://10.0.0.1:80",
            "GATEHOUSE_PORT_80_TCP_ADDR": "10.0.0.1", "GATEHOUSE_ADMIN_PORT_8081_TCP_PROTO": "tcp",
        ]
        let loading = load(minimal(), environment: environment)
        #expect(loading.report == "")
        #expect(try loading.get() == load(minimal()).get())
        #expect(load(minimal(), environment: ["GATEHOUSE_PORT": "80"]).settings == nil)
    }
}
