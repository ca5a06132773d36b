import Audit
import HTTPTypes
import Identity
import Kernel
import TestSupport
import Testing

@testable import Server

@Suite("Who looks at what is sealed", .timeLimit(.minutes(5)))
struct LookTests {
    private static func looks(_ home: Home) async throws -> [AdministrativeEvent.Act] {
        try await home.acts().filter { if case .payloadRead = $0 { true } else { false } }
    }

    @Test("An exchange that is shown is an event each time, and so is a payload, with the reason")
    func looks() async throws {
        let home = try Home(Home.yaml(more: "audit: {content: full}"))
        let application = try await home.key(.application)
        let administrator = try await home.key(.administrator)
        try await RunningServer.run(home) { server in
            let answer = try await server.chat("bob@mailbox.org: when do owls sleep", key: application.shown)
            let id = try #require(answer.fields["gatehouse-exchange-id"])
            let url = "\(server.administration)/api/events/\(id)"
            let shown = try await RunningServer.call(.get, url, key: administrator.shown)
            #expect(shown.json["sealed"]?.elements.compactMap(\.text) == ["detail", "answer"])
            let end = try #require(shown.json["index"]?.integer)
            let prompt = try await RunningServer.call(.get, "\(url)/payloads/prompt?why=case", key: administrator.shown)
            #expect(prompt.text.contains("when do owls sleep"))
            let given = try await RunningServer.call(.get, "\(url)/payloads/answer?why=case", key: administrator.shown)
            #expect(given.text == answer.text)
            let start = try #require(answer.fields["gatehouse-receipt"]?.split(separator: "#").last.map(String.init))
            #expect(
                try await Self.looks(home) == [
                    .payloadRead(of: "leaf:\(end)", why: "GET /api/events/{id}"),
                    .payloadRead(of: "leaf:\(start)", why: "case"), .payloadRead(of: "leaf:\(end)", why: "case"),
                ])
        }
    }

    @Test("Lists with exchanges in them are one event for each reader and hour, others none")
    func lists() async throws {
        let home = try Home()
        let application = try await home.key(.application)
        let (one, other) = (try await home.key(.administrator), try await home.key(.administrator))
        try await RunningServer.run(home) { server in
            let url = "\(server.administration)/api/events"
            _ = try await RunningServer.call(.get, url, key: one.shown)
            #expect(try await Self.looks(home) == [])
            _ = try await server.chat("hello bob@mailbox.org", key: application.shown)
            for key in [one, one, other, one] { _ = try await RunningServer.call(.get, url, key: key.shown) }
            #expect(
                try await Self.looks(home)
                    == Array(repeating: .payloadRead(of: "events", why: "GET /api/events"), count: 2))
            let stores = try home.stores()
            let events = try await stores.events.events(matching: EventFilter(), .ofTests)
            let later = SystemClock().now().advanced(by: .seconds(3700))
            let look = try await stores.events.look(
                at: events, by: one.key.principal, "later", at: later, .ofTests)
            #expect(look == .payloadRead(of: "events", why: "later"))
        }
    }

    @Test("A text is found in what is sealed, also across the pieces of a stream, and the search is in the log before")
    func search() async throws {
        let home = try Home(Home.yaml(more: "audit: {content: full}"))
        let application = try await home.key(.application)
        let administrator = try await home.key(.administrator)
        try await RunningServer.run(home) { server in
            let first = try await server.chat("Account 4711 is Ann's.", key: application.shown)
            let id = try #require(first.fields["gatehouse-exchange-id"])
            _ = try await server.chat("Owls fly at night.", key: application.shown)
            let streamed = try await RunningServer.call(
                .post, "\(server.applications)/v1/chat/completions", key: application.shown,
                #"{"model":"answers","stream":true,"messages":[{"role":"user","content":"Bees sleep at night. When do bees sleep?"}]}"#
            )
            let stream = try #require(streamed.fields["gatehouse-exchange-id"])
            func find(_ query: String) async throws -> RunningServer.Answer {
                try await RunningServer.call(
                    .get, "\(server.administration)/api/events?\(query)", key: administrator.shown)
            }
            let found = try await find("text=account%204711&why=case")
            #expect(found.json["matches"]?.elements.compactMap { $0["id"]?.text } == [id], "\(found.text)")
            #expect(
                found.json["matches", 0, "payload"]?.text == "answer"
                    || found.json["matches", 0, "payload"]?.text == "prompt")
            #expect(found.json["complete"] == .boolean(true))
            let pieces = try await find("text=bees%20sleep%20at%20night&why=case")
            #expect(pieces.json["matches", 0, "id"]?.text == stream)
            #expect(pieces.json["matches", 0, "payload"]?.text == "answer")
            #expect(try await find("text=nowhere4&why=case").json["matches"]?.elements.isEmpty == true)
            #expect(try await find("text=account").status == 400)
            #expect(try await find("text=%2D&why=x").status == 400)
            let looks = try await Self.looks(home)
            #expect(looks.count == 3)
            #expect(looks.first.map { "\($0)".contains("search for `account 4711`: case") } == true)
        }
    }

    @Test("At none there is nothing sealed, and the event is what the leaf says")
    func none() async throws {
        let home = try Home(Home.yaml(models: "  silent: {provider: local, content: none}"))
        let application = try await home.key(.application)
        try await RunningServer.run(home) { server in
            let answer = try await server.chat("hello", key: application.shown, model: "silent")
            #expect(answer.status == 200)
            let id = try #require(answer.fields["gatehouse-exchange-id"].flatMap { Event.ID($0) })
            let stored = try #require(try await home.stores().events.event(id, .ofTests))
            #expect(stored.payloads == [])
            #expect(!stored.isErased)
            guard case .exchange(let event) = stored.event else {
                Issue.record("not an exchange")
                return
            }
            #expect(event.outcome == .answered)
            #expect(event.model == "silent")
        }
    }
}
