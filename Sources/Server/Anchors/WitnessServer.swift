import Anchors
import HTTPTypes
import Hummingbird
package import Kernel
import Logging
import NIOCore
import ServiceLifecycle
import Storage
package import Transparency
import UnixSignals

/// A witness that others can ask (c2sp.org/tlog-witness), with a database and a key of its own.
package struct WitnessServer: Sendable {
    private let witness: Witness
    private let store: any WitnessStore
    private let clock: any WallClock
    private let logger = Logger(label: "gatehouse.witness")

    /// Opens the database and the key, and makes those that there are not.
    /// - Throws: `StoreError`, `ServerError` that say what to do.
    package init(
        name: KeyName, keyPath: String, databasePath: String, logs: [VerifierKey], clock: any WallClock = SystemClock()
    ) throws {
        self.witness = Witness(key: try KeyFile.key(at: keyPath, name: name), logs: logs)
        self.store = try SQLiteWitnessStore(path: databasePath)
        self.clock = clock
    }

    /// A witness with another store.
    init(_ witness: Witness, store: any WitnessStore, clock: any WallClock) {
        self.witness = witness
        self.store = store
        self.clock = clock
    }

    /// The key by which its signatures are known.
    package var verifier: VerifierKey { self.witness.verifier }

    /// Serves until the process is told to stop or the task is cancelled.
    package func run(
        host: String, port: Int, onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) async throws {
        let application = Application(
            router: self.router, configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: Logger(label: "gatehouse.witness"))
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: self.logger))
        do { try await group.run() } catch let error as IOError {
            throw ServerError(.cannotListen, "\(host):\(port) is where we cannot listen: \(error)")
        }
    }

    var router: Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("healthz") { _, _ in AdminReply(#"{"status":"ok"}"#) }
        router.post("add-checkpoint") { request, _ in try await self.add(request) }
        router.get(":hash/checkpoint") { _, context in
            try await self.latest(hash: try context.parameters.require("hash"))
        }
        return router
    }

    private func add(_ request: Request) async throws -> WitnessResponse {
        let body = try await request.body.collect(upTo: AddCheckpointRequest.sizeLimit)
        let time = self.clock.now()
        let asked: AddCheckpointRequest
        do throws(TransparencyError) { asked = try AddCheckpointRequest(parsing: Array(body.readableBytesView)) } catch
        {
            return WitnessResponse(.malformed(error.message))
        }
        let origin = asked.checkpoint.checkpoint.origin
        // What nobody knows does not reach the database.
        guard self.witness.origins.contains(where: { $0.utf8.elementsEqual(origin.utf8) }) else {
            return WitnessResponse(.unknownLog)
        }
        let decision = try await self.store.decide(origin: origin, at: time, .ofServer(at: time)) { latest in
            self.witness.decide(asked, latest: latest, at: time)
        }
        if let accusation = decision.accusation {
            self.logger.critical(
                "a log signed what does not continue what it signed before",
                metadata: ["log": "\(origin)", "reason": "\(accusation)"])
        }
        return WitnessResponse(decision.answer)
    }

    /// What was signed last of a log, for whoever watches it.
    private func latest(hash: String) async throws -> AdminReply {
        guard let origin = self.witness.origin(hash: hash),
            let note = try await self.store.latest(origin: origin, .ofServer(at: self.clock.now()))
        else { throw HTTPError(.notFound) }
        return AdminReply(note, contentType: "text/plain; charset=utf-8")
    }
}

/// An answer of a witness on the wire.
private struct WitnessResponse: ResponseGenerator {
    let answer: Witness.Answer

    init(_ answer: Witness.Answer) { self.answer = answer }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(
            status: .init(code: self.answer.status),
            headers: [.contentType: self.answer.contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: self.answer.body)))
    }
}
