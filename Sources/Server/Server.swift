// Server puts the parts together: it builds adapters from the configuration, listens, reloads and stops.

import Anchors
import Audit
import Detection
import Foundation
import Gateway
import Identity
import Kernel
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
package import Settings
import Synchronization
import Transport
import UnixSignals

/// One running gateway: the listener for applications on NIO, the listener for administrators on Hummingbird.
package final class Server: Sendable {
    /// Where it listens, once it does.
    package struct Addresses: Sendable, Hashable {
        /// For applications, such as `http://127.0.0.1:8080`.
        package let applications: String
        /// For administrators.
        package let administration: String
    }

    private let file: ConfigurationFile
    private let settings: Settings
    private let stores: Stores
    private let recorder: Recorder
    private let gateway: Gateway
    private let assembly: Assembly
    private let policies: ActivePolicies
    private let publisher: CheckpointPublisher
    private let exports: [ExportService]
    private let clock = SystemClock()
    private let logger = Logger(label: "gatehouse")

    /// Builds everything that can fail for what the configuration says, and listens nowhere yet.
    /// - Throws: `SettingsError`, `StoreError`, `AnchorError` where the log is older than what was signed, or what TLS or
    ///   the pattern compiler says.
    package init(_ settings: Settings, file: ConfigurationFile) async throws {
        let secrets = try file.secrets(of: settings)
        let logger = self.logger
        self.file = file
        self.settings = settings
        self.stores = try Stores(settings, file: file)
        let now = self.clock.now()
        self.publisher = try CheckpointPublisher(settings, secrets: secrets, ledger: self.stores.events, at: now)
        // Before anything is added to a log that may be an older one.
        try await self.publisher.begin(at: now)
        let (log, clock) = (self.stores.events, self.clock)
        self.exports = try settings.audit.exports.map {
            try ExportService($0, settings, secrets: secrets, log: log, clock: clock)
        }
        self.assembly = Assembly(clock: self.clock)
        self.recorder = Recorder(
            store: self.stores.events,
            limits: RecorderLimits(
                capacity: settings.audit.queue, batch: settings.audit.batch, linger: settings.audit.linger),
            report: { incident in Self.log(incident, logger) })
        self.policies = try await ActivePolicies(self.stores.bundles, .ofServer(at: self.clock.now()))
        self.gateway = Gateway(
            configuration: try self.assembly.configuration(
                settings, secrets: secrets, prices: try file.prices(of: settings), policy: self.policies.point),
            keys: try await self.stores.keys.ring(.ofServer(at: self.clock.now())), recorder: self.recorder,
            clock: self.clock,
            receipts: settings.audit.durability == .durable
                ? ReceiptOffice(ledger: self.stores.events, clock: self.clock).receipts : nil,
            conversationSecret: Self.secret())
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT) or the task is cancelled; then drains.
    ///
    /// `onListening` is called once, when both listeners accept connections.
    package func run(onListening: @escaping @Sendable (Addresses) async -> Void = { _ in }) async throws {
        ProcessMemory.keepFreed()
        // All our times are UTC. To look up the local time zone, as Hummingbird does for its `Date` field, would load
        // ICU's data: 1.5 MB that stay resident.
        NSTimeZone.default = .gmt
        let loops = MultiThreadedEventLoopGroup(
            numberOfThreads: self.settings.threads > 0 ? self.settings.threads : System.coreCount)
        if self.settings.audit.durability == .asynchronous {
            self.logger.warning("audit.durability is asynchronous: a crash loses the events of its last moments")
        }

        let open = try self.stores.events.openStarts()
        let earlier = try await self.stores.countOfEarlierEvents(.ofServer(at: self.clock.now()))
        if earlier > 0 {
            self.logger.notice(
                "the database has events of before the ledger; they stay there: gatehouse events tail --before-ledger",
                metadata: ["events": "\(earlier)"])
        }
        let arrivals = Arrivals { addresses in
            await self.abandon(open)
            self.recordAct(
                .serverStarted(
                    version: GatehouseVersion.current, configuration: self.settings.fingerprint,
                    durability: Self.durability(self.settings)))
            await onListening(addresses)
        }
        let reloader = Reloader(
            file: self.file, prices: self.settings.pricesPath, apply: self.reload,
            refused: { self.recordAct(.configurationRefused(reason: "\($0)")) })
        let custody = self.stores.custody { act, principal in try await self.recordDurably(act, by: principal) }
        let administration = Administration(
            gateway: self.gateway, stores: self.stores, recorder: self.recorder, clock: self.clock,
            policies: self.policies, custody: custody, act: self.recordDurably, publisher: self.publisher,
            exports: self.exports.map(\.gauge))
        let group = ServiceGroup(
            configuration: .init(
                services: self.exports.map { .init(service: $0) } + [
                    .init(service: KeyWatcher(store: self.stores.keys, gateway: self.gateway, clock: self.clock)),
                    .init(
                        service: PolicyWatcher(policies: self.policies, gateway: self.gateway, clock: self.clock)),
                    .init(
                        service: RetentionKeeper(
                            custody: custody, vault: self.stores.vault, kept: self.settings.audit,
                            clock: self.clock)),
                    .init(service: reloader),
                    .init(service: PatternHastener(begun: self.assembly.detectors.begun)),
                    .init(service: PublishingService(publisher: self.publisher, clock: self.clock)),
                    .init(
                        service: administration.application(on: self.settings.admin) { [settings] channel in
                            await arrivals.administration(Self.url(settings.admin, channel.localAddress))
                        }),
                    // The last one is told to stop first. It listens when signals are heard already.
                    .init(
                        service: DataPlane(drain: self.settings.limits.drain) { [settings] in
                            let listener = try await self.listen(on: loops)
                            await arrivals.applications(Self.url(settings.listen, listener.address))
                            return listener
                        }),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: self.logger))
        let outcome: Result<Void, any Error>
        do {
            try await group.run()
            outcome = .success(())
        } catch {
            // Of the services only the administration's listener lets the system's own error through.
            outcome = .failure(error is IOError ? Self.cannotListen("admin", self.settings.admin, error) : error)
        }
        if await arrivals.isComplete { self.recordAct(.serverStopped) }
        let lost = await self.recorder.drain()
        if lost > 0 { self.logger.critical("events could not be recorded", metadata: ["events": "\(lost)"]) }
        await self.publisher.publishRest(at: self.clock.now())
        try await loops.shutdownGracefully()
        try outcome.get()
    }

    /// Remembers of exchanges that were under way when the gateway ended that nobody knows how they ended.
    private func abandon(_ starts: [(id: Identifier<Exchange>, index: Int64)]) async {
        do {
            for start in starts {
                let event = ExchangeAbandonment(id: start.id, time: self.clock.now(), start: start.index)
                do throws(RecorderError) { try self.recorder.recordBehind(.abandonment(event)) } catch {
                    try await self.recorder.record(.abandonment(event))
                }
            }
            guard await self.recorder.drain() == 0 else { return }
            try self.stores.events.takeCharge()
            if !starts.isEmpty {
                self.logger.notice(
                    "exchanges were under way when the gateway ended", metadata: ["exchanges": "\(starts.count)"])
            }
        } catch {
            self.logger.error(
                "that exchanges were abandoned could not be recorded; the next start tries again",
                metadata: ["error": "\(error)"])
        }
    }

    private func listen(on loops: MultiThreadedEventLoopGroup) async throws -> HTTPListener {
        do {
            return try await HTTPListener(
                host: self.settings.listen.host.text, port: self.settings.listen.port, group: loops,
                limits: Assembly.limits(self.settings), makeHandler: { self.gateway.lane() })
        } catch {
            throw Self.cannotListen("listen", self.settings.listen, error)
        }
    }

    private static func cannotListen(_ key: String, _ address: ListenAddress, _ error: any Error) -> ServerError {
        let reason: String =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "another program listens there"
            case EACCES: "ports below 1024 need a privilege that this process has not"
            case EADDRNOTAVAIL: "this machine does not have that address"
            default: "\(error)"
            }
        return ServerError(.cannotListen, "`\(key)` is \(address), where we cannot listen: \(reason)")
    }

    /// What seals the surrogates of conversations as long as the process runs.
    private static func secret() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Puts changed settings in force. What a running process cannot change is refused by name.
    @Sendable private func reload(_ settings: Settings) throws {
        if let fixed = Self.fixedChange(from: self.settings, to: settings) {
            throw ServerError(.needsRestart, "`\(fixed)` cannot change while the gateway runs; restart it for that")
        }
        let secrets = try self.file.secrets(of: settings)
        self.gateway.replace(
            configuration: try self.assembly.configuration(
                settings, secrets: secrets, prices: try self.file.prices(of: settings), policy: self.policies.point))
        self.recordAct(
            .configurationReloaded(configuration: settings.fingerprint, durability: Self.durability(settings)))
    }

    private static func durability(_ settings: Settings) -> AdministrativeEvent.Durability {
        settings.audit.durability == .asynchronous ? .asynchronous : .durable
    }

    private static func fixedChange(from old: Settings, to new: Settings) -> String? {
        if old.listen != new.listen { return "listen" }
        if old.admin != new.admin { return "admin" }
        if old.threads != new.threads { return "threads" }
        if old.log != new.log { return "log" }
        if old.storagePath != new.storagePath { return "storage.path" }
        if old.storage != new.storage { return "storage" }
        if old.audit.queue != new.audit.queue { return "audit.queue" }
        if old.audit.batch != new.audit.batch { return "audit.batch" }
        if old.audit.linger != new.audit.linger { return "audit.linger" }
        if old.auditPath != new.auditPath { return "audit.path" }
        if old.vaultPath != new.vaultPath { return "audit.vault" }
        if old.audit.rootKey != new.audit.rootKey { return "audit.root_key" }
        if old.auditKeyPath != new.auditKeyPath { return "audit.key" }
        if old.auditKeyBeforePath != new.auditKeyBeforePath { return "audit.key_before" }
        if old.audit.retiredKeys != new.audit.retiredKeys { return "audit.retired_keys" }
        if old.audit.retention != new.audit.retention { return "audit.keep_…" }
        if old.audit.useCases != new.audit.useCases { return "audit.use_cases" }
        if old.audit.origin != new.audit.origin { return "audit.origin" }
        if old.signedCheckpointPath != new.signedCheckpointPath { return "audit.checkpoint" }
        if old.audit.exports != new.audit.exports { return "audit.export" }
        if old.audit.anchors != new.audit.anchors { return "audit.anchors" }
        if old.audit.witnesses != new.audit.witnesses { return "audit.witnesses" }
        // How many exchanges there may be can change; the other limits belong to the listener.
        var limits = new.limits
        limits.concurrency = old.limits.concurrency
        limits.concurrencyPerKey = old.limits.concurrencyPerKey
        limits.requestsPerMinute = old.limits.requestsPerMinute
        return limits == old.limits ? nil : "limits"
    }

    /// Remembers what was done to the gateway itself.
    @Sendable private func recordAct(_ act: AdministrativeEvent.Act) {
        self.recordAct(act, by: .server)
    }

    /// What people do is in the log before they are told that it is done.
    @Sendable private func recordDurably(_ act: AdministrativeEvent.Act, by actor: Principal) async throws {
        try await self.recorder.record(.administrative(self.event(act, by: actor)))
    }

    private func event(_ act: AdministrativeEvent.Act, by actor: Principal) -> AdministrativeEvent {
        let now = self.clock.now()
        var random = SystemRandomNumberGenerator()
        return AdministrativeEvent(id: Identifier(at: now, using: &random), time: now, actor: actor, act: act)
    }

    private func recordAct(_ act: AdministrativeEvent.Act, by actor: Principal) {
        do throws(RecorderError) {
            try self.recorder.recordBehind(.administrative(self.event(act, by: actor)))
        } catch {
            self.logger.error("an administrative event could not be recorded", metadata: ["error": "\(error)"])
        }
    }

    private static func log(_ incident: RecorderIncident, _ logger: Logger) {
        switch incident {
        case .failed(let error, let callers, let queued):
            logger.error(
                "events cannot be recorded",
                metadata: ["error": "\(error)", "callers": "\(callers)", "queued": "\(queued)"])
        case .dropped(let id, let error):
            logger.error("an event was lost", metadata: ["event": "\(id)", "error": "\(error)"])
        case .recovered(let failures):
            logger.notice("events are recorded again", metadata: ["failures": "\(failures)"])
        }
    }

    private static func url(_ asked: ListenAddress, _ bound: SocketAddress?) -> String {
        "http://\(asked.host):\(bound?.port ?? asked.port)"
    }
}

