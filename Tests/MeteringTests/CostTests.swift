import Conversation
import Kernel
import Metering
import TestSupport
import Testing

@Suite("The cost of an exchange")
struct CostTests {
    /// Every part at a rate of its own: dollars for a million tokens.
    static let price = ModelPrice(
        rates: ModelPrice.Rates(
            input: 2_000_000, output: 10_000_000, cachedInput: 200_000, cacheWrite: 2_500_000, audioInput: 32_000_000,
            reasoning: 12_000_000, audioOutput: 64_000_000),
        long: ModelPrice.LongRates(
            threshold: 200_000, rates: ModelPrice.Rates(input: 4_000_000, output: 15_000_000)), batch: 500_000)

    struct Case: Sendable {
        let what: String
        let usage: TokenUsage
        let cost: Int64

        init(
            _ what: String, _ input: Int, _ output: Int, cached: Int = 0, written: Int = 0, reasoning: Int = 0,
            heard: Int = 0, spoken: Int = 0, cost: Int64
        ) {
            self.what = what
            self.usage = TokenUsage(
                input: TokenCount(input), output: TokenCount(output), cached: TokenCount(cached),
                cacheWritten: TokenCount(written), reasoning: TokenCount(reasoning), audioInput: TokenCount(heard),
                audioOutput: TokenCount(spoken), source: .reported)
            self.cost = cost
        }

        static let all = [
            Case("nothing", 0, 0, cost: 0),
            Case("plain tokens", 1000, 100, cost: 2000 + 1000),
            Case("one token, rounded up once", 1, 0, cost: 2),
            Case("a fifth of a microdollar is one", 1, 0, cached: 1, cost: 1),
            Case("five of them are one too", 5, 0, cached: 5, cost: 1),
            Case("cached and written", 1000, 0, cached: 400, written: 100, cost: 80 + 250 + 1000),
            Case("thought", 0, 1000, reasoning: 600, cost: 7200 + 4000),
            Case("sound", 100, 100, heard: 60, spoken: 50, cost: 1920 + 80 + 3200 + 500),
            Case("at the threshold", 200_000, 1, cost: 400_010),
            Case("beyond it, all of it", 200_001, 100, cost: 800_004 + 1500),
            Case("beyond it, parts without a rate", 300_000, 10, cached: 300_000, reasoning: 10, cost: 1_200_000 + 150),
            Case("parts beyond the whole are charged, not subtracted", 10, 0, cached: 1_000_000, cost: 200_000),
            Case("counts below nothing are nothing", -5, -5, cached: -1, cost: 0),
        ]
    }

    @Test("is the sum of its parts, each at its rate, rounded up at the end", arguments: Case.all)
    func cost(_ one: Case) {
        #expect(Self.price.cost(of: one.usage).value == one.cost, "\(one.what)")
    }

    @Test("in a batch is that share of it, rounded up after and not before")
    func batch() {
        for one in Case.all {
            let whole = Self.price.cost(of: one.usage).value
            let half = Self.price.cost(of: one.usage, isBatch: true).value
            #expect(half == (whole + 1) / 2 || half == whole / 2, "\(one.what): \(half) of \(whole)")
        }
        let odd = TokenUsage(input: 3, output: 0, cached: 3, source: .reported)
        #expect(Self.price.cost(of: odd, isBatch: true) == 1)
        #expect(ModelPrice(rates: Self.price.rates).cost(of: odd, isBatch: true) == 1)
    }

    @Test("stays at the end of the range rather than wrap around")
    func saturates() {
        let dear = ModelPrice(rates: ModelPrice.Rates(input: Microdollars(.max), output: Microdollars(.max)))
        let usage = TokenUsage(input: TokenCount(.max), output: TokenCount(.max), source: .reported)
        #expect(dear.cost(of: usage).value == .max)
        #expect(dear.ceiling(input: TokenCount(.max), output: TokenCount(.max)).value == .max)
    }

    @Test(
        "never exceeds the ceiling for its tokens, grows with them, and is never less for more parts of a dearer kind")
    func ceiling() {
        var numbers = SplitMix(seed: 7)
        for _ in 0..<2000 {
            let input = numbers.below(numbers.chance(20) ? 400_000 : 5000)
            let output = numbers.below(5000)
            let cached = numbers.below(input + 1)
            let written = numbers.below(input - cached + 1)
            let thought = numbers.below(output + 1)
            let hasAudio = numbers.chance(30)
            let usage = TokenUsage(
                input: TokenCount(input), output: TokenCount(output), cached: TokenCount(cached),
                cacheWritten: TokenCount(written), reasoning: TokenCount(thought),
                audioInput: TokenCount(hasAudio ? numbers.below(input - cached - written + 1) : 0),
                audioOutput: TokenCount(hasAudio ? numbers.below(output - thought + 1) : 0), source: .reported)
            let cost = Self.price.cost(of: usage)
            #expect(
                cost <= Self.price.ceiling(input: usage.input, output: usage.output, hasAudio: hasAudio))
            #expect(Self.price.cost(of: usage, isBatch: true) <= cost)
            var more = usage
            more.output = more.output + 1
            #expect(Self.price.cost(of: more) >= cost)
        }
    }

    @Test("of images, characters and sound is by the piece, and unknown where there is no price for it")
    func work() {
        var price = Self.price
        #expect(price.cost(of: .images(1)) == nil && price.cost(of: .characters(1)) == nil)
        #expect(price.cost(of: .sound(milliseconds: 1)) == nil)
        price.units = ModelPrice.Units(image: 40_000, millionCharacters: 15_000_000, minute: 6_000)
        #expect(price.cost(of: .images(3)) == 120_000 && price.cost(of: .images(-1)) == 0)
        #expect(price.cost(of: .characters(100)) == 1500 && price.cost(of: .characters(1)) == 15)
        #expect(price.cost(of: .sound(milliseconds: 60_000)) == 6000 && price.cost(of: .sound(milliseconds: 1)) == 1)
        #expect(price.cost(of: .sound(milliseconds: 1500)) == 150)
    }
}
