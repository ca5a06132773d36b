import Kernel
package import Metering

/// A price table as a file: `prices.yaml`.
package struct PriceFile: Hashable, Sendable {
    /// What came of reading one.
    package struct Reading: Sendable {
        /// nil exactly where one of the problems is an error.
        package let table: PriceTable?
        package let problems: [Problem]

        /// The table, warnings or not.
        package func get() throws(SettingsError) -> PriceTable {
            guard let table = self.table else { throw SettingsError(.invalid, self.problems) }
            return table
        }
    }

    var date = ""
    var lines: [PriceLine] = []

    /// Reads a price table and reports everything that is wrong with it at once.
    /// - Parameters:
    ///   - yaml: The bytes of the file.
    ///   - file: Its path, as problems name it.
    /// - Returns: The table where nothing is wrong, and every problem.
    package static func read(yaml: [UInt8], file: String) -> Reading {
        var reader = SettingsReader(file: file, environment: [:], homes: [:]) { _ in [] }
        var prices = PriceFile()
        var yamlReader = YAMLReader(file: file)
        let root = yamlReader.read(yaml)
        for problem in yamlReader.problems { reader.report(problem) }
        if let root, let members = reader.members(root, "", "a mapping with keys such as `date` and `models`") {
            Self.description.read(members, "", at: root.mark, into: &prices, &reader)
            prices.check(&reader)
        }
        let problems = reader.sortedProblems
        let isUsable = !problems.contains { $0.severity == .error }
        return Reading(table: isUsable ? prices.table : nil, problems: problems)
    }

    /// The table that comes with the gateway.
    package static let builtIn: PriceTable =
        Self.read(yaml: Array(BuiltInPrices.yaml.utf8), file: "prices.yaml").table ?? PriceTable(date: "", entries: [])

    private var table: PriceTable { PriceTable(date: self.date, entries: self.lines.map(\.entry)) }

    private func check(_ reader: inout SettingsReader) {
        if self.lines.isEmpty, !reader.locations.keys.contains(where: { $0.hasPrefix("models.") }) {
            reader.report(.missing, at: Location(file: reader.file, key: "models"), "at least one model is needed")
        }
        var owners: [String: String] = [:]
        for line in self.lines where !reader.isFull {
            let key = "models.\(line.name)"
            guard let location = reader.locations[key] else { continue }
            line.check(key, location, &reader)
            for name in line.entry.names {
                if let other = owners[name], other != line.name {
                    reader.report(.duplicate, at: location, "`\(name)` is a name of `\(other)` already")
                }
                owners[name] = line.name
            }
        }
    }
}

extension PriceFile {
    /// Writes a table as a file that `read` reads as the same. The comment stands at its beginning, line by line.
    package static func text(of table: PriceTable, comment: [String]) -> String {
        var text = comment.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        text += "\ndate: \(table.date)\n\nmodels:\n"
        for entry in table.entries {
            let members = PriceLine.description.write(PriceLine(entry), "").filter { key, value in
                PriceLine.defaults[key] != value
            }
            text += "  \(entry.name): {\(members.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}\n"
        }
        return text
    }

    private static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "date", \.date, .date, "the day whose prices these are", example: "2026-11-21"),
            .entries(
                "models", \.lines, PriceLine.type,
                "what each model costs, by the kind or the name of its provider and its own name"),
        ])
}

/// One model of a price file, key by key.
struct PriceLine: Hashable, Sendable {
    var name = ""
    var aliases: [String] = []
    var input: Microdollars?
    var output: Microdollars?
    var cachedInput: Microdollars?
    var cacheWrite: Microdollars?
    var reasoning: Microdollars?
    var audioInput: Microdollars?
    var audioOutput: Microdollars?
    var batch = Microdollars(1_000_000)
    var longAbove: Int?
    var longInput: Microdollars?
    var longOutput: Microdollars?
    var longCachedInput: Microdollars?
    var longCacheWrite: Microdollars?
    var image: Microdollars?
    var characters: Microdollars?
    var minute: Microdollars?
    var source = ModelPrice.Source.own

