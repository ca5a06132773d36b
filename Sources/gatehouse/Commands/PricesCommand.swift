import ArgumentParser
import Console
import Foundation
import Kernel
import LiteLLMImport
import Metering
import Server
import Settings

struct PricesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Look at what models cost, and import price lists.",
        discussion: """
            Prices are US dollars for a million tokens. prices.path in the configuration names the table; without it the \
            one holds that comes with the gateway.

            EXAMPLE:
              gatehouse prices list --configured
            """,
        subcommands: [PricesListCommand.self, PricesImportCommand.self])
}

struct PricesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the price table.",
        discussion: """
            It is that of the configuration or, where there is none, the one that comes with the gateway.

            EXAMPLE:
              gatehouse prices list
              gatehouse prices list --configured --json
            """)

    @Flag(help: "Show the models of the configuration in place of the table, each with the price that holds for it.")
    var configured = false

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let isNamed = self.configuration.config != nil || Terminal.current.environment["GATEHOUSE_CONFIG"] != nil
        guard self.configured || isNamed || FileManager.default.fileExists(atPath: self.configuration.path) else {
            return try self.write(PriceFile.builtIn)
        }
        let settings = try self.configuration.settings()
        let table = try self.configuration.file.prices(of: settings)
        guard self.configured else { return try self.write(table) }
        try self.write(settings, settings.priceBook(table), of: table)
    }

    private func write(_ table: PriceTable) throws {
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("date", table.date)
            json.name("models")
            json.beginArray()
            for entry in table.entries {
                json.beginObject()
                json.member("name", entry.name)
                Self.write(entry.price, to: &json)
                if !entry.aliases.isEmpty {
                    json.name("aliases")
                    json.beginArray()
                    for alias in entry.aliases { json.string(alias) }
                    json.endArray()
                }
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return try terminal.write(json)
        }
        let rows = table.entries.map { [$0.name] + Self.cells($0.price) + [$0.price.source.rawValue] }
        try self.print(Columns.lines(["MODEL"] + Self.titles + ["SOURCE"], rows), of: table)
    }

    private func write(_ settings: Settings, _ book: PriceBook, of table: PriceTable) throws {
        let priced = settings.models.map { model -> (name: String, pricing: PriceBook.Pricing) in
            let kind = settings.provider(named: model.provider)?.kind ?? ""
            return (model.name, book.pricing(of: model.model ?? model.name, provider: model.provider, kind: kind))
        }
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("date", table.date)
            json.name("models")
            json.beginArray()
            for (name, pricing) in priced {
                json.beginObject()
                json.member("model", name)
                json.member("pricing", Self.word(for: pricing))
                if case .listed(let entry) = pricing { json.member("name", entry.name) }
                if let price = pricing.price { Self.write(price, to: &json) }
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return try Terminal.current.write(json)
        }
        let rows = priced.map { name, pricing -> [String] in
            var what = Self.word(for: pricing)
            if case .listed(let entry) = pricing { what = entry.name }
            let blank = Self.titles.map { _ in "–" }
            return [name] + (pricing.price.map(Self.cells) ?? blank) + [what]
        }
        try self.print(Columns.lines(["MODEL"] + Self.titles + ["FROM"], rows), of: table)
    }

    private func print(_ lines: [String], of table: PriceTable) throws {
        let terminal = Terminal.current
        for (index, line) in lines.enumerated() {
            try terminal.write(index == 0 ? terminal.paint(line, .faint) : line)
        }
        try terminal.write("\nUS dollars for a million tokens, as of \(table.date)")
    }

    private static let titles = ["INPUT", "OUTPUT", "CACHED", "WRITTEN", "BATCH"]

    private static func cells(_ price: ModelPrice) -> [String] {
        let units = [
            price.units.image.map { "\($0)/image" }, price.units.millionCharacters.map { "\($0)/1M characters" },
            price.units.minute.map { "\($0)/minute" },
        ].compactMap { $0 }
        let isByTokens = price.rates.input > 0 || price.rates.output > 0 || units.isEmpty
        return [
            isByTokens ? "\(price.rates.input)" : units.joined(separator: " "),
            isByTokens ? "\(price.rates.output)" : "–",
            price.rates.cachedInput?.description ?? "–", price.rates.cacheWrite?.description ?? "–",
            price.batch == 1_000_000 ? "–" : "× \(Microdollars(price.batch))",
        ]
    }

    private static func word(for pricing: PriceBook.Pricing) -> String {
        switch pricing {
        case .free: "free"
        case .listed: "listed"
        case .assumed: "default"
        case .refused: "refused"
        }
    }

    /// The members of a price, as `prices.yaml` calls them: numbers are exact decimals of dollars.
    private static func write(_ price: ModelPrice, to json: inout JSONWriter) {
        func member(_ name: StaticString, _ amount: Microdollars?) {
            guard let amount else { return }
            json.name(name)
            json.raw(Array(amount.description.utf8))
        }
        member("input", price.rates.input)
        member("output", price.rates.output)
        member("cached_input", price.rates.cachedInput)
        member("cache_write", price.rates.cacheWrite)
        member("reasoning", price.rates.reasoning)
        member("audio_input", price.rates.audioInput)
        member("audio_output", price.rates.audioOutput)
        if let long = price.long {
            json.member("long_above", long.threshold.value)
            member("long_input", long.rates.input)
            member("long_output", long.rates.output)
            member("long_cached_input", long.rates.cachedInput)
            member("long_cache_write", long.rates.cacheWrite)
        }
        member("batch", Microdollars(price.batch))
        member("image", price.units.image)
        member("characters", price.units.millionCharacters)
        member("minute", price.units.minute)
        json.member("source", price.source.rawValue)
    }
}

struct PricesImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a price table out of another list.",
        discussion: """
            EXAMPLE:
              gatehouse prices import litellm model_prices_and_context_window.json --output prices.yaml
            """,
        subcommands: [PricesImportLiteLLMCommand.self])
}

struct PricesImportLiteLLMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "litellm", abstract: "Make a price table out of LiteLLM's price list.",
        discussion: """
            Takes model_prices_and_context_window.json. Entries and prices that have no equal here are named on standard \
            error. Put the path of the result into prices.path.

            EXAMPLE:
              gatehouse prices import litellm model_prices_and_context_window.json --output prices.yaml

            EXIT CODES: 0 a table was made, whatever was found; 1 no price could be taken over; 2 the file cannot be read.
            """)

    @Option(help: ArgumentHelp("The day of the prices. Without it: today.", valueName: "yyyy-mm-dd"))
    var date: String?

    @OptionGroup var options: ImportOptions
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard let date, date.utf8.count != 10 || Timestamp(date) == nil else { return }
        throw ValidationError("`\(date)` is no date such as 2026-11-21")
    }

    func run() async throws {
        let day = self.date ?? String(Terminal.current.clock.now().description.prefix(10))
        let made = try LiteLLMPrices(json: try self.options.read(), file: self.options.file, date: day)
        guard !made.table.entries.isEmpty else {
            for finding in made.findings { Terminal.current.complain("\(finding)") }
            throw CommandFailure("no price of `\(self.options.file)` could be taken over")
        }
        let comment = ["Made out of LiteLLM's price list by `gatehouse prices import litellm`."]
        let count = made.table.entries.count
        try self.options.finish(
            PriceFile.text(of: made.table, comment: comment), made.findings,
            summary: count == 1 ? "one model" : "\(count) models", isJSON: self.output.isJSON)
    }
}
