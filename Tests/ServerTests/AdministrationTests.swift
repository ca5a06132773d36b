import Audit
import Gateway
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("The administration API", .timeLimit(.minutes(5)))
struct AdministrationTests {
    /// The API with a database of its own, without a socket.
    private final class Office: Sendable {
        let home: Home
        let administration: Administration
        let recorder: Recorder
        let acts: Acts
        let application: (key: VirtualKey, shown: String)
        let administrator: (key: VirtualKey, shown: String)
        let revoked: (key: VirtualKey, shown: String)

        /// Compiles the detectors once for all tests.
        private static let assembly = Assembly(clock: SystemClock())

        final class Acts: Sendable {
            let all = Mutex<[(AdministrativeEvent.Act, Principal)]>([])
        }

        init(sink: (any EventSink)? = nil) async throws {
            let home = try Home()
            let settings = try home.settings
            let stores = try home.stores()
            let clock = SystemClock()
            self.home = home
            self.application = try await home.key(.application)
            self.administrator = try await home.key(.administrator)
            self.revoked = try await home.key(.administrator)
            _ = try await stores.keys.revoke(self.revoked.key.id, at: clock.now(), .ofTests)
            let recorder = Recorder(store: sink ?? stores.events, capacity: 8)
            let acts = Acts()
            self.recorder = recorder
            self.acts = acts
            let policies = try await ActivePolicies(stores.bundles, .ofTests)
            let gateway = Gateway(
                configuration: try Self.assembly.configuration(
                    settings, secrets: [:], prices: PriceFile.builtIn, policy: policies.point),
                keys: try await stores.keys.ring(.ofTests), recorder: recorder, clock: clock)
            self.administration = Administration(
                gateway: gateway, stores: stores, recorder: recorder, clock: clock, policies: policies,
                custody: stores.custody { act, principal in acts.all.withLock { $0.append((act, principal)) } },
                act: { act, principal in acts.all.withLock { $0.append((act, principal)) } })
        }

        struct Answer {
            let status: Int
            let text: String
            let fields: HTTPFields
            var json: JSONDocument { (try? JSONDocument(Array(self.text.utf8))) ?? .null }
            var code: String? { self.json["error", "code"]?.text }
        }

        /// One request, without a socket.
        func call(
            _ method: HTTPRequest.Method, _ uri: String, authorization: String? = nil, _ body: String? = nil
        ) async throws -> Answer {
            try await Application(router: self.administration.router).test(.router) { client in
                var headers: HTTPFields = [:]
                if let authorization { headers[.authorization] = authorization }
                return try await client.execute(
                    uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
                ) { response in
                    Answer(status: response.status.code, text: String(buffer: response.body), fields: response.headers)
                }
            }
        }

        /// The same by an administrator.
        func order(_ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil) async throws -> Answer {
            try await self.call(method, uri, authorization: "Bearer \(self.administrator.shown)", body)
        }
    }

    // MARK: Who may do what

    struct Route: Shown {
        let method: HTTPRequest.Method
        let uri: String
        /// As the router knows it.
        let pattern: String
        var body: String?
        let status: Int
        var isOpen = false
        var isMutating = false
        var name: String { "\(self.method) \(self.uri)" }
    }

