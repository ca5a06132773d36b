import Audit
import Kernel
import NIOCore
import NIOHTTP1
import Policy

/// Six exchanges with a gateway, each checked against what it is meant to show.
struct DemoTour: Sendable {
    let place: Demo.Place
    let narrate: @Sendable (Demo.Scene) async -> Void

    private let client = DemoClient()

    init(place: Demo.Place, narrate: @escaping @Sendable (Demo.Scene) async -> Void) {
        self.place = place
        self.narrate = narrate
    }

    func run() async -> [Demo.Step] {
        var steps: [Demo.Step] = []
        steps.append(await self.step(self.plain, Self.tellPlain))
        steps.append(await self.step(self.streamed, Self.tellStreamed))
        steps.append(await self.step(self.redacted, Self.tellRedacted))
        steps.append(await self.step(self.blocked, Self.tellBlocked))
        steps.append(await self.step(self.revoked, Self.tellRevoked))
        let earlier = steps
        steps.append(await self.step({ try await self.remembered(&$0, earlier) }, Self.tellRemembered))
        return steps
    }

    private func step(
        _ act: (inout Demo.Step) async throws -> Void, _ plan: Demo.Plan
    ) async -> Demo.Step {
        await self.narrate(.begins(plan))
        var step = Demo.Step(plan)
        do { try await act(&step) } catch { step.complaints.append("it did not come to its end: \(error)") }
        await self.narrate(.ended(step))
        return step
    }

    // MARK: What is asked

    private static let text = """
        Gatehouse stands between applications and the models that they use. Every exchange is recorded before the last \
        byte of its answer leaves. Keys are kept as SHA-256 hashes, never in clear. Policies that you write decide what \
        happens to what the detectors find.
        """

    private static let tellPlain = Demo.Plan(
        number: 1, title: "a plain answer", sent: "a text of four sentences, and: When is an exchange recorded?")
    private static let tellStreamed = Demo.Plan(
        number: 2, title: "the same, streamed", sent: "the same text, and: How are keys kept?")
    private static let tellRedacted = Demo.Plan(
        number: 3, title: "a secret stays inside",
        sent: "The build server signs in with the token \(DemoSpecimen.githubToken). What does it sign in with?")
    private static let tellBlocked = Demo.Plan(
        number: 4, title: "a card number is blocked",
        sent: "Refund the order to the card \(DemoSpecimen.cardNumber), please.")
    private static let tellRevoked = Demo.Plan(
        number: 5, title: "a key is revoked",
        sent: "the first question with a new key; the key is revoked; the question again")
    private static let tellRemembered = Demo.Plan(
        number: 6, title: "what is remembered", sent: "GET /api/events with the administrator's key")

    private var chatURL: String { "\(self.place.addresses.applications)/v1/chat/completions" }

