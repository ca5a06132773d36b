import Kernel
import Testing

@testable import Settings

@Suite("References to variables and files")
struct ReferenceTests {
    static let yaml = """
        providers:
          a:
            kind: openai
            base_url: http://${env:HOST}:${file:port}/v1
            api_key: ${env:A_KEY}
          b:
            kind: openai
            base_url: https://b.example
            api_key: ${file:secrets/b}
          c:
            kind: openai
            base_url: http://localhost:11434/v1
        models:
          m: {provider: a, model: "${env:MODEL}"}
        """

    private func loaded(_ environment: [String: String] = [:]) throws -> Settings {
        let environment = environment.merging(["HOST": "localhost", "MODEL": "m1"]) { left, _ in left }
        return try load(
            Self.yaml, file: "/etc/gatehouse/gatehouse.yaml", environment: environment,
            files: ["/etc/gatehouse/port": "8000\n"]
        ).get()
    }

    private static func resolve(
        _ settings: Settings, _ environment: [String: String], _ files: [String: [UInt8]]
    ) throws(SettingsError) -> [String: String] {
        try settings.resolveSecrets(environment: environment) { path in
            guard let content = files[path] else { throw NoSuchFile() }
            return content
        }.mapValues { $0.reveal() }
    }

    @Test("are replaced within values, files sought from the folder of the configuration")
    func substitution() throws {
        let settings = try self.loaded()
        guard case .openai(let service) = settings.provider(named: "a")?.service else {
            Issue.record("the provider is missing")
            return
        }
        #expect(service.endpoint.baseURL.description == "http://localhost:8000/v1")
        #expect(settings.models.first?.model == "m1")
        #expect(settings.storagePath == "/etc/gatehouse/gatehouse.db")
    }

    @Test("to secrets stay references until they are resolved, and print as such")
    func secretsStayOut() throws {
        let settings = try self.loaded(["A_KEY": "hunter2"])
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("hunter2") && !"\(settings)".contains("hunter2"))
        guard case .openai(let service) = settings.provider(named: "a")?.service else {
            Issue.record("the provider is missing")
            return
        }
        #expect(service.apiKey?.description == "${env:A_KEY}")
        #expect(service.apiKey?.location.line == 5)
    }

    @Test("resolve to the secrets of each provider that has one, without the line breaks at their ends")
    func resolution() throws {
        let secrets = try Self.resolve(
            try self.loaded(), ["A_KEY": "sk-a"], ["/etc/gatehouse/secrets/b": Array("sk-b\r\n\n".utf8)])
        #expect(secrets == ["a.api_key": "sk-a", "b.api_key": "sk-b"])
    }

    @Test("that cannot be resolved are all reported, at their lines")
    func missing() throws {
        let settings = try self.loaded()
        let error = #expect(throws: SettingsError.self) { try Self.resolve(settings, ["A_KEZ": "x"], [:]) }
        #expect(error?.code == .unresolved)
        #expect(
            error?.message == """
                /etc/gatehouse/gatehouse.yaml:5:14: providers.a.api_key: the variable `A_KEY` is not set
                hint: did you mean A_KEZ?
                /etc/gatehouse/gatehouse.yaml:9:14: providers.b.api_key: \
                the file `/etc/gatehouse/secrets/b` cannot be read: no such file
                """)
    }

    static let unusable: [(variable: String, file: [UInt8], reports: [String])] = [
        ("", [], ["the variable `A_KEY` is empty", "the file `/etc/gatehouse/secrets/b` is empty"]),
        ("\n", [0x0A], ["the variable `A_KEY` is empty", "the file `/etc/gatehouse/secrets/b` is empty"]),
        ("a b", Array("a\nb".utf8), ["cannot be sent", "cannot be sent"]),
        ("ä", [0xFF, 0xFE], ["cannot be sent", "is not UTF-8"]),
        (
            "\u{0}", Array(repeating: 0x61, count: 65_537),
            ["cannot be sent", "the file `/etc/gatehouse/secrets/b` is larger than 64KiB"]
        ),
    ]

    @Test("to what no header can carry are refused, and it is not repeated", arguments: Self.unusable)
    func unusableSecret(_ variable: String, _ file: [UInt8], _ reports: [String]) throws {
        let settings = try self.loaded()
        let error = #expect(throws: SettingsError.self) {
            try Self.resolve(settings, ["A_KEY": variable], ["/etc/gatehouse/secrets/b": file])
        }
        #expect(error?.problems.count == 2)
        for (problem, report) in zip(error?.problems ?? [], reports) {
            #expect(problem.message.contains(report), "\(problem)")
            #expect(problem.code == .reference)
        }
    }

    @Test("show the reference, never what it stood for, where the value is wrong")
    func substitutedValuesAreNotRepeated() {
        let loading = load(
            minimal("listen: ${env:ADDRESS}\nthreads: ${file:t}\nlimits:\n  drain: ${env:ADDRESS}"),
            environment: ["ADDRESS": "7hunter"], files: ["t": "hunter2"])
        #expect(
            loading.report == """
                gatehouse.yaml:7:9: listen: expected an address such as `127.0.0.1:8080`, found `${env:ADDRESS}`
                gatehouse.yaml:8:10: threads: expected a whole number from 0 to 256, found `${file:t}`
                gatehouse.yaml:10:10: limits.drain: expected a duration from 0s to 1h, found `${env:ADDRESS}`
                """)
    }

    @Test("to a credential are refused where none belongs")
    func credentialBySubstitution() {
        let loading = load(
            minimal("storage:\n  path: ${env:K}"), environment: ["K": "sk-proj-aaaabbbbccccdddd1111"])
        #expect(loading.problems.map(\.code) == [.credential])
        #expect(!loading.report.contains("aaaa"))
    }

    @Test("are not looked for in what they stood for")
    func noSecondRound() throws {
        let settings = try load(
            minimal("storage:\n  path: ${env:A}"), environment: ["A": "${env:B}", "B": "x"]
        ).get()
        #expect(settings.storage.path == "${env:B}")
    }

    @Test("are equal wherever they were written")
    func equality() throws {
        let moved = try load(
            "\n" + Self.yaml, environment: ["HOST": "localhost", "MODEL": "m1"], files: ["port": "8000"]
        )
        .get()
        #expect(try moved.providers == self.loaded().providers)
    }
}
