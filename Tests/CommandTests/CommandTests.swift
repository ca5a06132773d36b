import Foundation
import Kernel
import Server
import Testing

@testable import gatehouse

@Suite("Commands")
struct CommandTests {
    // MARK: version, usage

    @Test("version tells the version, and --version does")
    func version() async throws {
        #expect(await run(["version"]).output == "gatehouse \(GatehouseVersion.current)\n")
        #expect(await run(["--version"]).output == "gatehouse \(GatehouseVersion.current)\n")
        #expect(
            try await run(["version", "--json"]).json() as? [String: String] == ["version": GatehouseVersion.current])
    }

    static let misuse: [[String]] = [
        ["nonsense"], ["key", "create"], ["key", "create", "--name", ""],
        ["key", "create", "--name", "a", "--role", "king"],
        ["events", "tail", "--limit", "many"], ["events", "tail", "--limit", "-1"],
        ["events", "tail", "--outcome", "good"],
        ["serve", "--colour"], ["key", "revoke", "my-key"], ["events", "show", "first"],
    ]

    @Test("Wrong usage ends with 2, says so on standard error, and prints nothing else", arguments: misuse)
    func misuseIsRefused(arguments: [String]) async {
        let outcome = await run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
        #expect(outcome.output == "")
    }

    @Test("Help ends with 0 and goes to standard output")
    func help() async {
        let outcome = await run(["key", "create", "--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("--expires"))
        #expect(outcome.errors == "")
    }

    // MARK: init, check

    @Test("init writes a configuration that check finds good")
    func initialised() async throws {
        try await withFolder { folder in
            let path = "\(folder)/gatehouse.yaml"
            // A folder stands for the file of the usual name in it.
            let made = await run(["init", folder])
            #expect(made.code == 0)
            #expect(made.output.hasPrefix("wrote \(path)\n"))
            let checked = await run(["check", "--config", path])
            #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
            #expect(checked.output.contains("\(path): good"))
        }
    }

    @Test("init overwrites nothing unless it is told to")
    func initRefusesToOverwrite() async throws {
        try await withFolder { folder in
            let path = "\(folder)/mine.yaml"
            try Data("mine".utf8).write(to: URL(filePath: path))
            let refused = await run(["init", path])
            #expect(refused.code == 2)
            #expect(refused.errors == "error: `\(path)` is there already\nhint: --force overwrites it\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
            #expect(await run(["init", path, "--force"]).code == 0)
            #expect(try String(contentsOfFile: path, encoding: .utf8) != "mine")
        }
    }

    @Test("check names every problem with its file, line and key")
    func checkNamesProblems() async throws {
        try await withFolder { folder in
            let path = "\(folder)/gatehouse.yaml"
            let text = """
                providers:
                  remote:
                    kind: openai
                    base_url: https://api.example.com/v1
                    api_key: ${env:REMOTE_KEY}
                models:
                  fast: {provider: remot, model: fast-1}
                limts: {body: 1MiB}

                """
            try Data(text.utf8).write(to: URL(filePath: path))
            let outcome = await run(["check", "--config", path])
            #expect(outcome.code == 2)
            #expect(outcome.output.contains("\(path):7:"))
            #expect(outcome.output.contains("models.fast.provider"))
            #expect(outcome.output.contains("\(path):8:"))
            #expect(outcome.output.contains("limts"))
            #expect(outcome.errors == "")

            let json = try await run(["check", "--config", path, "--json"]).json()
            #expect(json["usable"] as? Bool == false)
            let problems = try #require(json["problems"] as? [[String: Any]])
            #expect(problems.contains { $0["key"] as? String == "models.fast.provider" && $0["line"] as? Int == 7 })
        }
    }

    @Test("check looks whether secrets can be read, unless it is told not to")
    func checkReadsSecrets() async throws {
        try await withFolder { folder in
            let path = "\(folder)/gatehouse.yaml"
            let text = """
                providers:
                  remote: {kind: openai, base_url: "https://api.example.com/v1", api_key: "${env:REMOTE_KEY}"}
                models:
                  fast: {provider: remote, model: fast-1}

                """
            try Data(text.utf8).write(to: URL(filePath: path))
            let missing = await run(["check", "--config", path])
            #expect(missing.code == 2)
            #expect(missing.output.contains("REMOTE_KEY"))
            #expect(await run(["check", "--config", path, "--without-secrets"]).code == 0)
            let secret = "sk-\(String(repeating: "a1", count: 20))"
            let found = await run(["check", "--config", path], environment: ["REMOTE_KEY": secret])
            #expect(found.code == 0)
            #expect(!found.output.contains(secret))
        }
    }

    static let needing: [[String]] = [
        ["serve"], ["check"], ["key", "list"], ["key", "create", "--name", "a"], ["events", "tail"],
    ]

    @Test("Without a configuration, a command says where it looked and how to make one", arguments: needing)
    func noConfiguration(arguments: [String]) async {
        let outcome = await run(arguments, environment: ["GATEHOUSE_CONFIG": "/nowhere/gatehouse.yaml"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errors == """
                error: there is no configuration at `/nowhere/gatehouse.yaml`
                hint: gatehouse init /nowhere/gatehouse.yaml

                """)
    }

    @Test("--config comes before GATEHOUSE_CONFIG")
    func configurationInOrder() async throws {
        try await withConfiguration { path in
            let outcome = await run(["check", "--config", path], environment: ["GATEHOUSE_CONFIG": "/nowhere"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let other = await run(["check"], environment: ["GATEHOUSE_CONFIG": path])
            #expect(other.code == 0, "\(other.errors)")
        }
    }

    // MARK: key, events

    @Test("A key is made, listed without its secret, and revoked; both acts are events")
    func keyLife() async throws {
        try await withConfiguration { path in
            let made = try await run([
                "key", "create", "--name", "billing", "--models", "demo", "--config", path, "--json",
            ])
            .json()
            let id = try #require(made["id"] as? String)
            let secret = try #require(made["key"] as? String)
            #expect(secret.hasPrefix("gatehouse_"))
            #expect(made["models"] as? [String] == ["demo"])

            let listed = await run(["key", "list", "--config", path])
            #expect(listed.output.contains(id))
            #expect(listed.output.contains("active"))
            #expect(!listed.output.contains(secret))

            let revoked = await run(["key", "revoke", id, "--config", path])
            #expect(revoked.output == "revoked \(id) `billing`\n")
            #expect(await run(["key", "list", "--config", path]).output.contains("revoked"))

            let events = await run(["events", "tail", "--config", path, "--json"])
            let kinds = try events.lines.map { line -> String in
                let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let event = try #require(object["event"] as? [String: Any])
                #expect((event["actor"] as? [String: String])?["kind"] == "operator")
                #expect(event["subject"] as? String == id)
                return try #require(event["kind"] as? String)
            }
            #expect(kinds == ["key.created", "key.revoked"])
        }
    }

    @Test("A key's secret is printed once, with the warning that it will not be shown again")
    func secretIsShownOnce() async throws {
        try await withConfiguration { path in
            let outcome = await run(["key", "create", "--name", "billing", "--config", path])
            #expect(outcome.code == 0)
            #expect(outcome.lines.first?.hasPrefix("gatehouse_") == true)
            #expect(outcome.output.contains("It will not be shown again"))
        }
    }

    @Test("A key expires when it was told to")
    func keyExpires() async throws {
        try await withConfiguration { path in
            let now = try #require(Timestamp("2026-11-21T08:00:00Z"))
            let create = ["key", "create", "--name", "short", "--config", path, "--expires"]
            let made = try await run(create + ["90d", "--json"], clock: FixedClock(time: now)).json()
            #expect(made["expires"] as? String == "2027-02-19T08:00:00.000Z")
            let past = await run(create + ["2026-11-20"], clock: FixedClock(time: now))
            #expect(past.code == 2)
            #expect(past.errors == "error: `--expires` lies in the past: 2026-11-20T00:00:00.000Z\n")
            let later = FixedClock(time: now.advanced(by: .seconds(91 * 86400)))
            #expect(await run(["key", "list", "--config", path], clock: later).output.contains("expired"))
        }
    }

    @Test("What is revoked must exist, and a key that was pasted instead of its id is not repeated")
    func revokeNeedsAnID() async throws {
        try await withConfiguration { path in
            let id = "key_01kajx2v5n8q3r7t9w0y4z6b1c"
            let unknown = await run(["key", "revoke", id, "--config", path])
            #expect(unknown.code == 1)
            #expect(unknown.errors.hasPrefix("error: there is no key `\(id)`\nhint: "))
            let secret = "gatehouse_" + String(repeating: "a", count: 52)
            let pasted = await run(["key", "revoke", secret, "--config", path])
            #expect(pasted.code == 2)
            #expect(!pasted.errors.contains(secret))
        }
    }

    @Test("A name cannot move the cursor of whoever lists keys")
    func namesAreHarmless() async throws {
        try await withConfiguration { path in
            #expect(await run(["key", "create", "--name", "a\u{1B}[2Jb\nc", "--config", path]).code == 0)
            let listed = await run(["key", "list", "--config", path])
            #expect(listed.output.contains("a\\u{1b}[2Jb\\u{a}c"))
            #expect(listed.lines.count == 2)
        }
    }

    @Test("tail shows the latest, oldest first, and pages through as many as it is asked for")
    func tailPages() async throws {
        try await withConfiguration { path in
            for _ in 0..<3 { _ = await run(["key", "create", "--name", "a", "--config", path]) }
            let all = await run(["events", "tail", "--limit", "1000000", "--json", "--config", path]).lines
            #expect(all.count == 3)
            #expect(all.first?.hasPrefix(#"{"sequence":1,"event":{"#) == true)
            let last = await run(["events", "tail", "--limit", "2", "--json", "--config", path]).lines
            #expect(last == Array(all.suffix(2)))
            #expect(await run(["events", "tail", "--outcome", "blocked", "--json", "--config", path]).output == "")
            #expect(await run(["events", "tail", "--kind", "key.created", "--json", "--config", path]).lines == all)
            #expect(
                await run(["events", "tail", "--limit", "0", "--config", path]).output == "There are no such events.\n")
        }
    }

    @Test("show tells all that an event holds")
    func showEvent() async throws {
        try await withConfiguration { path in
            _ = await run(["key", "create", "--name", "a", "--config", path])
            let line = try #require(await run(["events", "tail", "--json", "--config", path]).lines.first)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let id = try #require((object["event"] as? [String: Any])?["id"] as? String)
            let whole = try #require(await run(["events", "show", id, "--json", "--config", path]).lines.first)
            #expect(whole.hasPrefix(line.dropLast()))
            #expect(whole.contains(#""sealed":[{"payload":"detail","bytes":"#))
            let shown = await run(["events", "show", id, "--config", path])
            #expect(shown.output.contains("key.created"))
            #expect(shown.output.contains("operator uid-"))
            let unknown = await run(["events", "show", "exch_01kajx2v5n8q3r7t9w0y4z6b1c", "--config", path])
            #expect(unknown.code == 1)
        }
    }
}
