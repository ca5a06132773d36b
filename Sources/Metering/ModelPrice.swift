package import Conversation
package import Kernel

/// What a model costs.
package struct ModelPrice: Hashable, Sendable {
    /// Prices of a million tokens. What is nil costs as much as plain input or plain output.
    package struct Rates: Hashable, Sendable {
        package var input: Microdollars
        package var output: Microdollars
        /// Input that came from the provider's cache.
        package var cachedInput: Microdollars?
        /// Input that was written to the provider's cache.
        package var cacheWrite: Microdollars?
        package var audioInput: Microdollars?
        /// Output that was thought and not said.
        package var reasoning: Microdollars?
        package var audioOutput: Microdollars?

        package init(
            input: Microdollars, output: Microdollars, cachedInput: Microdollars? = nil,
            cacheWrite: Microdollars? = nil, audioInput: Microdollars? = nil, reasoning: Microdollars? = nil,
            audioOutput: Microdollars? = nil
        ) {
            self.input = input
            self.output = output
            self.cachedInput = cachedInput
            self.cacheWrite = cacheWrite
            self.audioInput = audioInput
            self.reasoning = reasoning
            self.audioOutput = audioOutput
        }
    }

    /// Other rates for the whole of an exchange with more input than `threshold`.
    package struct LongRates: Hashable, Sendable {
        package var threshold: TokenCount
        package var rates: Rates

        package init(threshold: TokenCount, rates: Rates) {
            self.threshold = threshold
            self.rates = rates
        }
    }

    /// Prices of what is not counted in tokens; nil where the model has no such price.
    package struct Units: Hashable, Sendable {
        package var image: Microdollars?
        package var millionCharacters: Microdollars?
        package var minute: Microdollars?

        package init(
            image: Microdollars? = nil, millionCharacters: Microdollars? = nil, minute: Microdollars? = nil
        ) {
            self.image = image
            self.millionCharacters = millionCharacters
            self.minute = minute
        }
    }

    /// Where a price comes from.
    package enum Source: String, Sendable, CaseIterable {
        /// The operator's own table.
        case own
        /// The provider's price list.
        case official
        /// Another public table; not checked against the provider's.
        case secondary
    }

    package var rates: Rates
    package var long: LongRates?
    /// Millionths of the price that a batch costs: 500,000 is half.
    package var batch: Int64
    package var units: Units
    package var source: Source

    package init(
        rates: Rates, long: LongRates? = nil, batch: Int64 = 1_000_000, units: Units = Units(), source: Source = .own
    ) {
        self.rates = rates
        self.long = long
        self.batch = batch
        self.units = units
        self.source = source
    }

    /// What holds for an exchange with so much input.
    package func rates(for input: TokenCount) -> Rates {
        if let long, input > long.threshold { long.rates } else { self.rates }
    }
}

extension ModelPrice {
    /// The cost of what was used, rounded up to the next millionth of a dollar: once, at the end.
    ///
    /// Each part that the provider counts apart is charged at its own rate, and what is left of `input` and `output` at
    /// the plain ones. A provider that counts a token in two parts makes it dearer, never cheaper. In integers of 128
    /// bits; a sum beyond `Microdollars` stays at its end.
    package func cost(of usage: TokenUsage, isBatch: Bool = false) -> Microdollars {
        let rates = self.rates(for: usage.input)
        var sum = Charge()
        let inputParts = [
            (usage.cached, rates.cachedInput), (usage.cacheWritten, rates.cacheWrite),
            (usage.audioInput, rates.audioInput),
        ]
        sum.add(usage.input, rates.input, parts: inputParts)
        let outputParts = [(usage.reasoning, rates.reasoning), (usage.audioOutput, rates.audioOutput)]
        sum.add(usage.output, rates.output, parts: outputParts)
        return sum.total(inMillionths: isBatch ? self.batch : 1_000_000)
    }

    /// The most that an exchange of at most so many tokens can cost: the sum to reserve before it.
    ///
    /// All input at its dearest rate, all output at its dearest; sound only where the exchange may hold some.
    package func ceiling(input: TokenCount, output: TokenCount, hasAudio: Bool = false) -> Microdollars {
        let rates = self.rates(for: input)
        let sound = hasAudio ? [rates.audioInput, rates.audioOutput] : [nil, nil]
        var sum = Charge()
        sum.add(input, [rates.input, rates.cachedInput, rates.cacheWrite, sound[0]].dearest)
        sum.add(output, [rates.output, rates.reasoning, sound[1]].dearest)
        return sum.total(inMillionths: 1_000_000)
    }

    /// What was made or read where tokens are not the measure.
    package enum Work: Hashable, Sendable {
        case images(Int)
        case characters(Int)
        case sound(milliseconds: Int)
    }

    /// The cost of such work, rounded up; nil where the model has no price for it.
    package func cost(of work: Work) -> Microdollars? {
        var sum = Charge()
        switch work {
        case .images(let count):
            guard let price = self.units.image else { return nil }
            sum.add(count, price, perUnits: 1)
        case .characters(let count):
            guard let price = self.units.millionCharacters else { return nil }
            sum.add(count, price, perUnits: 1_000_000)
        case .sound(let milliseconds):
            guard let price = self.units.minute else { return nil }
            sum.add(milliseconds, price, perUnits: 60_000)
        }
        return sum.total(inMillionths: 1_000_000)
    }
}

/// A sum of money in 60-millionths of a microdollar, so that tokens, characters and milliseconds all come out even.
private struct Charge {
    private static let unit: Int128 = 60_000_000
    /// No exchange has a trillion tokens. So many at the highest price there can be leave the sum room for thousands.
    private static let countLimit = 1 << 40
    private var sum: Int128 = 0

    private static func counted(_ count: Int) -> Int { min(max(0, count), Self.countLimit) }

    mutating func add(_ count: Int, _ price: Microdollars, perUnits units: Int128) {
        self.sum += Int128(Self.counted(count)) * Int128(max(0, price.value)) * (Self.unit / units)
    }

    mutating func add(_ tokens: TokenCount, _ rate: Microdollars) { self.add(tokens.value, rate, perUnits: 1_000_000) }

    /// Adds tokens of which some are counted apart.
    mutating func add(_ all: TokenCount, _ rate: Microdollars, parts: [(TokenCount, Microdollars?)]) {
        var rest = Self.counted(all.value)
        for (count, partRate) in parts {
            self.add(count, partRate ?? rate)
            rest -= Self.counted(count.value)
        }
        self.add(TokenCount(rest), rate)
    }

    func total(inMillionths share: Int64) -> Microdollars {
        let divisor = Self.unit * 1_000_000
        let (product, overflow) = self.sum.multipliedReportingOverflow(by: Int128(max(0, share)))
        guard !overflow else { return Microdollars(.max) }
        let total = product / divisor + (product % divisor == 0 ? 0 : 1)
        return Microdollars(Int64(clamping: total))
    }
}

extension [Microdollars?] {
    fileprivate var dearest: Microdollars { self.compactMap { $0 }.max() ?? 0 }
}
