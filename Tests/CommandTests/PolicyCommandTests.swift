import ArgumentParser
import Audit
import Console
import Foundation
import Kernel
import Policy
import Server
import Settings
import Testing

@testable import gatehouse

@Suite("The policy commands")
struct PolicyCommandTests {
    /// A folder with a configuration and the policies that come with Gatehouse.
    private static func withPolicies<Result>(
        _ body: (_ configuration: String, _ policies: String) async throws -> Result
    ) async throws -> Result {
        try await withConfiguration { path in
            let policies = URL(filePath: path).deletingLastPathComponent().appending(path: "policies").path
            let made = await run(["policy", "init", policies])
            #expect(made.code == 0, "\(made.errors)")
            return try await body(path, policies)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private static let closed = """
        @id("closed")
        @message("closed today")
        forbid (principal, action == Gatehouse::Action::"infer", resource);

        """

    // MARK: init, check, test, format

    @Test("init writes policies that check finds good and whose tests pass, and overwrites nothing")
    func initialised() async throws {
        try await Self.withPolicies { _, policies in
            let checked = await run(["policy", "check", policies])
            #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
            #expect(checked.lines.last?.hasPrefix("good (11 policies, 2 properties, 24 tests)") == true)
            let tested = await run(["policy", "test", policies])
            #expect(tested.output == "all 24 tests pass\n")
            #expect(await run(["policy", "format", "--check", policies]).code == 0)
            #expect(await run(["policy", "init", policies]).code == 2)
        }
    }

    @Test("check says where something is wrong, as text and as JSON")
    func wrong() async throws {
        try await Self.withPolicies { _, policies in
            try Self.write("permit (principal, action, resource)", to: "\(policies)/wrong.cedar")
            let checked = await run(["policy", "check", policies])
            #expect(checked.code == 2)
            #expect(checked.output.contains("wrong.cedar:1:"))
            let json = try await run(["policy", "check", policies, "--json"]).json()
            #expect(json["usable"] as? Bool == false)
            let problem = try #require((json["problems"] as? [[String: Any]])?.first)
            #expect(problem["file"] as? String == "wrong.cedar")
            #expect(problem["line"] as? Int == 1)
        }
    }

    @Test("test ends with 1 where a test fails, and shows what was decided instead")
    func failing() async throws {
        try await Self.withPolicies { _, policies in
            try Self.write(Self.closed, to: "\(policies)/closed.cedar")
            let tested = await run(["policy", "test", policies])
            #expect(tested.code == 1)
            #expect(tested.output.contains("an approved model is for everyone"))
            #expect(tested.output.contains("but it is forbid by `closed` (closed today)"))
            let json = try await run(["policy", "test", policies, "--json"]).json()
            #expect((json["failed"] as? Int ?? 0) > 0)
        }
    }

    @Test("format lays out files and leaves the rest")
    func formatted() async throws {
        try await withFolder { folder in
            let path = "\(folder)/a.cedar"
            try Self.write("@id(\"a\")permit(principal,action,resource);", to: path)
            #expect(await run(["policy", "format", "--check", folder]).code == 1)
            #expect(await run(["policy", "format", folder]).output == "wrote \(path)\n")
            #expect(await run(["policy", "format", "--check", folder]).code == 0)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8).hasPrefix(
                    "@id(\"a\")\npermit (principal, action, resource);"))
        }
    }

