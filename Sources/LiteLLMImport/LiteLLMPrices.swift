import Kernel
package import Metering
package import Settings

/// Makes a price table out of LiteLLM's `model_prices_and_context_window.json`.
///
/// Of each entry it takes what costs money; what has no equal here is named in a finding of that entry, and an entry that
/// has no price here at all becomes only a finding.
package struct LiteLLMPrices: Sendable {
    package let table: PriceTable
    package let findings: [ImportFinding]

    /// - Parameters:
    ///   - json: The bytes of the file.
    ///   - file: Its path, as findings name it.
    ///   - date: The day to put on the table, such as `2026-11-21`.
    /// - Throws: `SettingsError` where the file is not an object of entries.
    package init(json: [UInt8], file: String, date: String) throws(SettingsError) {
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(json.span) } catch {
            throw SettingsError(.invalid, [Problem(.syntax, at: Location(file: file), "not valid JSON: \(error)")])
        }
        guard tape.kind(tape.root) == .object else {
            let message = "expected an object of models, as LiteLLM's price list is"
            throw SettingsError(.invalid, [Problem(.syntax, at: Location(file: file), message)])
        }
        var collection = LiteLLMPriceCollection()
        var line = LineCounter(json)
        var member = tape.firstMember(of: tape.root)
        while let (name, value) = member {
            let key = tape.string(name, in: json.span) ?? ""
            // The list explains its own keys in this one.
            if key != "sample_spec" {
                let place = Location(
                    file: file, line: line.line(at: tape[name].range.lowerBound), key: Spelling.excerpt(key))
                collection.add(key, LiteLLMFields(tape, value, json), at: place)
            }
            member = tape.member(after: value, of: tape.root)
        }
        self.table = PriceTable(date: date, entries: collection.entries)
        self.findings = collection.findings
    }
}

/// The entries that have been taken over so far.
private struct LiteLLMPriceCollection {
    private(set) var entries: [PriceTable.Entry] = []
    private(set) var findings: [ImportFinding] = []
    private var seen: [String: ModelPrice] = [:]

    mutating func add(_ key: String, _ fields: LiteLLMFields, at location: Location) {
        guard let name = Self.name(of: key, fields.provider) else {
            let message = "neither a provider nor a model that could be found by such a name"
            self.findings.append(ImportFinding(.dropped, at: location, message))
            return
        }
        var fields = fields
        guard let price = fields.price() else {
            let message = fields.isFree ? Self.freeMessage : "no price that can be said here"
            let names = fields.rest.isEmpty ? "" : ": \(fields.rest.sorted().joined(separator: ", "))"
            self.findings.append(ImportFinding(.dropped, at: location, message + names))
            return
        }
        if let other = self.seen[name] {
            if other != price {
                let message = "another entry is called `\(name)` and costs something else; that one holds"
                self.findings.append(ImportFinding(.dropped, at: location, message))
            }
            return
        }
        self.seen[name] = price
        self.entries.append(PriceTable.Entry(name: name, price: price))
        if !fields.rest.isEmpty {
            let message = "taken without \(fields.rest.sorted().joined(separator: ", "))"
            self.findings.append(ImportFinding(.changed, at: location, message))
        }
    }

    private static let freeMessage =
        "costs nothing there, which may mean that nobody knows; write it into the table if it is free"

    /// The name in our table: the kind of provider or LiteLLM's name for it, a slash and the model.
    private static func name(of key: String, _ provider: String?) -> String? {
        guard let provider, !provider.isEmpty else { return nil }
        let owner = LiteLLMProvider.owner(of: provider)
        var model = key[...]
        for prefix in [provider, owner, "bedrock", "vertex_ai"] where model.hasPrefix(prefix + "/") {
            model = model.dropFirst(prefix.count + 1)
            break
        }
        let name = "\(owner)/\(model)"
        guard !model.isEmpty, (try? ScalarType<String>.model.read(name)) != nil else { return nil }
        return name
    }
}

/// The fields of one entry, of which those that cost money are looked for by name and the rest is kept.
private struct LiteLLMFields {
    let provider: String?
    private let mode: String?
    private var numbers: [String: DecimalNumber] = [:]
    /// The names of the prices that nobody has asked for yet.
    private(set) var rest: Set<String> = []
    /// Whether all prices of tokens are zero.
    private(set) var isFree = false

    init(_ tape: JSONTape, _ node: JSONTape.Node, _ json: [UInt8]) {
        var provider: String?
        var mode: String?
        var member = tape.firstMember(of: node)
        while let (name, value) = member {
            let key = tape.string(name, in: json.span) ?? ""
            if key == "litellm_provider" { provider = tape.string(value, in: json.span) }
            if key == "mode" { mode = tape.string(value, in: json.span) }
            if key.contains("cost") || key.contains("price") || key.contains("pricing") {
                switch tape.kind(value) {
                case .number:
                    let text = String(decoding: json[tape[value].range], as: UTF8.self)
                    // Nothing is lost with a price of nothing, unless it is the only one.
                    if let number = DecimalNumber(text) { self.numbers[key] = number } else { self.rest.insert(key) }
                    if let number = self.numbers[key], !number.isZero { self.rest.insert(key) }
                case .null: break
                default: self.rest.insert(key)
                }
            }
            member = tape.member(after: value, of: node)
        }
        self.provider = provider
        self.mode = mode
    }

    private func has(_ name: String) -> Bool { self.numbers[name].map { !$0.isZero } ?? false }