    /// Every route there is. `$` stands for the id of the application's key.
    static let routes: [Route] = [
        Route(method: .get, uri: "/healthz", pattern: "/healthz", status: 200, isOpen: true),
        Route(method: .get, uri: "/readyz", pattern: "/readyz", status: 200, isOpen: true),
        Route(method: .get, uri: "/metrics", pattern: "/metrics", status: 200, isOpen: true),
        Route(method: .get, uri: "/api/events", pattern: "/api/events", status: 200),
        // Without a publisher there is nothing; what there is with one, LogPublishingTests look at.
        Route(method: .get, uri: "/log/checkpoint", pattern: "/log/checkpoint", status: 404, isOpen: true),
        Route(method: .get, uri: "/log/vkey", pattern: "/log/vkey", status: 404, isOpen: true),
        Route(method: .get, uri: "/log/tile/0/000", pattern: "/log/tile/**", status: 404, isOpen: true),
        Route(
            method: .get, uri: "/api/events/exch_00000000000000000000000000", pattern: "/api/events/{id}", status: 404),
        Route(
            method: .get, uri: "/api/events/exch_00000000000000000000000000/payloads/detail?why=x",
            pattern: "/api/events/{id}/payloads/{kind}", status: 404),
        Route(method: .get, uri: "/api/erasures", pattern: "/api/erasures", status: 200),
        Route(
            method: .post, uri: "/api/erasures", pattern: "/api/erasures", body: #"{"principal":"p:x","reason":"y"}"#,
            status: 201, isMutating: true),
        Route(method: .get, uri: "/api/holds", pattern: "/api/holds", status: 200),
        Route(
            method: .post, uri: "/api/holds", pattern: "/api/holds", body: #"{"matter":"case 7"}"#, status: 201,
            isMutating: true),
        Route(
            method: .post, uri: "/api/holds/hold_00000000000000000000000000/release",
            pattern: "/api/holds/{id}/release", status: 404),
        Route(method: .get, uri: "/api/keys", pattern: "/api/keys", status: 200),
        Route(
            method: .post, uri: "/api/keys", pattern: "/api/keys", body: #"{"name":"new"}"#, status: 201,
            isMutating: true),
        Route(method: .delete, uri: "/api/keys/$", pattern: "/api/keys/{id}", status: 200, isMutating: true),
        Route(
            method: .post, uri: "/access/v1/evaluation", pattern: "/access/v1/evaluation", body: Self.evaluation,
            status: 200),
        Route(
            method: .post, uri: "/access/v1/evaluations", pattern: "/access/v1/evaluations", body: Self.evaluation,
            status: 200),
    ]

    private static let evaluation =
        #"{"subject":{"type":"service","id":"x"},"action":{"name":"infer"},"resource":{"type":"model","id":"answers"}}"#