/// The listener for applications as a service: it serves by itself and is drained at the end.
private struct DataPlane: Service {
    let drain: Duration
    let listen: @Sendable () async throws -> HTTPListener

    func run() async throws {
        let listener = try await self.listen()
        try? await gracefulShutdown()
        await listener.drain(within: self.drain)
    }
}

/// Waits until both listeners accept connections, then says where.
private actor Arrivals {
    private let onListening: @Sendable (Server.Addresses) async -> Void
    private var applications: String?
    private var administration: String?

    init(_ onListening: @escaping @Sendable (Server.Addresses) async -> Void) { self.onListening = onListening }

    func applications(_ address: String) async {
        self.applications = address
        await self.announce()
    }

    func administration(_ address: String) async {
        self.administration = address
        await self.announce()
    }

    /// Whether both listen.
    var isComplete: Bool { self.applications != nil && self.administration != nil }

    private func announce() async {
        guard let applications = self.applications, let administration = self.administration else { return }
        await self.onListening(Server.Addresses(applications: applications, administration: administration))
        ProcessMemory.releaseWhatStartNeeded()
    }
}

extension Principal {
    /// The gateway itself.
    static let server = Principal(kind: .service, id: "gatehouse")
}

extension OperationContext {
    /// The context of what the server does of its own accord, such as reading keys.
    static func ofServer(at time: Timestamp) -> OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: time, using: &random), principal: .server, deadline: .now + .seconds(10))
    }
}

/// Why the server cannot do what it was told to.
package struct ServerError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private enum Value { case cannotListen, needsRestart, noKey, cannotExport }
        private let value: Value

        package static let cannotListen = Code(value: .cannotListen)
        package static let needsRestart = Code(value: .needsRestart)
        /// A key that signs cannot be read or made.
        package static let noKey = Code(value: .noKey)
        /// An export of the log leads nowhere.
        package static let cannotExport = Code(value: .cannotExport)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
    package var description: String { self.message }
}
