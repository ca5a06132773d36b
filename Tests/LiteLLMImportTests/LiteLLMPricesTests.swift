import Kernel
import Metering
import Settings
import Testing

@testable import LiteLLMImport

@Suite("The import of LiteLLM's price list")
struct LiteLLMPricesTests {
    private static func convert(_ json: String) throws -> LiteLLMPrices {
        try LiteLLMPrices(json: Array(json.utf8), file: "prices.json", date: "2026-11-21")
    }

    static let list = """
        {
          "sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of https://docs.litellm.ai"},
          "gpt-x": {
            "litellm_provider": "openai", "mode": "chat", "max_tokens": 4096, "supports_vision": true,
            "input_cost_per_token": 2.5e-06, "output_cost_per_token": 0.00001,
            "cache_read_input_token_cost": 1.25E-6, "output_cost_per_reasoning_token": 1e-5,
            "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 5e-06,
            "input_cost_per_audio_token": 3.2e-05, "output_cost_per_audio_token": 6.4e-05
          },
          "anthropic.claude-x-v1:0": {
            "litellm_provider": "bedrock_converse", "mode": "chat",
            "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
            "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
            "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05,
            "cache_read_input_token_cost_above_200k_tokens": 6e-07, "input_cost_per_token_priority": 7e-06,
            "search_context_cost_per_query": {"search_context_size_low": 0.01}
          },
          "groq/llama-x": {
            "litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 5.9e-07,
            "output_cost_per_token": 7.9e-07, "input_cost_per_token_batches": 2e-07,
            "output_cost_per_token_batches": 7.9e-07
          },
          "vertex_ai/claude-x@20260101": {
            "litellm_provider": "vertex_ai-anthropic_models", "mode": "chat", "input_cost_per_token": 1e-06,
            "output_cost_per_token": 5e-06
          },
          "azure/eu/gpt-x": {
            "litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 2.75e-06,
            "output_cost_per_token": 1.1e-05
          },
          "text-embedding-x": {
            "litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0
          },
          "whisper-x": {
            "litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_second": 0.0001,
            "output_cost_per_second": 0.0001
          },
          "tts-x": {"litellm_provider": "openai", "mode": "audio_speech", "input_cost_per_character": 1.5e-05},
          "dall-x": {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04},
          "odd": {
            "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.0000000000001e-06,
            "output_cost_per_token": 1e-06
          },
          "free": {
            "litellm_provider": "github_copilot", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0.0
          },
          "answers-for-nothing": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06},
          "by-the-second": {"litellm_provider": "replicate", "mode": "chat", "input_cost_per_second": 0.001},
          "without a provider": {"input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
          "two words": {
            "litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06
          },
          "openai/gpt-x": {
            "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06
          },
          "openai/tts-x": {"litellm_provider": "openai", "mode": "audio_speech", "input_cost_per_character": 1.5e-05}
        }
        """

    @Test("takes over what models cost, exactly")
    func entries() throws {
        let table = try Self.convert(Self.list).table
        #expect(table.date == "2026-11-21")
        func price(_ name: String) throws -> ModelPrice { try #require(table.entry(named: name)).price }
        var expected = ModelPrice(
            rates: ModelPrice.Rates(
                input: 2_500_000, output: 10_000_000, cachedInput: 1_250_000, audioInput: 32_000_000,
                audioOutput: 64_000_000), batch: 500_000, source: .secondary)
        #expect(try price("openai/gpt-x") == expected)
        expected = ModelPrice(
            rates: ModelPrice.Rates(input: 3_000_000, output: 15_000_000, cacheWrite: 3_750_000),
            long: ModelPrice.LongRates(
                threshold: 200_000,
                rates: ModelPrice.Rates(input: 6_000_000, output: 22_500_000, cachedInput: 600_000)),
            source: .secondary)
        #expect(try price("bedrock/anthropic.claude-x-v1:0") == expected)
        let groq = try price("groq/llama-x")
        #expect(groq.rates == ModelPrice.Rates(input: 590_000, output: 790_000) && groq.batch == 1_000_000)
        #expect(try price("vertex/claude-x@20260101").rates.output == 5_000_000)
        #expect(try price("azure/eu/gpt-x").rates.input == 2_750_000)
        #expect(try price("openai/text-embedding-x").rates == ModelPrice.Rates(input: 20_000, output: 0))
        #expect(try price("openai/whisper-x").units == ModelPrice.Units(minute: 6_000))
        #expect(try price("openai/tts-x").units == ModelPrice.Units(millionCharacters: 15_000_000))
        #expect(try price("openai/dall-x").units == ModelPrice.Units(image: 40_000))
        // Rounded up, never down.
        #expect(try price("openai/odd").rates.input == 1_000_001)
        #expect(table.entries.count == 10)
    }

    @Test("names everything that has no equal, entry by entry")
    func findings() throws {
        let findings = try Self.convert(Self.list).findings.map(\.description)
        #expect(
            findings == [
                "prices.json:10: changed: anthropic.claude-x-v1:0: taken without "
                    + "cache_creation_input_token_cost_above_1hr, input_cost_per_token_priority, "
                    + "search_context_cost_per_query",
                "prices.json:18: changed: groq/llama-x: taken without "
                    + "input_cost_per_token_batches, output_cost_per_token_batches",
                "prices.json:44: dropped: free: costs nothing there, which may mean that nobody knows; write it into "
                    + "the table if it is free",
                "prices.json:47: dropped: answers-for-nothing: no price that can be said here",
                "prices.json:48: dropped: by-the-second: no price that can be said here: input_cost_per_second",
                "prices.json:49: dropped: without a provider: neither a provider nor a model that could be found by such "
                    + "a name",
                "prices.json:50: dropped: two words: neither a provider nor a model that could be found by such a name",
                "prices.json:53: dropped: openai/gpt-x: another entry is called `openai/gpt-x` and costs something else; "
                    + "that one holds",
            ])
    }