    @Test("A folder that is not there is said so")
    func missing() async {
        let outcome = await run(["policy", "check", "/nowhere/policies"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("there are no policies at `/nowhere/policies`"))
    }

    // MARK: diff, backtest, explain

    @Test("diff shows policies and decisions")
    func difference() async throws {
        try await Self.withPolicies { configuration, policies in
            let same = await run(["policy", "diff", "default", policies, "--config", configuration])
            #expect(same.output.hasPrefix("no difference in "), "\(same.output)\(same.errors)")
            try Self.write(Self.closed, to: "\(policies)/closed.cedar")
            let changed = await run(["policy", "diff", "active", policies, "--config", configuration])
            #expect(changed.code == 0)
            #expect(changed.output.contains("+ closed\n"))
            #expect(changed.output.contains("after:  forbid by closed"))
        }
    }

    @Test("backtest of an empty event log finds nothing")
    func backtest() async throws {
        try await Self.withPolicies { configuration, policies in
            let outcome = await run(["policy", "backtest", policies, "--config", configuration])
            #expect(outcome.output == "0 of 0 recorded decisions would change\n", "\(outcome.errors)")
        }
    }

    @Test("explain says which ids it takes")
    func explain() async throws {
        try await withConfiguration { configuration in
            #expect(await run(["policy", "explain", "nonsense", "--config", configuration]).code == 2)
            let unknown = await run(["policy", "explain", "exch_01kajx2v5n8q3r7t9w0y4z6b1c", "--config", configuration])
            #expect(unknown.code == 1)
            #expect(unknown.errors.contains("there is no event"))
        }
    }

    /// Records an exchange whose request asked what a test of the policies asks, and tells its id.
    private static func record(_ title: String, _ configuration: String) throws -> String {
        let bundle = try PolicyBundle(unproved: DefaultPolicies.files)
        let test = try #require(bundle.tests.first { $0.name == title })
        let decision = try CedarDecisionPoint(bundle).decide(test.question)
        var random = SystemRandomNumberGenerator()
        let time = Timestamp(microseconds: 1_795_248_000_000_000)
        let exchange = ExchangeEvent(
            id: Identifier(at: time, using: &random), startedAt: time, duration: .zero, principal: nil,
            operation: .chatCompletion, outcome: .blocked, status: 403,
            decisions: [
                DecisionRecord(
                    stage: .request, effect: decision.isPermitted ? .permit : .forbid, policies: decision.determining,
                    question: String(decoding: test.question.json(), as: UTF8.self),
                    decision: String(decoding: decision.json(), as: UTF8.self)),
                // As recorded before questions were: nothing can be said about it.
                DecisionRecord(stage: .response, effect: .permit, policies: []),
            ], requestBytes: 1, responseBytes: 1, configuration: "c", detectors: "d")
        try Operator(ConfigurationOption.parse(["--config", configuration])).stores.events.append([.exchange(exchange)])
        return exchange.id.description
    }

    @Test("explain says which policy decided an exchange and why, also when others are in force by now")
    func explained() async throws {
        try await Self.withPolicies { configuration, policies in
            let option = ["--config", configuration]
            let id = try Self.record("a card number stops a request", configuration)
            let before = await run(["policy", "explain", id] + option)
            #expect(before.code == 0, "\(before.errors)")
            #expect(before.output.hasPrefix("Asked:  may "))
            #expect(before.output.contains("Policy card-numbers-stay (default.cedar:"))
            #expect(!before.output.contains("the policies have changed since"))
            try Self.write("\n// Changed.\n" + DefaultPolicies.files[0].text, to: "\(policies)/default.cedar")
            #expect(await run(["policy", "activate", policies] + option).code == 0)
            #expect(await run(["policy", "explain", id] + option).output == before.output)
            let json = try await run(["policy", "explain", id, "--json"] + option).json()
            let decisions = try #require(json["decisions"] as? [[String: Any]])
            #expect(decisions.count == 1)
            #expect((decisions.first?["lines"] as? [String])?.joined(separator: "\n") == before.output.trimmed)
        }
    }

    @Test("explain says whether an outside decision point was asked, where there is one")
    func explainedOutside() async throws {
        try await Self.withPolicies { configuration, _ in
            let option = ["--config", configuration]
            let id = try Self.record("a card number stops a request", configuration)
            #expect(!(await run(["policy", "explain", id] + option).output.contains("decision point")))
            let text = try String(contentsOfFile: configuration, encoding: .utf8)
            try Self.write(text + "policies: {outside_url: \"https://pdp.example\"}\n", to: configuration)
            let after = await run(["policy", "explain", id] + option)
            #expect(after.lines.last == "The outside decision point was not asked.")
            #expect(
                try await run(["policy", "explain", id, "--json"] + option).json()["outside"] as? String == "not asked")
        }
    }

    @Test("explain of an exchange that no policy was asked about says so")
    func unexplained() async throws {
        try await withConfiguration { configuration in
            #expect(await run(["key", "create", "--name", "a", "--config", configuration]).code == 0)
            let tail = await run(["events", "tail", "--json", "--config", configuration])
            let id = try #require((try tail.json()["event"] as? [String: Any])?["id"] as? String)
            let outcome = await run(["policy", "explain", id, "--config", configuration])
            #expect(outcome.code == 0)
            #expect(outcome.output.hasPrefix("No policy refused or changed anything in `\(id)`"))
        }
    }