    /// Dollars a token as dollars for a million of them.
    private mutating func tokens(_ name: String) -> Microdollars? {
        guard let number = self.numbers[name], let price = number.microdollars(tenTo: 12) else { return nil }
        self.rest.remove(name)
        return price
    }

    /// The price, once; nil where there is none that can be said.
    mutating func price() -> ModelPrice? {
        let units = self.units()
        guard let input = self.tokens("input_cost_per_token") ?? (self.has("output_cost_per_token") ? 0 : nil)
        else { return self.priced(units, nil) }
        let output = self.tokens("output_cost_per_token") ?? 0
        guard input > 0 || output > 0 else {
            self.isFree = units == ModelPrice.Units()
            return self.priced(units, nil)
        }
        // A conversation without a price for its answers would be free where it costs most.
        if output == 0, ["chat", "completion", "responses"].contains(self.mode ?? "chat"),
            self.numbers["output_cost_per_token"] == nil
        {
            return self.priced(units, nil)
        }
        var rates = ModelPrice.Rates(input: input, output: output)
        rates.cachedInput = self.tokens("cache_read_input_token_cost")
        rates.cacheWrite = self.tokens("cache_creation_input_token_cost")
        rates.reasoning = self.tokens("output_cost_per_reasoning_token").flatMap { $0 == output ? nil : $0 }
        rates.audioInput = self.tokens("input_cost_per_audio_token").flatMap { $0 == input ? nil : $0 }
        rates.audioOutput = self.tokens("output_cost_per_audio_token").flatMap { $0 == output ? nil : $0 }
        return self.priced(units, rates)
    }

    private mutating func priced(_ units: ModelPrice.Units, _ rates: ModelPrice.Rates?) -> ModelPrice? {
        guard rates != nil || units != ModelPrice.Units() else { return nil }
        let free = ModelPrice.Rates(input: 0, output: 0)
        let long = rates.flatMap { self.long($0) }
        let batch = rates == nil ? nil : self.batch()
        return ModelPrice(
            rates: rates ?? free, long: long, batch: batch ?? 1_000_000, units: units, source: .secondary)
    }

    private mutating func units() -> ModelPrice.Units {
        var units = ModelPrice.Units()
        if self.mode == "image_generation" {
            units.image = self.unit("output_cost_per_image", tenTo: 6) ?? self.unit("input_cost_per_image", tenTo: 6)
        }
        if self.mode == "audio_speech" { units.millionCharacters = self.unit("input_cost_per_character", tenTo: 12) }
        if self.mode == "audio_transcription" {
            units.minute = self.unit("input_cost_per_second", times: 60, tenTo: 6)
            let output = self.numbers["output_cost_per_second"]
            // Some entries say the same second twice.
            if output == self.numbers["input_cost_per_second"] { self.rest.remove("output_cost_per_second") }
            if units.minute == nil { units.minute = self.unit("output_cost_per_second", times: 60, tenTo: 6) }
        }
        return units
    }

    private mutating func unit(_ name: String, times factor: Int128 = 1, tenTo power: Int) -> Microdollars? {
        guard self.has(name), let price = self.numbers[name]?.microdollars(times: factor, tenTo: power) else {
            return nil
        }
        self.rest.remove(name)
        return price
    }

    /// The rates above the lowest number of tokens that has some.
    private mutating func long(_ rates: ModelPrice.Rates) -> ModelPrice.LongRates? {
        let thresholds = self.numbers.keys.compactMap { key -> Int? in
            guard key.hasPrefix("input_cost_per_token_above_"), key.hasSuffix("k_tokens") else { return nil }
            return Int(key.dropFirst(27).dropLast(8))
        }
        guard let threshold = thresholds.min() else { return nil }
        let suffix = "_above_\(threshold)k_tokens"
        guard self.has("input_cost_per_token\(suffix)"), self.has("output_cost_per_token\(suffix)"),
            let input = self.tokens("input_cost_per_token\(suffix)"),
            let output = self.tokens("output_cost_per_token\(suffix)")
        else { return nil }
        var long = ModelPrice.Rates(
            input: input, output: output, audioInput: rates.audioInput, audioOutput: rates.audioOutput)
        long.cachedInput = self.tokens("cache_read_input_token_cost\(suffix)")
        long.cacheWrite = self.tokens("cache_creation_input_token_cost\(suffix)")
        return ModelPrice.LongRates(threshold: TokenCount(threshold * 1000), rates: long)
    }

    /// The part that a batch costs, where input and output agree on it.
    private mutating func batch() -> Int64? {
        let pairs = ["input_cost_per_token", "output_cost_per_token"].compactMap { name in
            self.numbers[name].flatMap { whole in
                self.numbers["\(name)_batches"].map { part in
                    whole.isZero ? nil : DecimalNumber.share(of: part, in: whole)
                }
            }
        }
        let shares = Set(pairs)
        guard shares.count == 1, let share = shares.first ?? nil, (1...1_000_000).contains(share) else { return nil }
        self.rest.remove("input_cost_per_token_batches")
        self.rest.remove("output_cost_per_token_batches")
        return share
    }
}

/// Counts lines along a text, as long as it is asked in order.
private struct LineCounter {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func line(at offset: Int) -> Int {
        while self.offset < min(offset, self.bytes.count) {
            if self.bytes[self.offset] == 0x0A { self.line += 1 }
            self.offset += 1
        }
        return self.line
    }
}