    static let description = Section(
        initial: Self(),
        fields: [
            .optional("input", \.input, .price, "US dollars for a million tokens of input", example: "2.50"),
            .optional("output", \.output, .price, "for a million tokens of output", example: "10"),
            .optional("cached_input", \.cachedInput, .price, "for input out of the cache", example: "0.25"),
            .optional("cache_write", \.cacheWrite, .price, "for input into the cache", example: "3.125"),
            .optional("reasoning", \.reasoning, .price, "for output that was thought", example: "10"),
            .optional("audio_input", \.audioInput, .price, "for input that is sound", example: "32"),
            .optional("audio_output", \.audioOutput, .price, "for output that is sound", example: "64"),
            .optional(
                "long_above", \.longAbove, .count(1...100_000_000),
                "above so much input the prices that begin with long_ hold, for all of it", example: "200000"),
            .optional("long_input", \.longInput, .price, "for input, then", example: "5"),
            .optional("long_output", \.longOutput, .price, "for output, then", example: "15"),
            .optional("long_cached_input", \.longCachedInput, .price, "for input out of the cache", example: "0.5"),
            .optional("long_cache_write", \.longCacheWrite, .price, "for input into the cache, then", example: "6.25"),
            .value("batch", \.batch, .share, "what part of it all a batch costs"),
            .optional("image", \.image, .price, "for one image", example: "0.04"),
            .optional("characters", \.characters, .price, "for a million characters", example: "15"),
            .optional("minute", \.minute, .price, "for a minute of sound", example: "0.006"),
            .list("aliases", \.aliases, .model, "other names of the model, without the provider's"),
            .value(
                "source", \.source, .choice,
                "own; official, from the provider's list; secondary, from another public table"),
        ])

    /// What a line has that says nothing, as it would be written.
    static let defaults = Dictionary(Self.description.write(Self(), "").map { ($0.key, $0.value) }) { first, _ in first
    }

    static let type = EntryType<Self>(
        variants: [
            .init(nil, Self.description, "a model") {
                $0
            } unwrap: {
                $0
            }
        ],
        name: (\.name, .model), isEmptyAllowed: false, samples: [])

    /// Compares the keys with each other, once each is well-formed.
    func check(_ key: String, _ location: Location, _ reader: inout SettingsReader) {
        if !self.name.dropFirst().contains("/") || self.name.hasSuffix("/") {
            reader.report(
                .invalid, at: location, "expected a provider, a slash and a model",
                hint: "for example, openai/\(Spelling.excerpt(self.name))")
        }
        let hasUnits = self.image != nil || self.characters != nil || self.minute != nil
        let hasTokens = self.input != nil || self.output != nil
        if hasTokens || !hasUnits {
            for (name, value) in [("input", self.input), ("output", self.output)] where value == nil {
                let innerKey = "\(key).\(name)"
                guard !reader.isReported(innerKey) else { continue }
                let place = Location(file: location.file, line: location.line, column: location.column, key: innerKey)
                reader.report(
                    .missing, at: place, "missing: expected \(ScalarType<Microdollars>.price.expectation)",
                    hint: hasTokens ? "write \(name): 0 where there is none" : nil)
            }
        }
        let longs = [self.longInput, self.longOutput, self.longCachedInput, self.longCacheWrite]
        if self.longAbove == nil, longs.contains(where: { $0 != nil }), !reader.isReported("\(key).long_above") {
            reader.report(.conflict, at: location, "prices for long input need long_above")
        }
        if self.longAbove != nil, self.longInput == nil || self.longOutput == nil {
            let isReported = reader.isReported("\(key).long_input") || reader.isReported("\(key).long_output")
            if !isReported {
                reader.report(.conflict, at: location, "long_above needs long_input and long_output")
            }
        }
    }
}

