import Anchors
import Audit
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Kernel
import Logging
import NIOCore
import Settings

/// The listener for people and machines that run the gateway: keys, events, health, metrics.
struct Administration {
    let gateway: Gateway
    let stores: Stores
    let recorder: Recorder
    let clock: any WallClock
    let policies: ActivePolicies
    let custody: Custody
    /// Makes an act durable in the log.
    let act: @Sendable (AdministrativeEvent.Act, Principal) async throws -> Void
    /// Signs the log; nil where nobody does.
    var publisher: CheckpointPublisher?
    /// Where the log is brought, and how far that has come.
    var exports: [ExportGauge] = []

    /// The listener as a service; `onListening` is called when it accepts connections.
    func application(
        on address: ListenAddress, onListening: @escaping @Sendable (any Channel) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: self.router,
            configuration: .init(address: .hostname(address.host.text, port: address.port), serverName: nil),
            onServerRunning: onListening, logger: Logger(label: "gatehouse.admin"))
    }

    /// Every route. Those below `/api` can only be reached with an administrator's key: their context cannot be made
    /// without one.
    var router: Router<AdminContext> {
        let router = Router(context: AdminContext.self)
        router.add(middleware: AdminErrors())
        router.add(middleware: IdentifyAdministrator(gateway: self.gateway, clock: self.clock))
        router.get("healthz") { _, _ in AdminReply(#"{"status":"ok"}"#) }
        router.get("readyz") { _, _ in self.readiness() }
        router.get("metrics") { _, _ in await self.metrics() }
        self.addLogRoutes(to: router)
        let api = router.group("api", context: AdministratorContext.self)
        api.get("events") { request, context in try await self.listEvents(request, context) }
        api.get("events/:id") { _, context in try await self.showEvent(context) }
        api.get("keys") { _, context in try await self.listKeys(context) }
        api.post("keys") { request, context in try await self.createKey(request, context) }
        api.delete("keys/:id") { _, context in try await self.revokeKey(context) }
        api.get("erasures") { _, _ in try self.listErasures() }
        api.post("erasures") { request, context in try await self.erase(request, context) }
        api.get("holds") { _, _ in try self.listHolds() }
        api.post("holds") { request, context in try await self.placeHold(request, context) }
        api.post("holds/:id/release") { _, context in try await self.releaseHold(context) }
        api.get("events/:id/payloads/:kind") { request, context in try await self.revealPayload(request, context) }
        let access = router.group("access/v1", context: AdministratorContext.self)
        access.post("evaluation") { request, context in try await self.evaluate(request, context) }
        access.post("evaluations") { request, context in try await self.evaluateAll(request, context) }
        return router
    }

    private func readiness() -> AdminReply {
        let statistics = self.recorder.statistics
        guard statistics.failuresInARow == 0, self.recorder.hasRoom else {
            return AdminReply(
                #"{"status":"not ready","reason":"events cannot be recorded"}"#, status: .serviceUnavailable)
        }
        if self.publisher?.status.stopped != nil {
            return AdminReply(
                #"{"status":"not ready","reason":"the log does not continue what was signed"}"#,
                status: .serviceUnavailable)
        }
        return AdminReply(#"{"status":"ready"}"#)
    }

    /// Prometheus's text format, version 0.0.4.
    private func metrics() async -> AdminReply {
        let statistics = self.recorder.statistics
        let rows: [(name: String, kind: String, help: String, value: Int)] = [
            ("gatehouse_exchanges_in_progress", "gauge", "Exchanges under way.", self.gateway.exchangesUnderWay),
            ("gatehouse_events_queued", "gauge", "Events that wait to be recorded.", statistics.queued),
            ("gatehouse_events_recorded_total", "counter", "Events that are durable.", statistics.written),
            ("gatehouse_event_commits_total", "counter", "Commits that made events durable.", statistics.batches),
            (
                "gatehouse_events_refused_total", "counter", "Events refused because the queue was full.",
                statistics.refused
            ),
            (
                "gatehouse_events_failed_total", "counter", "Events whose caller was told they are not recorded.",
                statistics.failed
            ),
            (
                "gatehouse_events_dropped_total", "counter", "Events that nobody waited for and that were lost.",
                statistics.dropped
            ),
        ]
        let text = (rows + self.anchorMetrics).map {
            "# HELP \($0.name) \($0.help)\n# TYPE \($0.name) \($0.kind)\n\($0.name) \($0.value)\n"
        }
        let head = self.exports.isEmpty ? nil : try? await self.stores.events.head(.ofServer(at: self.clock.now()))
        return AdminReply(
            text.joined() + self.exports.metrics(head?.size ?? 0),
            contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
