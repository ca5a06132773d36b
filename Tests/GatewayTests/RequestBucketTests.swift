import Audit
import Kernel
import TestSupport
import Testing

@testable import Gateway

@Suite("How many requests a key may send")
struct RequestBucketTests {
    private let start = ContinuousClock.now

    @Test("All of a minute's requests may come at once; then they come back evenly")
    func burst() {
        var bucket = RequestBucket(60, at: self.start)
        for _ in 0..<60 { #expect(bucket.take(60, at: self.start) == nil) }
        #expect(bucket.take(60, at: self.start) == .seconds(1))
        #expect(bucket.take(60, at: self.start + .milliseconds(400)) == .milliseconds(600))
        #expect(bucket.take(60, at: self.start + .seconds(1)) == nil)
        #expect(bucket.take(60, at: self.start + .seconds(1)) == .seconds(1))
        #expect(bucket.allowance(60) == RequestAllowance(limit: 60, remaining: 0, reset: .seconds(60)))
        #expect(bucket.take(60, at: self.start + .seconds(31)) == nil)
        #expect(bucket.allowance(60) == RequestAllowance(limit: 60, remaining: 29, reset: .seconds(31)))
        #expect(bucket.take(60, at: self.start + .seconds(9000)) == nil)
        #expect(bucket.allowance(60).remaining == 59, "no more than the limit is ever saved up")
    }

    @Test("Over any time no more go through than the limit and what came back, however they come", arguments: 1...8)
    func bounded(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let limit = Int.random(in: 1...500, using: &random)
        var bucket = RequestBucket(limit, at: self.start)
        var now = Duration.zero
        var taken = 0
        for _ in 0..<5000 {
            now += .milliseconds(Int.random(in: 0...200, using: &random))
            let wait = bucket.take(limit, at: self.start + now)
            if wait == nil { taken += 1 } else { #expect(wait.map { $0 > .zero && $0 <= .seconds(60) } == true) }
            let most = Double(limit) * (1 + now / .seconds(60))
            #expect(Double(taken) <= most + 0.000_001)
        }
        let least = Double(limit) * (now / .seconds(60))
        #expect(Double(taken) >= min(least, 5000) * 0.9, "what may come does")
    }

    @Test("A limit that is lowered holds at once, one that is raised comes by and by")
    func changed() {
        var bucket = RequestBucket(100, at: self.start)
        #expect(bucket.take(2, at: self.start + .milliseconds(1)) == nil)
        #expect(bucket.take(2, at: self.start + .milliseconds(1)) == nil)
        #expect(bucket.take(2, at: self.start + .milliseconds(1)) != nil)
        #expect(bucket.take(600, at: self.start + .milliseconds(101)) == nil)
    }

    static let times: [(Duration, String)] = [
        (.zero, "0ms"), (.nanoseconds(1), "1ms"), (.milliseconds(600), "600ms"), (.seconds(1), "1s"),
        (.milliseconds(12_500), "12.5s"), (.seconds(60), "1m0s"), (.milliseconds(60_001), "1m0.001s"),
        (.seconds(360), "6m0s"),
    ]

    @Test("Times are written as OpenAI's API writes them", arguments: Self.times)
    func written(_ duration: Duration, _ text: String) { #expect(RequestAllowance.text(duration) == text) }

    private static let limits = AdmissionLimits(total: 10, perKey: 10, requestsPerMinute: 2)

    @Test("A caller of OpenAI's API is told what is left, and then when to come again")
    func openAI() async throws {
        let house = House(admission: Self.limits)
        let first = try await house.exchange()
        #expect(first.status == 200)
        #expect(first.field("x-ratelimit-limit-requests") == "2")
        #expect(first.field("x-ratelimit-remaining-requests") == "1")
        #expect(first.field("x-ratelimit-reset-requests") == "30s")
        #expect(try await house.exchange(.streamed()) { _ in .stream(Stream.saying(["a"])) }.status == 200)
        let third = try await house.exchange()
        #expect(third.status == 429)
        #expect(third.code == "rate_limit_exceeded")
        #expect(third.field("x-ratelimit-remaining-requests") == "0")
        #expect(third.field("x-should-retry") == "true")
        #expect(third.field("Retry-After").flatMap { Int($0) }.map { (29...30).contains($0) } == true)
        #expect(third.calls.isEmpty)
        #expect(third.event?.outcome == .refused)
        let other = Ask(fields: ["Authorization: Bearer gatehouse_owls_only"])
        #expect(try await house.exchange(other).status == 200, "another key has its own")
        #expect(house.gateway.exchangesUnderWay == 0)
    }

    @Test("A caller of Anthropic's API is told in its fields, with a time of day")
    func anthropic() async throws {
        let house = House(admission: Self.limits)
        let outcome = try await house.exchange(
            Ask(
                line: "POST /v1/messages", fields: ["x-api-key: gatehouse_application"],
                body: #"{"model":"otter","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#)
        ) { _ in
            .json(
                #"{"id":"m","type":"message","role":"assistant","model":"o","content":[{"type":"text","text":"hi"}],"#
                    + #""stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#)
        }
        #expect(outcome.status == 200)
        #expect(outcome.field("anthropic-ratelimit-requests-limit") == "2")
        #expect(outcome.field("anthropic-ratelimit-requests-remaining") == "1")
        #expect(
            outcome.field("anthropic-ratelimit-requests-reset").flatMap { Timestamp($0) }
                == house.clock.now().advanced(by: .seconds(30)))
        #expect(outcome.field("x-ratelimit-limit-requests") == nil)
    }

    @Test("Without a limit nothing is said of one")
    func unlimited() async throws {
        let outcome = try await House().exchange()
        #expect(!outcome.head.contains("ratelimit"))
    }
}
