import AsyncHTTPClient
import Audit
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import NIOHTTP1
import ServiceLifecycleTestKit
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A folder of one test, with a configuration and a database in it; it goes away with its owner.
final class Home: Sendable {
    let folder: URL
    private let database = Mutex<Settings?>(nil)

    init(_ yaml: String = Home.yaml()) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        try self.write(yaml)
        let settings = try self.file.load().get()
        self.database.withLock { $0 = settings }
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    /// A small configuration that listens on free ports.
    static func yaml(providers: String = "", models: String = "", more: String = "") -> String {
        """
        listen: 127.0.0.1:0
        admin: 127.0.0.1:0
        threads: 1
        storage: {path: events.db}
        providers:
          local: {kind: extractive}
        \(providers)
        models:
          answers: {provider: local}
        \(models)
        \(more)
        """
    }

    var path: String { self.folder.appending(path: "gatehouse.yaml").path }
    var file: ConfigurationFile { ConfigurationFile(path: self.path, environment: [:]) }
    var settings: Settings { get throws { try self.file.load().get() } }

    /// The database, as another process would open it.
    func stores() throws -> Stores { try Stores(try #require(self.database.withLock { $0 }), file: self.file) }

    func write(_ yaml: String) throws { try yaml.write(toFile: self.path, atomically: true, encoding: .utf8) }

    /// Makes a key at the command line's side.
    func key(_ role: VirtualKey.Role, models: [String]? = nil) async throws -> (key: VirtualKey, shown: String) {
        var order = KeyOrder(name: "\(role)")
        order.role = role
        order.models = models
        let made = try await KeyIssue(store: self.stores().keys, clock: SystemClock()).create(
            order, .ofTests)
        return (made.key, made.secret.reveal())
    }

    /// All events, oldest first.
    func events() async throws -> [Event] {
        let filter = EventFilter(order: .oldestFirst, limit: EventFilter.highestLimit)
        return try await self.stores().events.events(matching: filter, .ofTests).map(\.event)
    }

    func acts() async throws -> [AdministrativeEvent.Act] {
        try await self.events().compactMap { event in
            if case .administrative(let event) = event { event.act } else { nil }
        }
    }
}

extension OperationContext {
    /// With time for a machine that does other things.
    static var ofTests: OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: SystemClock().now(), using: &random), principal: .server, deadline: .now + .seconds(300))
    }
}

/// A server that runs while a test looks at it.
struct RunningServer: Sendable {
    let applications: String
    let administration: String
    /// Tells it to stop, as a signal does.
    let stop: @Sendable () -> Void

    /// Starts a server, lets `body` use it, stops it, and waits until it has ended.
    static func run(_ home: Home, _ body: @escaping @Sendable (RunningServer) async throws -> Void) async throws {
        let server = try await Server(home.settings, file: home.file)
        try await testGracefulShutdown { trigger in
            let (arrivals, arrived) = AsyncStream.makeStream(of: Server.Addresses.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { arrived.finish() }
                    try await server.run { arrived.yield($0) }
                }
                group.addTask {
                    defer { trigger.triggerGracefulShutdown() }
                    for await addresses in arrivals {
                        try await body(
                            RunningServer(
                                applications: addresses.applications, administration: addresses.administration,
                                stop: { trigger.triggerGracefulShutdown() }))
                        return
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    struct Answer: Sendable {
        let status: Int
        let text: String
        let fields: [String: String]

        var json: JSONDocument { (try? JSONDocument(Array(self.text.utf8))) ?? .null }
    }

    static func call(
        _ method: HTTPRequest.Method = .get, _ url: String, key: String? = nil, _ body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method.rawValue)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        let fields = Dictionary(
            response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        return Answer(status: Int(response.status.code), text: text, fields: fields)
    }

    static func call(url: String) async throws -> Answer { try await Self.call(.get, url) }

    /// The body of an answer of status 200, whatever it is.
    static func bytes(_ url: String, key: String?) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        try #require(response.status == .ok)
        return Array((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
    }

    func chat(_ text: String, key: String?, model: String = "answers") async throws -> Answer {
        try await Self.call(
            .post, "\(self.applications)/v1/chat/completions", key: key,
            #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]}"#)
    }
}

/// Waits until something holds that another task brings about; fails after a minute, which only a broken one takes.
func eventually(
    _ what: Comment, _ location: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            Issue.record("waited in vain: \(what)", sourceLocation: location)
            return
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