extension PriceLine {
    var entry: PriceTable.Entry {
        let rates = ModelPrice.Rates(
            input: self.input ?? 0, output: self.output ?? 0, cachedInput: self.cachedInput,
            cacheWrite: self.cacheWrite, audioInput: self.audioInput, reasoning: self.reasoning,
            audioOutput: self.audioOutput)
        let long = self.longAbove.map { threshold in
            // Sound is not dearer for being long; thinking is output.
            ModelPrice.LongRates(
                threshold: TokenCount(threshold),
                rates: ModelPrice.Rates(
                    input: self.longInput ?? rates.input, output: self.longOutput ?? rates.output,
                    cachedInput: self.longCachedInput, cacheWrite: self.longCacheWrite, audioInput: self.audioInput,
                    audioOutput: self.audioOutput))
        }
        let units = ModelPrice.Units(image: self.image, millionCharacters: self.characters, minute: self.minute)
        let price = ModelPrice(rates: rates, long: long, batch: self.batch.value, units: units, source: self.source)
        return PriceTable.Entry(name: self.name, aliases: self.aliases, price: price)
    }

    init(_ entry: PriceTable.Entry) {
        let price = entry.price
        self.name = entry.name
        self.aliases = entry.aliases
        let hasUnits = price.units != ModelPrice.Units()
        let isFree = price.rates == ModelPrice.Rates(input: 0, output: 0)
        // A model that is not counted in tokens has no prices for them.
        if !hasUnits || !isFree {
            self.input = price.rates.input
            self.output = price.rates.output
        }
        self.cachedInput = price.rates.cachedInput
        self.cacheWrite = price.rates.cacheWrite
        self.reasoning = price.rates.reasoning
        self.audioInput = price.rates.audioInput
        self.audioOutput = price.rates.audioOutput
        self.batch = Microdollars(price.batch)
        self.longAbove = price.long?.threshold.value
        self.longInput = price.long?.rates.input
        self.longOutput = price.long?.rates.output
        self.longCachedInput = price.long?.rates.cachedInput
        self.longCacheWrite = price.long?.rates.cacheWrite
        self.image = price.units.image
        self.characters = price.units.millionCharacters
        self.minute = price.units.minute
        self.source = price.source
    }
}

extension ScalarType<Microdollars> {
    /// A part of a whole, in millionths of it.
    fileprivate static let share = Self("a part of the price such as `0.5`, at most 1", .decimal) {
        (text) throws(Refusal) in
        guard let share = Microdollars(dollars: text), share <= 1_000_000 else { throw Refusal() }
        return share
    } write: {
        $0.description
    }
}

extension ScalarType<String> {
    /// What a model is called, here and there.
    package static let model = ScalarType<String>.name(
        "a name of letters, digits and `._:/@+-`", alsoAllowing: "._:/@+-")

    fileprivate static let date = Self(
        "a date such as `2026-11-21`", .text(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    ) { (text) throws(Refusal) in
        let form = text.utf8.map { (0x30...0x39).contains($0) ? UInt8(ascii: "0") : $0 }
        guard String(decoding: form, as: UTF8.self) == "0000-00-00" else { throw Refusal() }
        return text
    } write: {
        $0
    }
}

extension Settings {
    /// The price table that these settings name: a file, or the one that comes with the gateway.
    /// - Throws: `SettingsError` with everything that is wrong with the file, or why it cannot be read.
    package func priceTable(readFile: (String) throws -> [UInt8]) throws(SettingsError) -> PriceTable {
        guard let path = self.pricesPath else { return PriceFile.builtIn }
        let bytes: Result<[UInt8], any Error> = Result { try readFile(path) }
        switch bytes {
        case .success(let bytes): return try PriceFile.read(yaml: bytes, file: path).get()
        case .failure(let error):
            let message = "the file `\(path)` cannot be read: \(error)"
            throw SettingsError(.invalid, [Problem(.reference, at: Location(file: path), message)])
        }
    }

    /// The table together with what these settings say of models that it does not know.
    package func priceBook(_ table: PriceTable) -> PriceBook {
        switch self.prices.unpriced {
        case .refuse: PriceBook(table: table, unlisted: .refused)
        case .default:
            PriceBook(
                table: table,
                unlisted: .charged(
                    ModelPrice(
                        rates: ModelPrice.Rates(
                            input: self.prices.defaultInput, output: self.prices.defaultOutput))))
        }
    }
}