    private func question(_ question: String, with text: String? = Self.text, isStreamed: Bool = false) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("model", self.place.model)
        if isStreamed { json.member("stream", true) }
        json.name("messages")
        json.beginArray()
        if let text { Self.message("system", text, to: &json) }
        Self.message("user", question, to: &json)
        json.endArray()
        json.endObject()
        return json
    }

    private static func message(_ role: String, _ content: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("role", role)
        json.member("content", content)
        json.endObject()
    }

    private func ask(_ json: JSONWriter, key: String? = nil) async throws -> DemoClient.Reply {
        try await self.client.send(.POST, self.chatURL, key: key ?? self.place.key, json: json)
    }

    // MARK: The six

    private func plain(_ step: inout Demo.Step) async throws {
        let reply = try await self.ask(self.question("When is an exchange recorded?"))
        let answer = Self.take(reply, into: &step)
        step.why =
            "nothing was found, so no policy had a say but the one that permits; the model quotes its source and cites it"
        step.expect(reply.status == 200, "the status is \(reply.status), not 200")
        step.expect(
            answer.contains("before the last byte of its answer leaves. [1]"), "the answer does not quote the text")
    }

    private func streamed(_ step: inout Demo.Step) async throws {
        let reply = try await self.client.stream(
            self.chatURL, key: self.place.key, json: self.question("How are keys kept?", isStreamed: true)
        ) { piece in await self.narrate(.piece(piece)) }
        step.status = reply.status
        step.exchange = reply.exchange
        step.answered = reply.text
        step.why = "it came in \(reply.pieces) pieces (a bar ends each), and each was inspected before it went on"
        step.expect(reply.status == 200, "the status is \(reply.status), not 200")
        step.expect(reply.text.contains("SHA-256"), "the answer does not quote the text")
        step.expect(reply.pieces > 1, "the answer came in one piece")
        step.expect(reply.isDone, "the stream did not come to its proper end")
    }

    private func redacted(_ step: inout Demo.Step) async throws {
        let reply = try await self.ask(self.question(step.plan.sent, with: nil))
        let answer = Self.take(reply, into: &step)
        step.why = "policy secrets-stay: the model saw a mark, not the token (header Gatehouse-Remedy: redact)"
        step.expect(reply.status == 200, "the status is \(reply.status), not 200")
        step.expect(reply.remedy == "redact", "the header Gatehouse-Remedy is `\(reply.remedy ?? "")`, not `redact`")
        step.expect(answer.contains("[REDACTED:github_token]"), "the answer has no mark where the token was")
        step.expect(!answer.contains(DemoSpecimen.githubToken), "the answer holds the token")
    }

    private func blocked(_ step: inout Demo.Step) async throws {
        let reply = try await self.ask(self.question(step.plan.sent, with: nil))
        let code = reply.text("error", "code") ?? ""
        let message = reply.text("error", "message") ?? ""
        step.status = reply.status
        step.exchange = reply.exchange
        step.answered = "\(reply.status) \(code): \(message)"
        let explained = try await self.explanation(of: reply.exchange)
        step.why = (["no model was called; `gatehouse policy explain` says why:"] + explained).joined(separator: "\n")
        step.expect(explained.contains { $0.contains("card-numbers-stay") }, "the policy is not explained")
        step.expect(reply.status == 400, "the status is \(reply.status), not 400")
        step.expect(code == "content_policy_violation", "the code is `\(code)`, not `content_policy_violation`")
        step.expect(message == "card numbers may not be sent to a model", "the message is not the policy's")
    }

    /// What `gatehouse policy explain` says of an exchange's first decision.
    private func explanation(of exchange: String?) async throws -> [String] {
        let reply = try await self.client.send(
            .GET, "\(self.place.addresses.administration)/api/events?exchange=\(exchange ?? "")",
            key: self.place.administratorKey)
        guard let decision = try Self.events(reply.body).first?.decisions.first, let question = decision.question,
            let answer = decision.decision
        else { return [] }
        let point = try CedarDecisionPoint(try PolicyBundle(unproved: DefaultPolicies.files))
        return point.explain(
            try Question(json: Array(question.utf8)), try Decision(json: Array(answer.utf8))
        ).lines.filter { !$0.isEmpty }
    }

    private func revoked(_ step: inout Demo.Step) async throws {
        let keys = "\(self.place.addresses.administration)/api/keys"
        var order = JSONWriter()
        order.beginObject()
        order.member("name", "demo key that does not last")
        order.endObject()
        let made = try await self.client.send(.POST, keys, key: self.place.administratorKey, json: order)
        guard let id = made.text("id"), let key = made.text("key") else {
            step.complaints.append("no key was made: status \(made.status)")
            return
        }
        let question = self.question("When is an exchange recorded?")
        let before = try await self.ask(question, key: key)
        step.expect(before.status == 200, "the new key was answered with \(before.status), not 200")

        let start = ContinuousClock.now
        let removed = try await self.client.send(.DELETE, "\(keys)/\(id)", key: self.place.administratorKey)
        step.expect(removed.status == 200, "revoking was answered with \(removed.status), not 200")
        var after = try await self.ask(question, key: key)
        // The promise is one second; what is true at once is only better.
        while after.status == 200, ContinuousClock.now - start < .seconds(2) {
            after = try await self.ask(question, key: key)
        }
        let milliseconds = max(1, (ContinuousClock.now - start).microseconds / 1000)

        step.status = after.status
        step.exchange = after.exchange
        step.answered = "\(before.status), then \(after.status) \(after.text("error", "code") ?? "")"
        step.why = "\(milliseconds) ms after the word to revoke it, the key was refused"
        step.expect(after.status == 401, "the revoked key was answered with \(after.status), not 401")
        step.expect(milliseconds < 1000, "it took \(milliseconds) ms, more than a second")
    }

    private func remembered(_ step: inout Demo.Step, _ earlier: [Demo.Step]) async throws {
        var reply: DemoClient.Reply
        var events: [ExchangeEvent]
        let deadline = ContinuousClock.now + .seconds(2)
        // What is refused to a stranger is recorded a moment after the refusal, so that strangers cannot make it wait.
        repeat {
            reply = try await self.client.send(
                .GET, "\(self.place.addresses.administration)/api/events?order=oldest&kind=exchange",
                key: self.place.administratorKey)
            events = try Self.events(reply.body)
        } while events.count < Self.exchanges && ContinuousClock.now < deadline
        step.status = reply.status
        step.answered = "\(events.count) exchanges"
        step.table = [["time", "outcome", "status", "found", "decided"]]
        step.table += events.map { event in
            [
                // The time of day; the demo does not last longer.
                String(event.startedAt.description.dropFirst(11)), event.outcome.rawValue, "\(event.status)",
                event.findingsInWords, event.decisionsInWords,
            ]
        }
        step.why = "an answer ends only when its event is on the disk; what was found is named, never kept"
        step.expect(reply.status == 200, "the status is \(reply.status), not 200")
        self.compare(events, earlier, &step)
        let text = String(buffer: reply.body)
        let isQuoted = [DemoSpecimen.githubToken, DemoSpecimen.cardNumber, "recorded?"].contains { text.contains($0) }
        step.expect(!isQuoted, "an event holds text of an exchange")
    }

    /// The exchanges of the first five steps; the fifth takes two.
    private static let exchanges = 6

    /// Holds the events against what the steps before saw.
    private func compare(_ events: [ExchangeEvent], _ earlier: [Demo.Step], _ step: inout Demo.Step) {
        let byID = Dictionary(events.map { ($0.id.description, $0) }) { first, _ in first }
        let expected: [ExchangeEvent.Outcome] = [.answered, .answered, .answered, .blocked, .refused]
        for (former, outcome) in zip(earlier, expected) {
            let event = former.exchange.flatMap { byID[$0] }
            step.expect(
                event?.outcome == outcome,
                "exchange \(former.plan.number) is remembered as \(event?.outcome.rawValue ?? "nothing")")
            switch former.plan.number {
            case 3:
                let isFound = event?.findings.contains { $0.stage == .request && $0.kind == "secret.github_token" }
                step.expect(isFound == true, "the token was not found in the request")
            case 4: step.expect(event?.attempts == 0, "a model was called with the card number")
            default: break
            }
        }
    }

    // MARK: Reading

    /// Notes what came back; returns what the model says in it.
    private static func take(_ reply: DemoClient.Reply, into step: inout Demo.Step) -> String {
        step.status = reply.status
        step.exchange = reply.exchange
        let answer = reply.answer ?? reply.text("error", "message") ?? ""
        step.answered = answer
        return answer
    }

    private static func events(_ body: ByteBuffer) throws -> [ExchangeEvent] {
        let bytes = body.readableBytesUInt8Span
        let tape = try JSONTape(bytes)
        var events: [ExchangeEvent] = []
        guard let list = tape.member("events", of: tape.root, in: bytes) else { return events }
        var next = tape.firstElement(of: list)
        while let element = next {
            next = tape.element(after: element, of: list)
            guard let node = tape.member("event", of: element, in: bytes) else { continue }
            let range = tape[node].range
            let json = body.getBytes(at: body.readerIndex + range.lowerBound, length: range.count) ?? []
            if case .exchange(let event) = try Event(json: json) { events.append(event) }
        }
        return events
    }
}