    @Test("makes a file that is read as the same table")
    func roundTrip() throws {
        let made = try Self.convert(Self.list)
        let text = PriceFile.text(of: made.table, comment: ["Made out of prices.json."])
        #expect(try PriceFile.read(yaml: Array(text.utf8), file: "p.yaml").get() == made.table)
        #expect(
            text.contains(
                "  openai/gpt-x: {input: 2.5, output: 10, cached_input: 1.25, audio_input: 32, audio_output: 64, "
                    + "batch: 0.5, source: secondary}\n"))
        #expect(text.contains("  openai/whisper-x: {minute: 0.006, source: secondary}\n"))
    }

    static let refused = ["", "[]", "1", "{", "{\"a\": }", "{} {}"]

    @Test("refuses what is no object of entries", arguments: Self.refused)
    func isRefused(_ json: String) {
        #expect(throws: SettingsError.self) { try Self.convert(json) }
    }

    static let odd = [
        "1", "null", "\"text\"", "[]", "{}", "{\"litellm_provider\": 1}",
        "{\"litellm_provider\": \"openai\", \"input_cost_per_token\": \"1e-06\"}",
        "{\"litellm_provider\": \"openai\", \"input_cost_per_token\": -1e-06, \"output_cost_per_token\": 1e-06}",
        "{\"litellm_provider\": \"openai\", \"input_cost_per_token\": 1e300, \"output_cost_per_token\": 1e-06}",
        "{\"litellm_provider\": \"openai\", \"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 1e-9999}",
    ]

    @Test("names entries that are not what they should be", arguments: Self.odd)
    func oddEntries(_ entry: String) throws {
        let made = try Self.convert("{\"a\": \(entry)}")
        #expect(made.findings.count == 1)
    }
}

@Suite("Decimal numbers")
struct DecimalNumberTests {
    static let prices: [(String, Int64)] = [
        ("2.5e-06", 2_500_000), ("0.00001", 10_000_000), ("1.25E-6", 1_250_000), ("1e-12", 1), ("1e-13", 1), ("0", 0),
        ("0.0e5", 0), ("1e-6", 1_000_000), ("1e+0", 1_000_000_000_000), ("8.33333333333e-05", 83_333_334),
        ("0.000000000000000000000000000001", 1), ("12345e-12", 12_345),
    ]

    @Test("become dollars for a million, rounded up", arguments: Self.prices)
    func read(_ text: String, _ price: Int64) {
        #expect(DecimalNumber(text)?.microdollars(tenTo: 12)?.value == price)
    }

    static let refused = ["", "-1", "+1", "e5", ".5", "1.2.3", "1e", "1e5.0", "1e99999", "0x10", "1,5", "１", "NaN"]

    @Test("are nothing else", arguments: Self.refused)
    func refuse(_ text: String) { #expect(DecimalNumber(text) == nil) }

    @Test("beyond any price are none")
    func bounds() throws {
        #expect(DecimalNumber("1e30")?.microdollars(tenTo: 12) == nil)
        #expect(DecimalNumber("1e4")?.microdollars(tenTo: 12) == nil)
        #expect(DecimalNumber("1e3")?.microdollars(tenTo: 12)?.value == 1_000_000_000_000_000)
        #expect(DecimalNumber("0.0001")?.microdollars(times: 60, tenTo: 6)?.value == 6000)
        let part = try #require(DecimalNumber("1.25e-06"))
        let whole = try #require(DecimalNumber("0.0000025"))
        #expect(DecimalNumber.share(of: part, in: whole) == 500_000)
        #expect(DecimalNumber.share(of: try #require(DecimalNumber("1")), in: try #require(DecimalNumber("3"))) == nil)
        #expect(DecimalNumber.share(of: part, in: try #require(DecimalNumber("0"))) == nil)
    }
}
