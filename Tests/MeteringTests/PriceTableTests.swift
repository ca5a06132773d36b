import Kernel
import Metering
import Testing

@Suite("The price table")
struct PriceTableTests {
    private static func price(_ input: Int64) -> ModelPrice {
        ModelPrice(rates: ModelPrice.Rates(input: Microdollars(input), output: Microdollars(input * 5)))
    }

    static let table = PriceTable(
        date: "2026-11-21",
        entries: [
            ("openai/gpt-4o", []), ("openai/gpt-4o-2024-05-13", []), ("openai/gpt-4.1", ["gpt-4.1-preview"]),
            ("openai/ft:gpt-4.1-2025-04-14", []), ("openai/gpt-5-chat-latest", []), ("azure/gpt-4o-eu", []),
            ("groq/llama-3.3-70b", []), ("anthropic/claude-sonnet-4-5", []), ("gemini/gemini-2.5-pro", []),
            ("vertex/claude-sonnet-4-5", []), ("bedrock/anthropic.claude-sonnet-4-5", []),
            ("bedrock/eu.anthropic.claude-sonnet-4-5", []), ("bedrock/amazon.nova-pro", []), ("mine/gpt-4o", []),
            ("openai/org/model", []),
        ].enumerated().map { place, entry in
            PriceTable.Entry(name: entry.0, aliases: entry.1, price: Self.price(Int64(place) + 1))
        })

    struct Lookup: Sendable {
        let provider: String
        let kind: String
        let model: String
        let found: String?

        init(_ provider: String, _ kind: String, _ model: String, _ found: String?) {
            self.provider = provider
            self.kind = kind
            self.model = model
            self.found = found
        }

