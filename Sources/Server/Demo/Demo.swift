import Foundation
import Identity
import Kernel
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Settings

#if canImport(Glibc)
    import Glibc
#endif

/// A gateway on data that goes away with it, and a tour that sends it six exchanges and checks what comes of them.
///
/// Everything is the real thing: the configuration goes through the reader of configurations, the exchanges through
/// sockets, the keys and events through the database.
package struct Demo: Sendable {
    package static let model = "demo"

    private let clock = SystemClock()

    package init() {}

    /// Runs the tour and tells of it as it goes. With `staysOpen`, the gateway then serves until it is told to stop.
    ///
    /// - Returns: the steps of the tour, in their order.
    /// - Throws: what kept the gateway from running.
    package func run(
        staysOpen: Bool, narrate: @escaping @Sendable (Scene) async -> Void
    ) async throws -> [Step] {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tour = { @Sendable (place: Place) in
            await narrate(.opened(place))
            let steps = await DemoTour(place: place, narrate: narrate).run()
            await narrate(.finished(steps))
            return steps
        }
        if await Self.areFree(.usual) {
            // Somebody may be quicker.
            do { return try await self.serve(in: folder, on: .usual, staysOpen: staysOpen, tour) } catch is NotListening
            {}
        }
        do { return try await self.serve(in: folder, on: .any, staysOpen: staysOpen, tour) } catch let error
            as NotListening
        {
            throw error.cause
        }
    }

    /// The gateway ended before it listened.
    private struct NotListening: Error {
        let cause: any Error
    }

    /// Serves and takes the tour.
    /// - Throws: `NotListening`, or what else went wrong.
    private func serve(
        in folder: String, on ports: Ports, staysOpen: Bool, _ tour: @escaping @Sendable (Place) async -> [Step]
    ) async throws -> [Step] {
        let file = ConfigurationFile(path: "\(folder)/gatehouse.yaml", environment: [:])
        try Data(Self.configuration(ports).utf8).write(to: URL(fileURLWithPath: file.path))
        let settings = try file.load().get()
        let keys = try await self.makeKeys(settings, file)
        let server = try await Server(settings, file: file)

        let (listening, announcement) = AsyncStream.makeStream(of: Server.Addresses.self)
        let service = Serving(server: server, announcement: announcement)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "gatehouse.demo")))
        async let running: Void = group.run()
        guard let addresses = await listening.first(where: { _ in true }) else {
            do { try await running } catch { throw NotListening(cause: error) }
            return []
        }
        let steps = await tour(
            Place(
                addresses: addresses, folder: folder, key: keys.application.reveal(),
                administratorKey: keys.administrator.reveal(), model: Self.model))
        if !staysOpen { await group.triggerGracefulShutdown() }
        try await running
        return steps
    }

    /// The gateway as a service that can be told to stop as a signal would tell it.
    private struct Serving: Service {
        let server: Server
        let announcement: AsyncStream<Server.Addresses>.Continuation

        func run() async throws {
            defer { self.announcement.finish() }
            try await self.server.run { self.announcement.yield($0) }
        }
    }

    // MARK: What it runs on

    /// A new folder that nobody else may look into.
    private static func makeFolder() throws -> String {
        var random = SystemRandomNumberGenerator()
        let base = FileManager.default.temporaryDirectory.path
        let path = "\(base)/gatehouse-demo-\(String(random.next(), radix: 36))"
        // SAFE: the path lives as long as the call. It fails where the folder exists already.
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw DemoError(message: "cannot make the folder `\(path)`")
        }
        return path
    }

    private struct Ports: Equatable {
        let applications: Int
        let administration: Int

        static let usual = Ports(applications: 8080, administration: 8081)
        /// Whichever are free.
        static let any = Ports(applications: 0, administration: 0)
    }

    private static func configuration(_ ports: Ports) -> String {
        """
        # The demo's configuration: one model, answered within the gateway, and the policies that come with the gateway.
        listen: 127.0.0.1:\(ports.applications)
        admin: 127.0.0.1:\(ports.administration)
        storage:
          path: gatehouse.db
        providers:
          local:
            kind: extractive
        models:
          \(Self.model):
            provider: local

        """
    }

    private static func areFree(_ ports: Ports) async -> Bool {
        for port in [ports.applications, ports.administration] {
            let probe = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            guard let channel = try? await probe.bind(host: "127.0.0.1", port: port).get() else { return false }
            try? await channel.close().get()
        }
        return true
    }

    private func makeKeys(
        _ settings: Settings, _ file: ConfigurationFile
    ) async throws -> (application: KeySecret, administrator: KeySecret) {
        let issue = KeyIssue(store: try Stores(settings, file: file).keys, clock: self.clock)
        var administrator = KeyOrder(name: "demo administrator")
        administrator.role = .administrator
        let application = KeyOrder(name: "demo application")
        return (
            try await issue.create(application, .ofServer(at: self.clock.now())).secret,
            try await issue.create(administrator, .ofServer(at: self.clock.now())).secret
        )
    }
}

/// Why there can be no demo here.
package struct DemoError: Error, Hashable, CustomStringConvertible {
    package let message: String

    package var description: String { self.message }
}