    @Test("backtest puts what was recorded to other policies")
    func changedByBacktest() async throws {
        try await Self.withPolicies { configuration, policies in
            let id = try Self.record("an approved model is for everyone", configuration)
            let same = await run(["policy", "backtest", policies, "--config", configuration])
            #expect(same.output.hasPrefix("0 of 1 recorded decisions would change\n"), "\(same.output)\(same.errors)")
            try Self.write(Self.closed, to: "\(policies)/closed.cedar")
            let changed = await run(["policy", "backtest", policies, "--config", configuration])
            #expect(changed.output.hasPrefix("1 of 1 recorded decisions would change\n"))
            #expect(changed.output.contains("permitted then, refused now\n  \(id)\n"))
        }
    }

    @Test("backtest asks anew what was plainly permitted, as far as its model is still there")
    func plainPermits() async throws {
        try await Self.withPolicies { configuration, policies in
            let desk = try Operator(ConfigurationOption.parse(["--config", configuration]))
            let model = try #require(desk.settings.models.first?.name)
            var random = SystemRandomNumberGenerator()
            let time = Timestamp(microseconds: 1_795_248_000_000_000)
            let exchanges = [model, "gone"].map { name in
                ExchangeEvent(
                    id: Identifier(at: time, using: &random), startedAt: time, duration: .zero,
                    principal: Principal(kind: .service, id: "s"), operation: .chatCompletion, model: name,
                    outcome: .answered, status: 200, requestBytes: 1, responseBytes: 1, attempts: 1,
                    configuration: "c", detectors: "d")
            }
            try desk.stores.events.append(exchanges.map { .exchange($0) })
            let same = await run(["policy", "backtest", policies, "--config", configuration])
            #expect(
                same.output == """
                    0 of 2 recorded decisions would change
                    2 of them are plain permits, rebuilt
                    2 more are of models that there are no more

                    """, "\(same.output)\(same.errors)")
            try Self.write(Self.closed, to: "\(policies)/closed.cedar")
            let changed = await run(["policy", "backtest", policies, "--config", configuration])
            #expect(changed.output.hasPrefix("1 of 2 recorded decisions would change\n"))
            #expect(changed.output.contains("permitted then, refused now\n  \(exchanges[0].id)\n"))
        }
    }

    // MARK: activate, rollback, list

    @Test("activate puts policies in force, rollback takes them back, list shows both")
    func life() async throws {
        try await Self.withPolicies { configuration, policies in
            let option = ["--config", configuration]
            let first = await run(["policy", "activate", policies] + option)
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.output.hasPrefix("in force: "))
            #expect(await run(["policy", "activate", policies] + option).code == 1)
            #expect(await run(["policy", "rollback"] + option).code == 1)
            try Self.write("\n// Changed.\n" + DefaultPolicies.files[0].text, to: "\(policies)/default.cedar")
            let second = await run(["policy", "activate", policies] + option)
            #expect(second.code == 0, "\(second.errors)")
            #expect(second.output != first.output)
            #expect(await run(["policy", "rollback"] + option).output == first.output)
            let list = await run(["policy", "list"] + option)
            #expect(list.lines.count == 3)
            #expect(list.lines.filter { $0.contains("in force") }.count == 1)
            let bundles = try await run(["policy", "list", "--json"] + option).json()["bundles"] as? [[String: Any]]
            let hash = try #require(bundles?.first { $0["active"] as? Bool == true }?["hash"] as? String)
            #expect(first.output == "in force: \(hash)\n")
            #expect(await run(["policy", "check", String(hash.prefix(8))] + option).code == 0)
            // Without an argument: the folder that the configuration names, which is beside it.
            #expect(await run(["policy", "check"] + option).output.hasSuffix(" \(second.output.dropFirst(10))"))
            let events = await run(["events", "tail", "--json"] + option)
            let kinds = events.lines.map { $0.contains("policies.proposed") ? "proposed" : "activated" }
            #expect(kinds == ["proposed", "activated", "proposed", "activated", "activated"])
            #expect(events.lines.allSatisfy { $0.contains(#""kind":"policies."#) })
        }
    }

    @Test("Policies that do not pass are not put in force")
    func invalid() async throws {
        try await Self.withPolicies { configuration, policies in
            try Self.write(Self.closed, to: "\(policies)/closed.cedar")
            let outcome = await run(["policy", "activate", policies, "--config", configuration])
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("the test `an approved model is for everyone` fails"))
            #expect(
                await run(["policy", "list", "--config", configuration]).output.contains(
                    "come with Gatehouse are in force"))
        }
    }

    @Test("Where others have to approve, the first call proposes and puts nothing in force")
    func proposal() async throws {
        try await Self.withPolicies { configuration, policies in
            let text = try String(contentsOfFile: configuration, encoding: .utf8)
            try Self.write(text + "policies: {approvals: 1}\n", to: configuration)
            for _ in 0..<2 {
                let outcome = await run(["policy", "activate", policies, "--config", configuration])
                #expect(outcome.code == 1)
                #expect(outcome.errors.contains("1 more have to approve"))
            }
            let list = try await run(["policy", "list", "--json", "--config", configuration]).json()
            let bundles = try #require(list["bundles"] as? [[String: Any]])
            #expect(bundles.map { $0["active"] as? Bool } == [false])
            let events = await run(["events", "tail", "--json", "--config", configuration])
            #expect(events.lines.count == 1)
            #expect(events.output.contains(#""kind":"policies.proposed""#))
        }
    }

    @Test("Nobody approves what they have proposed")
    func approval() async throws {
        try await Self.withPolicies { configuration, policies in
            let activated = await run(["policy", "activate", policies, "--config", configuration])
            let hash = activated.output.split(separator: " ").last?.prefix(12) ?? ""
            let outcome = await run(["policy", "approve", String(hash), "--config", configuration])
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("nobody approves what they have proposed"))
            #expect(await run(["policy", "approve", "xyz", "--config", configuration]).code == 2)
        }
    }

    // MARK: schema, corpus

    @Test("schema prints the schema, with the actions of tools")
    func schema() async throws {
        #expect(await run(["policy", "schema"]).output == PolicySchema.text)
        try await withFolder { folder in
            try Self.write(
                #"{"tools":[{"name":"send","inputSchema":{"type":"object","properties":{"to":{"type":"string"}}}}]}"#,
                to: "\(folder)/mail.tools.json")
            #expect(await run(["policy", "schema", folder]).output.contains(#"action "mail/send" in [call]"#))
        }
    }

    @Test("corpus runs a folder and an archive of tests, and ends with 1 where we disagree")
    func corpus() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/c", withIntermediateDirectories: false)
            try Self.write("permit(principal, action, resource);", to: "\(folder)/c/a.cedar")
            try Self.write(
                "entity U; action a appliesTo { principal: [U], resource: [U] };", to: "\(folder)/c/a.cedarschema")
            try Self.write("[]", to: "\(folder)/c/a.entities.json")
            func test(_ decision: String) throws {
                try Self.write(
                    """
                    {"policies":"c/a.cedar","schema":"c/a.cedarschema","entities":"c/a.entities.json","shouldValidate":true,
                     "requests":[{"description":"one","principal":{"type":"U","id":"x"},"action":{"type":"Action","id":"a"},
                       "resource":{"type":"U","id":"y"},"context":{},"validateRequest":true,"decision":"\(decision)",
                       "reason":["policy0"],"errors":[]}]}
                    """, to: "\(folder)/c/a.json")
            }
            try test("allow")
            let good = await run(["policy", "corpus", "\(folder)/c"])
            #expect(good.code == 0, "\(good.output)\(good.errors)")
            #expect(good.output.hasPrefix("1 tests, 1 requests\n"))
            let archive = "\(folder)/c.tar.gz"
            let tar = Process()
            tar.executableURL = URL(filePath: "/usr/bin/env")
            tar.arguments = ["tar", "-czf", archive, "-C", folder, "c"]
            try tar.run()
            tar.waitUntilExit()
            #expect(try await run(["policy", "corpus", archive, "--json"]).json()["agrees"] as? Bool == true)
            try test("deny")
            let bad = await run(["policy", "corpus", "\(folder)/c"])
            #expect(bad.code == 1)
            #expect(bad.output.contains("decision"))
            #expect(await run(["policy", "corpus", "\(folder)/nothing"]).code == 2)
        }
    }
}

extension String {
    /// Without the line's end.
    fileprivate var trimmed: String { self.hasSuffix("\n") ? String(self.dropLast()) : self }
}