    @Test("The policies in force can be asked as AuthZEN has it")
    func evaluates() async throws {
        let office = try await Office()
        func ask(_ body: String) async throws -> Office.Answer {
            try await office.order(.post, "/access/v1/evaluation", body)
        }
        #expect(try await ask(Self.evaluation).json["decision"] == .boolean(true))
        let denied = try await ask(Self.evaluation.replacing(#""infer""#, with: #""administer""#))
        #expect(denied.json["decision"] != .boolean(true))
        #expect(try await ask("{").status == 400)
    }

    @Test("Every route has its row in the table of who may do what")
    func complete() async throws {
        let router = try await Office().administration.router
        let known = Set(Self.routes.map { "\($0.method) \($0.pattern)" })
        let there = Set(router.routes.map { "\($0.method) \($0.path)" })
        #expect(there == known)
    }

    @Test("Only an administrator's key opens what is not open to all", arguments: Self.routes)
    func authorised(_ route: Route) async throws {
        let office = try await Office()
        let uri = route.uri.replacing("$", with: office.application.key.id.description)
        let strangers: [String?] = [
            nil, "", "Bearer", "Bearer ", "Bearer nonsense", "Bearer \(office.application.shown)",
            "Bearer \(office.revoked.shown)",
            "Basic \(office.administrator.shown)", office.administrator.shown, "Bearer \(office.administrator.shown)x",
            "Bearer \(office.administrator.key.id)", "Bearer  \(office.administrator.shown)",
        ]
        for authorization in strangers {
            let answer = try await office.call(route.method, uri, authorization: authorization, route.body)
            #expect(answer.status == (route.isOpen ? route.status : 401), "with \(authorization ?? "nothing")")
            if !route.isOpen { #expect(answer.code == "administrator_key_required") }
        }
        #expect(office.acts.all.withLock { $0.isEmpty })
        #expect(try await office.home.stores().keys.keys(.ofTests).count == 3)

        let answer = try await office.order(route.method, uri, route.body)
        #expect(answer.status == route.status)
        #expect(answer.fields[.cacheControl] == "no-store")
    }

    @Test("Every route that changes something leaves acts with their actor; no other does", arguments: Self.routes)
    func remembered(_ route: Route) async throws {
        let office = try await Office()
        _ = try await office.order(
            route.method, route.uri.replacing("$", with: office.application.key.id.description), route.body)
        let acts = office.acts.all.withLock { $0 }
        #expect(acts.isEmpty == !route.isMutating)
        #expect(acts.allSatisfy { $0.1 == office.administrator.key.principal })
    }

    @Test("What is no route, or has another method, is said in the same shape")
    func unknown() async throws {
        let office = try await Office()
        for (method, uri) in [
            (HTTPRequest.Method.get, "/"), (.get, "/api"), (.post, "/healthz"), (.put, "/api/keys"),
            (.get, "/api/keys/x/y"),
        ] {
            let answer = try await office.order(method, uri)
            #expect(answer.status == 404 || answer.status == 405, "\(method) \(uri)")
            #expect(answer.code != nil)
        }
    }

    // MARK: Keys

    @Test("A key that was made is in force at once, shown once, and kept by nobody")
    func createKey() async throws {
        let office = try await Office()
        let made = try await office.order(
            .post, "/api/keys",
            #"{"name":"billing","role":"application","models":["answers"],"expires":"2099-01-01T00:00:00Z"}"#)
        let shown = try #require(made.json["key"]?.text)
        #expect(made.status == 201)
        #expect(shown.hasPrefix("gatehouse_"))
        #expect(made.json["name"]?.text == "billing")
        #expect(made.json["models", 0]?.text == "answers")
        #expect(made.json["expires"]?.text == "2099-01-01T00:00:00.000Z")
        let id = try #require(made.json["id"]?.text)
        let known = try office.administration.gateway.keys.authenticate(shown.utf8Span.span, at: SystemClock().now())
        #expect(known.id.description == id)
        #expect(office.acts.all.withLock { $0.map(\.0) } == [.keyCreated(key: id)])
        let list = try await office.order(.get, "/api/keys")
        #expect(!list.text.contains(shown))
        #expect(list.json["keys"]?.elements.count == 4)
        #expect(list.json["keys"]?.elements.allSatisfy { $0["key"] == nil } == true)
    }

    @Test("A key that was taken back is refused at once, and stays what it is when it is taken back again")
    func revokeKey() async throws {
        let office = try await Office()
        let uri = "/api/keys/\(office.application.key.id)"
        let gateway = office.administration.gateway
        _ = try gateway.keys.authenticate(office.application.shown.utf8Span.span, at: SystemClock().now())
        let first = try await office.order(.delete, uri)
        #expect(first.status == 200)
        #expect(throws: IdentityError.self) {
            try gateway.keys.authenticate(office.application.shown.utf8Span.span, at: SystemClock().now())
        }
        let second = try await office.order(.delete, uri)
        #expect(second.json["revoked"] == first.json["revoked"])
        #expect(first.json["revoked"]?.text != nil)
    }

    @Test("An administrator may take back the key that it uses")
    func revokeOwnKey() async throws {
        let office = try await Office()
        #expect(try await office.order(.delete, "/api/keys/\(office.administrator.key.id)").status == 200)
        #expect(try await office.order(.get, "/api/keys").status == 401)
    }

    static let badKeys: [(String, String)] = [
        ("", "JSON"), ("[]", "JSON"), ("{", "JSON"), ("{}", "name"), (#"{"name":null}"#, "name"),
        (#"{"name":5}"#, "name"),
        (#"{"name":""}"#, "name"), (#"{"name":"\#(String(repeating: "x", count: 201))"}"#, "name"),
        (#"{"name":"x","role":"root"}"#, "role"), (#"{"name":"x","role":1}"#, "role"),
        (#"{"name":"x","models":"answers"}"#, "models"),
        (#"{"name":"x","models":[1]}"#, "models"), (#"{"name":"x","models":{"a":1}}"#, "models"),
        (#"{"name":"x","expires":"tomorrow"}"#, "expires"), (#"{"name":"x","expires":4070908800}"#, "expires"),
        (#"{"name":"x","expires":"2001-01-01"}"#, "expires"), (#"{"name":"x","expire":"2099-01-01"}"#, "expire"),
        (#"{"name":"x","rôle":"administrator"}"#, "rôle"), (#"{"name":"x","name":"y"}"#, "name"),
    ]

    @Test(
        "An order for a key that is not understood wholly is refused: nobody gets more than was meant",
        arguments: Self.badKeys)
    func badKey(_ body: String, _ mentioned: String) async throws {
        let office = try await Office()
        let answer = try await office.order(.post, "/api/keys", body)
        #expect(answer.status == 400)
        #expect(answer.code == "invalid_request")
        #expect(answer.json["error", "message"]?.text?.contains(mentioned) == true, "\(answer.text)")
        #expect(office.acts.all.withLock { $0.isEmpty })
        #expect(try await office.home.stores().keys.keys(.ofTests).count == 3)
    }

    @Test("A body that is too large is refused")
    func largeBody() async throws {
        let answer = try await Office().order(.post, "/api/keys", String(repeating: " ", count: 70_000))
        #expect(answer.status == 413)
    }

    @Test(
        "A key that does not exist is not there, however it is spelled",
        arguments: [
            "key_00000000000000000000000000", "nonsense", "exch_00000000000000000000000000", "%00", "..",
        ])
    func unknownKey(_ id: String) async throws {
        let office = try await Office()
        let answer = try await office.order(.delete, "/api/keys/\(id)")
        #expect(answer.status == 404)
        #expect(office.acts.all.withLock { $0.isEmpty })
    }

    // MARK: Events

    @Test("Events are listed newest first, in pages, and found by their id")
    func events() async throws {
        let office = try await Office()
        for _ in 0..<5 { try await office.recorder.record(.administrative(.stopped)) }
        let list = try await office.order(.get, "/api/events?limit=2")
        #expect(list.json["events"]?.elements.compactMap { $0["sequence"]?.integer } == [5, 4])
        let next = try #require(list.json["next"]?.integer)
        let more = try await office.order(.get, "/api/events?limit=2&after=\(next)")
        #expect(more.json["events"]?.elements.compactMap { $0["sequence"]?.integer } == [3, 2])
        let oldest = try await office.order(.get, "/api/events?order=oldest&limit=1&kind=server.stopped")
        #expect(oldest.json["events", 0, "sequence"]?.integer == 1)
        #expect(try await office.order(.get, "/api/events?kind=key.created").json["events"]?.elements.isEmpty == true)
        let id = try #require(list.json["events", 0, "event", "id"]?.text)
        let one = try await office.order(.get, "/api/events/\(id)")
        #expect(one.json["sequence"]?.integer == 5)
    }

    @Test(
        "A question that is not understood is refused and says what was expected",
        arguments: [
            "since=yesterday", "until=x", "outcome=fine", "exchange=5", "kind=x", "after=x", "limit=0", "limit=1001",
            "limit=x", "limit=-1",
            "order=random", "exchange=key_00000000000000000000000000",
        ])
    func badFilter(_ query: String) async throws {
        let answer = try await Office().order(.get, "/api/events?\(query)")
        #expect(answer.status == 400)
        #expect(answer.json["error", "message"]?.text?.contains("expected") == true)
    }

    // MARK: Health

    private struct Broken: EventSink {
        func append(_ events: [Event]) throws(StoreError) -> [Int64] {
            throw StoreError(.unavailable, "the disk is full")
        }
    }

    @Test("Not ready where events cannot be recorded, but alive")
    func notReady() async throws {
        let office = try await Office(sink: Broken())
        #expect(try await office.call(.get, "/readyz").status == 200)
        await #expect(throws: RecorderError.self) { try await office.recorder.record(.administrative(.stopped)) }
        let answer = try await office.call(.get, "/readyz")
        #expect(answer.status == 503)
        #expect(answer.json["reason"]?.text == "events cannot be recorded")
        #expect(try await office.call(.get, "/healthz").status == 200)
    }

    @Test("Metrics are Prometheus's text: each with its help, its type and a number")
    func metrics() async throws {
        let office = try await Office()
        try await office.recorder.record(.administrative(.stopped))
        let answer = try await office.call(.get, "/metrics")
        #expect(answer.fields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = answer.text.split(separator: "\n")
        var names: [String] = []
        for line in lines where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            #expect(parts.count == 2 && Int(parts[1]) != nil, "\(line)")
            names.append(String(parts[0]))
        }
        for name in names {
            #expect(name.hasPrefix("gatehouse_"))
            #expect(lines.count { $0.hasPrefix("# HELP \(name) ") } == 1)
            #expect(lines.count { $0.hasPrefix("# TYPE \(name) ") } == 1)
        }
        #expect(Set(names).count == names.count && names.count >= 7)
        #expect(answer.text.contains("gatehouse_events_recorded_total 1\n"))
    }
}

extension AdministrativeEvent {
    fileprivate static var stopped: AdministrativeEvent {
        var random = SystemRandomNumberGenerator()
        let now = SystemClock().now()
        return AdministrativeEvent(
            id: Identifier(at: now, using: &random), time: now, actor: .server, act: .serverStopped)
    }
}
