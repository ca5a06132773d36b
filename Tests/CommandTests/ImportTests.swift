import Foundation
import Testing

@testable import gatehouse

@Suite("Imports and prices")
struct ImportTests {
    private static let configuration = """
        model_list:
          - model_name: gpt-4o
            litellm_params: {model: openai/gpt-4o, api_key: sk-clear-0000000000000001, rpm: 5}
          - model_name: llama
            litellm_params: {model: ollama/llama3.2, api_base: "http://localhost:11434"}
        """

    private static let prices = """
        {"groq/llama": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 5.9e-07,
          "output_cost_per_token": 7.9e-07, "input_cost_per_token_priority": 1e-06}}
        """

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test("A LiteLLM configuration becomes one that check finds good, and every finding is told")
    func configuration() async throws {
        try await withFolder { folder in
            let source = "\(folder)/config.yaml"
            let target = "\(folder)/gatehouse.yaml"
            try self.write(Self.configuration, source)
            let made = await run(["import", "litellm", source, "--output", target])
            #expect(made.code == 0)
            #expect(made.output == "wrote \(target): 2 models, 4 findings\n")
            #expect(made.errors.split(separator: "\n").count == 4)
            #expect(made.errors.contains(": secret: model_list[0].litellm_params.api_key: stood in clear: set it as"))
            #expect(made.errors.contains(": dropped: model_list[0].litellm_params.rpm: "))
            let checked = await run(["check", "--without-secrets", "--config", target])
            #expect(checked.code == 0, "\(checked.output)")
            let written = try String(contentsOfFile: target, encoding: .utf8)
            #expect(!written.contains("clear-0000") && !made.errors.contains("clear-0000"))

            let again = await run(["import", "litellm", source, "-o", target])
            #expect(again.code == 2 && again.errors.contains("--force overwrites it"))
            #expect(await run(["import", "litellm", source, "-o", target, "--force"]).code == 0)
            let printed = await run(["import", "litellm", source])
            #expect(printed.code == 0 && printed.output == written && printed.errors == made.errors)
        }
    }

    @Test("With --json an import prints one object: the text or its path, and the findings")
    func json() async throws {
        try await withFolder { folder in
            let source = "\(folder)/config.yaml"
            try self.write(Self.configuration, source)
            let printed = try await run(["import", "litellm", source, "--json"]).json()
            let findings = try #require(printed["findings"] as? [[String: Any]])
            #expect((printed["text"] as? String)?.contains("providers:") == true && findings.count == 4)
            #expect(findings.allSatisfy { $0["kind"] is String && $0["message"] is String && $0["line"] is Int })
            let target = "\(folder)/g.yaml"
            let written = try await run(["import", "litellm", source, "--output", target, "--json"]).json()
            #expect(written["path"] as? String == target && written["text"] == nil)
        }
    }

    @Test("What cannot be imported ends with 1, what cannot be read with 2, and nothing is written")
    func failures() async throws {
        try await withFolder { folder in
            let target = "\(folder)/gatehouse.yaml"
            let cases: [(text: String?, code: Int32)] = [
                ("model_list: []", 1), ("- a", 2), ("a: [", 2), (nil, 2),
            ]
            for (index, one) in cases.enumerated() {
                let source = "\(folder)/\(index).yaml"
                if let text = one.text { try self.write(text, source) }
                let outcome = await run(["import", "litellm", source, "--output", target])
                #expect(outcome.code == one.code && outcome.output == "", "\(outcome.errors)")
                #expect(outcome.errors.contains("error: "))
            }
            #expect(await run(["import", "litellm", folder]).code == 2)
            #expect(await run(["prices", "import", "litellm", "\(folder)/none.json"]).code == 2)
            #expect(await run(["prices", "import", "litellm", "x.json", "--date", "today"]).code == 2)
            #expect(!FileManager.default.fileExists(atPath: target))
        }
    }

    @Test("A price list becomes a table that the configuration can name")
    func importedPrices() async throws {
        try await withFolder { folder in
            let source = "\(folder)/list.json"
            let target = "\(folder)/prices.yaml"
            try self.write(Self.prices, source)
            let made = await run(["prices", "import", "litellm", source, "--output", target, "--date", "2026-11-01"])
            #expect(made.code == 0 && made.output == "wrote \(target): one model, one finding\n")
            #expect(made.errors == "\(source):1: changed: groq/llama: taken without input_cost_per_token_priority\n")
            let configuration = "\(folder)/gatehouse.yaml"
            try self.write(
                """
                providers:
                  local: {kind: extractive}
                  groq: {kind: openai, base_url: "https://api.groq.com/openai/v1"}
                models:
                  demo: {provider: local}
                  llama: {provider: groq, model: llama}
                  other: {provider: groq, model: other}
                prices: {path: prices.yaml}
                """, configuration)
            let listed = await run(["prices", "list", "--config", configuration])
            #expect(listed.code == 0)
            #expect(
                listed.output == """
                    MODEL       INPUT  OUTPUT  CACHED  WRITTEN  BATCH  SOURCE
                    groq/llama  0.59   0.79    –       –        –      secondary

                    US dollars for a million tokens, as of 2026-11-01

                    """)
            let configured = await run(["prices", "list", "--configured", "--config", configuration])
            #expect(
                configured.output == """
                    MODEL  INPUT  OUTPUT  CACHED  WRITTEN  BATCH  FROM
                    demo   –      –       –       –        –      free
                    llama  0.59   0.79    –       –        –      groq/llama
                    other  15     75      –       –        –      default

                    US dollars for a million tokens, as of 2026-11-01

                    """)
            let json = try await run(["prices", "list", "--configured", "--config", configuration, "--json"]).json()
            let models = try #require(json["models"] as? [[String: Any]])
            #expect(models.map { $0["pricing"] as? String } == ["free", "listed", "default"])
            #expect(models[1]["input"] as? Double == 0.59 && models[0]["input"] == nil)
        }
    }

    @Test("Without a configuration prices list shows the table that comes with the gateway")
    func builtIn() async throws {
        try await withFolder { folder in
            let missing = await run(["prices", "list", "--config", "\(folder)/none.yaml"])
            #expect(missing.code == 2)
            try await withConfiguration { path in
                let listed = await run(["prices", "list"], environment: ["GATEHOUSE_CONFIG": path])
                #expect(listed.code == 0 && listed.lines.count > 180)
                #expect(listed.output.contains("\nopenai/gpt-4o-mini "))
                let json = try await run(["prices", "list", "--json", "--config", path]).json()
                #expect((json["models"] as? [[String: Any]])?.count == listed.lines.count - 2)
                #expect(json["date"] as? String == "2026-11-21")
            }
        }
    }

    @Test("A price table that is wrong ends with 2 and says where")
    func wrongTable() async throws {
        try await withFolder { folder in
            let configuration = "\(folder)/gatehouse.yaml"
            try self.write(
                "providers: {l: {kind: extractive}}\nmodels: {m: {provider: l}}\nprices: {path: p.yaml}\n",
                configuration)
            let missing = await run(["prices", "list", "--config", configuration])
            #expect(missing.code == 2 && missing.errors.contains("\(folder)/p.yaml"))
            try self.write("date: 2026-01-01\nmodels: {a/b: {input: 1}}\n", "\(folder)/p.yaml")
            let wrong = await run(["prices", "list", "--config", configuration])
            #expect(wrong.code == 2 && wrong.errors.contains("models.a/b.output: missing"))
        }
    }
}