        static let all = [
            Lookup("openai", "openai", "gpt-4o", "openai/gpt-4o"),
            Lookup("openai", "openai", "gpt-4o-2024-08-06", "openai/gpt-4o"),
            Lookup("openai", "openai", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
            Lookup("openai", "openai", "gpt-4o-latest", "openai/gpt-4o"),
            Lookup("openai", "openai", "gpt-4.1-preview", "openai/gpt-4.1"),
            Lookup("openai", "openai", "gpt-5-chat-latest", "openai/gpt-5-chat-latest"),
            Lookup("openai", "openai", "org/model", "openai/org/model"),
            // A longer name is another model.
            Lookup("openai", "openai", "gpt-4o-audio-preview", nil),
            Lookup("openai", "openai", "gpt-4o-mini", nil),
            Lookup("openai", "openai", "gpt-4", nil),
            Lookup("openai", "openai", "GPT-4o", nil),
            Lookup("openai", "openai", "", nil),
            Lookup("openai", "openai", "-latest", nil),
            // Fine-tuned models cost what they cost.
            Lookup("openai", "openai", "ft:gpt-4.1-2025-04-14:acme::id1", "openai/ft:gpt-4.1-2025-04-14"),
            Lookup("openai", "openai", "ft:gpt-4o:acme::id1", nil),
            // The provider's name before its kind.
            Lookup("mine", "openai", "gpt-4o", "mine/gpt-4o"),
            Lookup("mine", "openai", "gpt-4.1", "openai/gpt-4.1"),
            Lookup("groq", "openai", "llama-3.3-70b", "groq/llama-3.3-70b"),
            Lookup("ollama", "openai", "llama-3.3-70b", nil),
            // Whose list prices those are.
            Lookup("west", "azure", "gpt-4o", "openai/gpt-4o"),
            Lookup("west", "azure", "gpt-4o-eu", "azure/gpt-4o-eu"),
            Lookup("google", "vertex", "gemini-2.5-pro", "gemini/gemini-2.5-pro"),
            Lookup("google", "vertex", "gemini-2.5-pro-001", "gemini/gemini-2.5-pro"),
            Lookup("google", "vertex", "claude-sonnet-4-5@20250929", "vertex/claude-sonnet-4-5"),
            Lookup("google", "vertex", "gpt-4o", nil),
            Lookup("a", "anthropic", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
            Lookup("a", "anthropic", "claude-sonnet-4-5-latest", "anthropic/claude-sonnet-4-5"),
            Lookup("a", "anthropic", "gpt-4o", nil),
            Lookup("b", "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/anthropic.claude-sonnet-4-5"),
            Lookup(
                "b", "bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "bedrock/eu.anthropic.claude-sonnet-4-5"),
            Lookup(
                "b", "bedrock", "jp.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/anthropic.claude-sonnet-4-5"),
            Lookup(
                "b", "bedrock",
                "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "bedrock/eu.anthropic.claude-sonnet-4-5"),
            Lookup("b", "bedrock", "us.amazon.nova-pro-v1:0", "bedrock/amazon.nova-pro"),
            Lookup("b", "bedrock", "xx.amazon.nova-pro-v1:0", nil),
            Lookup("b", "bedrock", "arn:aws:bedrock:eu:1:application-inference-profile/abc", nil),
        ]
    }

    @Test("finds a model by its name, without a version or a place, and by nothing looser", arguments: Lookup.all)
    func lookup(_ one: Lookup) {
        #expect(Self.table.entry(for: one.model, provider: one.provider, kind: one.kind)?.name == one.found)
    }

    @Test("tries spellings from the closest to the loosest, each once")
    func spellings() {
        #expect(
            ModelSpelling.all(of: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0") == [
                "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu.anthropic.claude-sonnet-4-5-20250929-v1",
                "eu.anthropic.claude-sonnet-4-5-20250929", "eu.anthropic.claude-sonnet-4-5",
                "anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1",
                "anthropic.claude-sonnet-4-5-20250929", "anthropic.claude-sonnet-4-5",
            ])
        #expect(ModelSpelling.all(of: "gpt-4o") == ["gpt-4o"])
        #expect(ModelSpelling.all(of: "llama3.2:3b") == ["llama3.2:3b"])
        #expect(ModelSpelling.all(of: "ft:gpt-4.1:a::b") == ["ft:gpt-4.1:a::b", "ft:gpt-4.1"])
        for odd in ["", "@", "@@@@@@@@", ":0", "arn:/", "ft:", "-2024-01-01", "us.", "-v1:0:0:0:0:0:0:0:0"] {
            #expect(ModelSpelling.all(of: odd).first == odd)
        }
    }

    @Test("gives a name that two entries claim to the first")
    func duplicates() {
        let table = PriceTable(
            date: "",
            entries: [
                .init(name: "a/b", aliases: ["c"], price: Self.price(1)), .init(name: "a/c", price: Self.price(2)),
                .init(name: "a/b", price: Self.price(3)),
            ])
        #expect(table.entry(named: "a/c")?.price == Self.price(1))
        #expect(table.entry(named: "a/b")?.price == Self.price(1))
    }

    @Test("leaves what it does not know to the configuration, and what answers within the gateway is free")
    func book() throws {
        let refusing = PriceBook(table: Self.table, unlisted: .refused)
        let charging = PriceBook(table: Self.table, unlisted: .charged(Self.price(99)))
        #expect(refusing.pricing(of: "x", provider: "openai", kind: "openai") == .refused)
        #expect(charging.pricing(of: "x", provider: "openai", kind: "openai") == .assumed(Self.price(99)))
        let listed = try #require(Self.table.entry(named: "openai/gpt-4o"))
        for book in [refusing, charging] {
            #expect(book.pricing(of: "gpt-4o", provider: "openai", kind: "openai") == .listed(listed))
            #expect(book.pricing(of: "gpt-4o", provider: "p", kind: "extractive") == .free)
            #expect(book.pricing(of: "gpt-4o", provider: "p", kind: "replay") == .free)
        }
        #expect(PriceBook.Pricing.free.price == nil && PriceBook.Pricing.refused.price == nil)
        #expect(PriceBook.Pricing.assumed(Self.price(1)).price == Self.price(1))
        #expect(PriceBook.Pricing.listed(listed).price == listed.price)
    }
}
