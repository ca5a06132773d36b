import Foundation
import Kernel
import Metering
import Testing

@testable import Settings

private func read(_ yaml: String) -> PriceFile.Reading {
    PriceFile.read(yaml: Array(yaml.utf8), file: "prices.yaml")
}

@Suite("The price table that comes with the gateway")
struct BuiltInPricesTests {
    private static let path =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/prices.yaml"

    @Test("is prices.yaml, word for word")
    func isEmbedded() throws {
        let yaml = try String(contentsOfFile: Self.path, encoding: .utf8)
        let source = """
            /// `prices.yaml` as it stands at the root of the project: a test holds the two equal, and writes this file.
            package enum BuiltInPrices {
                /// YAML, which Settings reads.
                package static let yaml = #\"\"\"
            \(yaml.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { $0.isEmpty ? "" : "        \($0)" }
                .joined(separator: "\n"))

                    \"\"\"#
            }

            """
        try GoldenFile("Sources/Metering/BuiltInPrices.swift").compare([source])
        #expect(BuiltInPrices.yaml == yaml)
    }

    @Test("has no problem, a date, and every model with a price")
    func isSound() throws {
        let reading = PriceFile.read(yaml: Array(BuiltInPrices.yaml.utf8), file: "prices.yaml")
        #expect(reading.problems.map(\.description) == [])
        let table = try reading.get()
        #expect(table == PriceFile.builtIn)
        #expect(table.date == "2026-11-21" && table.entries.count > 180)
        for entry in table.entries {
            let rates = entry.price.rates
            let isModeration = entry.name.contains("moderation")
            #expect((entry.price.units != ModelPrice.Units() || rates.input > 0) != isModeration, "\(entry.name)")
            for cheaper in [rates.cachedInput, entry.price.long?.rates.cachedInput] {
                #expect(cheaper.map { $0 <= entry.price.rates(for: TokenCount(.max)).input } ?? true, "\(entry.name)")
            }
            if let write = rates.cacheWrite { #expect(write >= rates.input, "\(entry.name)") }
            if let long = entry.price.long {
                #expect(long.rates.input > rates.input && long.rates.output > rates.output, "\(entry.name)")
            }
            #expect(entry.price.source != .own)
        }
        let owners = Set(table.entries.map { String($0.owner) })
        #expect(owners == ["openai", "azure", "anthropic", "gemini", "vertex", "bedrock"])
    }

    static let lookups: [(kind: String, model: String, input: Int64, output: Int64)] = [
        ("openai", "gpt-4o-mini-2024-07-18", 150_000, 600_000), ("openai", "gpt-4.1", 2_000_000, 8_000_000),
        ("azure", "gpt-4.1", 2_000_000, 8_000_000), ("azure", "gpt-35-turbo", 500_000, 1_500_000),
        ("anthropic", "claude-sonnet-4-5-20250929", 3_000_000, 15_000_000),
        ("anthropic", "claude-opus-5-5", 4_000_000, 20_000_000), ("gemini", "gemini-2.5-pro", 1_250_000, 10_000_000),
        ("vertex", "gemini-2.5-flash", 300_000, 2_500_000),
        ("vertex", "claude-haiku-4-5@20251001", 1_000_000, 5_000_000),
        ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", 3_000_000, 15_000_000),
        ("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300_000, 16_500_000),
        ("bedrock", "us.anthropic.claude-opus-4-6-v1", 5_500_000, 27_500_000),
        ("bedrock", "global.anthropic.claude-opus-4-6-v1", 5_000_000, 25_000_000),
        ("bedrock", "eu.amazon.nova-pro-v1:0", 800_000, 3_200_000),
        ("bedrock", "amazon.titan-embed-text-v2:0", 20_000, 0), ("openai", "text-embedding-3-small", 20_000, 0),
    ]

    @Test("knows models as their providers and people call them", arguments: Self.lookups)
    func lookup(_ kind: String, _ model: String, _ input: Int64, _ output: Int64) throws {
        let entry = try #require(PriceFile.builtIn.entry(for: model, provider: "p", kind: kind))
        #expect(entry.price.rates.input.value == input && entry.price.rates.output.value == output, "\(entry.name)")
    }

    @Test("does not know what it has no price for")
    func unknown() {
        for model in ["gpt-4o-realtime-preview", "llama3.2:3b", "gpt-9", "ft:gpt-5:acme::1"] {
            #expect(PriceFile.builtIn.entry(for: model, provider: "p", kind: "openai") == nil, "\(model)")
        }
    }

    @Test("is written as it is read")
    func roundTrip() throws {
        let text = PriceFile.text(of: PriceFile.builtIn, comment: ["A copy.", "", "Of it."])
        let start = "# A copy.\n#\n# Of it.\n\ndate: 2026-11-21\n\nmodels:\n  openai/gpt-6.2-astra: {input: 8"
        #expect(text.hasPrefix(start))
        #expect(try read(text).get() == PriceFile.builtIn)
    }

    @Test("holds unless the configuration names another, which may be missing or wrong")
    func tableOfSettings() throws {
        let own = "date: 2026-01-01\nmodels: {a/b: {input: 1, output: 1}}"
        func table(_ yaml: String, _ content: String?) throws(SettingsError) -> PriceTable {
            try load(minimal(yaml), file: "/etc/g.yaml").get().priceTable { path in
                guard path == "/etc/p.yaml", let content else { throw NoSuchFile() }
                return Array(content.utf8)
            }
        }
        #expect(try table("", nil) == PriceFile.builtIn)
        #expect(try table("prices: {path: p.yaml}", own).entries.map(\.name) == ["a/b"])
        let missing = #expect(throws: SettingsError.self) { try table("prices: {path: p.yaml}", nil) }
        #expect(missing?.message == "/etc/p.yaml: the file `/etc/p.yaml` cannot be read: no such file")
        let wrong = #expect(throws: SettingsError.self) { try table("prices: {path: p.yaml}", "models: {}") }
        #expect(wrong?.problems.count == 2)
    }

    @Test("leaves models that it does not know to the configuration")
    func book() throws {
        let settings = try load(minimal("prices: {default_input: 3, default_output: 4}")).get()
        let assumed = settings.priceBook(PriceFile.builtIn).pricing(of: "x", provider: "p", kind: "openai")
        #expect(assumed.price?.rates == ModelPrice.Rates(input: 3_000_000, output: 4_000_000))
        let strict = try load(minimal("prices: {unpriced: refuse}")).get()
        #expect(strict.priceBook(PriceFile.builtIn).pricing(of: "x", provider: "p", kind: "openai") == .refused)
    }
}

@Suite("A price table of one's own")
struct PriceFileTests {
    @Test("holds what it says, key by key")
    func values() throws {
        let table = try read(
            """
            date: 2026-01-31
            models:
              groq/llama: {input: 0.59, output: 0.79}
              openai/all:
                input: 1
                output: 2
                cached_input: 0.1
                cache_write: 1.25
                reasoning: 3
                audio_input: 4
                audio_output: 5
                long_above: 1000
                long_input: 6
                long_output: 7
                long_cached_input: 0.2
                long_cache_write: 8
                batch: 0.25
                image: 0.04
                characters: 15
                minute: 0.006
                aliases: [every, most]
                source: official
              openai/whisper-1: {minute: 0.006}
              ollama/llama3: {input: 0, output: 0}
            """
        ).get()
        #expect(table.date == "2026-01-31")
        #expect(
            table.entries[0]
                == .init(
                    name: "groq/llama", price: ModelPrice(rates: ModelPrice.Rates(input: 590_000, output: 790_000))))
        let all = ModelPrice(
            rates: ModelPrice.Rates(
                input: 1_000_000, output: 2_000_000, cachedInput: 100_000, cacheWrite: 1_250_000,
                audioInput: 4_000_000, reasoning: 3_000_000, audioOutput: 5_000_000),
            long: ModelPrice.LongRates(
                threshold: 1000,
                rates: ModelPrice.Rates(
                    input: 6_000_000, output: 7_000_000, cachedInput: 200_000, cacheWrite: 8_000_000,
                    audioInput: 4_000_000, audioOutput: 5_000_000)),
            batch: 250_000,
            units: ModelPrice.Units(image: 40_000, millionCharacters: 15_000_000, minute: 6_000), source: .official)
        #expect(table.entries[1] == .init(name: "openai/all", aliases: ["every", "most"], price: all))
        #expect(table.entry(named: "openai/most") == table.entries[1])
        #expect(table.entries[2].price.units.minute == 6000 && table.entries[2].price.rates.input == 0)
        #expect(try read(PriceFile.text(of: table, comment: [])).get() == table)
    }

    struct Bad: Sendable {
        let what: String
        let models: String
        let report: String

        static let noPrice = "missing: expected \(ScalarType<Microdollars>.price.expectation)"

        static let all = [
            Bad(
                what: "a model without a price", models: "a/b: {}",
                report: "3:3: models.a/b.input: \(noPrice)\n3:3: models.a/b.output: \(noPrice)"),
            Bad(
                what: "output that would be free by omission", models: "a/b: {input: 1}",
                report: "3:3: models.a/b.output: \(noPrice)\nhint: write output: 0 where there is none"),
            Bad(
                what: "a model of nobody", models: "gpt-4o: {input: 1, output: 1}",
                report: "3:3: models.gpt-4o: expected a provider, a slash and a model\n"
                    + "hint: for example, openai/gpt-4o"),
            Bad(
                what: "an unknown key, and a price below nothing", models: "a/b: {inptu: 1, input: -1, output: 1}",
                report: "3:9: models.a/b.inptu: unknown key\nhint: did you mean input?\n3:26: models.a/b.input: "
                    + "expected \(ScalarType<Microdollars>.price.expectation), found `-1`"),
            Bad(
                what: "half a price for long input",
                models: "a/b: {input: 1, output: 1, long_above: 5, long_input: 1}",
                report: "3:3: models.a/b: long_above needs long_input and long_output"),
            Bad(
                what: "a price for long input without a length", models: "a/b: {input: 1, output: 1, long_input: 1}",
                report: "3:3: models.a/b: prices for long input need long_above"),
            Bad(
                what: "a batch that costs more", models: "a/b: {input: 1, output: 1, batch: 1.5}",
                report: "3:37: models.a/b.batch: expected a part of the price such as `0.5`, at most 1, found `1.5`"),
            Bad(
                what: "a name that is another's alias",
                models: "a/b: {input: 1, output: 1, aliases: [c]}\n  a/c: {input: 1, output: 1}",
                report: "4:3: models.a/c: `a/c` is a name of `a/b` already"),
        ]
    }

    @Test("that is wrong is refused, with everything that is wrong", arguments: Bad.all)
    func problems(_ bad: Bad) {
        let reading = read("date: 2026-01-01\nmodels:\n  \(bad.models)")
        #expect(reading.table == nil)
        let report = reading.problems.map(\.description).joined(separator: "\n").replacing("prices.yaml:", with: "")
        #expect(report == bad.report, "\(bad.what)")
        #expect(throws: SettingsError.self) { try reading.get() }
    }

    static let files: [(yaml: String, report: String)] = [
        ("date: 2026-01-01", "prices.yaml: models: at least one model is needed"),
        (
            "date: today\nmodels: {a/b: {input: 1, output: 1}}",
            "prices.yaml:1:7: date: expected a date such as `2026-11-21`, found `today`"
        ),
        (
            "models: {a/b: {input: 1, output: 1}}",
            "prices.yaml:1:1: date: missing: expected a date such as `2026-11-21`\nhint: for example, date: 2026-11-21"
        ),
    ]

    @Test("without a date or without models is refused", arguments: Self.files)
    func wholeFiles(_ yaml: String, _ report: String) {
        #expect(read(yaml).problems.map(\.description).joined(separator: "\n") == report)
        #expect(read(yaml).table == nil && read("").table == nil)
    }
}
