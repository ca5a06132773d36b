import Audit
import AuditExport
import Foundation
import Kernel
import Logging
import ServiceLifecycle
import Settings
import Synchronization

/// What is measured of one export.
final class ExportGauge: Sendable {
    struct State: Sendable {
        /// The first leaf that was not delivered yet.
        var cursor: Int64 = 0
        var failures = 0
        var buried = 0
    }

    let name: String
    private let held = Mutex(State())

    init(name: String) { self.name = name }

    var state: State { self.held.withLock { $0 } }

    func reached(_ cursor: Int64) { self.held.withLock { $0.cursor = cursor } }

    func note(_ incident: DeliveryIncident) {
        self.held.withLock { state in
            switch incident {
            case .unreachable: state.failures += 1
            case .buried: state.buried += 1
            }
        }
    }
}

/// A delivery's store that says how far it has come.
struct GaugedStore: DeliveryStore {
    let store: any DeliveryStore
    let gauge: ExportGauge

    func cursor() throws(ExportError) -> Int64? {
        let cursor = try self.store.cursor()
        self.gauge.reached(cursor ?? 0)
        return cursor
    }

    func keep(cursor: Int64) throws(ExportError) {
        try self.store.keep(cursor: cursor)
        self.gauge.reached(cursor)
    }

    func bury(_ leaf: LoggedLeaf, _ reason: String) throws(ExportError) { try self.store.bury(leaf, reason) }
}

/// Brings the log to one place for as long as the gateway runs.
struct ExportService: Service {
    let gauge: ExportGauge
    let make: @Sendable () throws -> Delivery

    func run() async throws {
        let logger = Logger(label: "gatehouse.export")
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let delivery = try self.make()
                try await cancelWhenGracefulShutdown { try await delivery.run() }
            } catch is CancellationError {
                return
            } catch {
                // Without its folder nothing is delivered: the cursor could not move.
                logger.error("an export stands still", metadata: ["export": "\(self.gauge.name)", "error": "\(error)"])
                self.gauge.note(.unreachable("\(error)"))
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(10)) }
        }
    }
}

extension ExportService {
    /// The export that the settings describe.
    /// - Throws: `ServerError` that names the setting.
    init(
        _ export: Settings.Export, _ settings: Settings, secrets: [String: Secret<String>], log: any LogReading,
        clock: any WallClock
    ) throws {
        guard var target = ExportTarget(export.target), let format = ExportFormat(rawValue: export.format.rawValue)
        else {
            throw ServerError(.cannotExport, "`audit.export.\(export.name).to` is no target: `\(export.target)`")
        }
        target.authority = export.authority.map(settings.resolved)
        target.token = secrets[export.tokenName]
        let gauge = ExportGauge(name: export.name)
        let formatter = ExportFormatter(
            format, version: GatehouseVersion.current, host: ProcessInfo.processInfo.hostName)
        let logger = Logger(label: "gatehouse.export")
        self.gauge = gauge
        self.make = { [target] in
            try Auditing.delivery(
                of: log, to: target, as: formatter, folder: settings.exportFolder(export), gauge: gauge,
                context: { .ofServer(at: clock.now()) },
                report: { incident in
                    gauge.note(incident)
                    Self.log(incident, export.name, logger)
                })
        }
    }

    private static func log(_ incident: DeliveryIncident, _ name: String, _ logger: Logger) {
        switch incident {
        case .unreachable(let reason):
            logger.warning("an export cannot go on", metadata: ["export": "\(name)", "error": "\(reason)"])
        case .buried(let index, let reason):
            logger.error(
                "an event was put aside", metadata: ["export": "\(name)", "leaf": "\(index)", "error": "\(reason)"])
        }
    }
}

extension [ExportGauge] {
    /// What is measured, in Prometheus's text format; `size` is how many leaves the log has.
    func metrics(_ size: Int64) -> String {
        let rows: [(name: String, kind: String, help: String, value: (ExportGauge.State) -> Int64)] = [
            (
                "gatehouse_audit_export_lag", "gauge", "Leaves of the log that were not delivered yet.",
                { Swift.max(0, size - $0.cursor) }
            ),
            (
                "gatehouse_audit_export_failures_total", "counter", "Attempts to deliver that failed.",
                { Int64($0.failures) }
            ),
            (
                "gatehouse_audit_export_dead_letters_total", "counter", "Events that the other side refuses for good.",
                { Int64($0.buried) }
            ),
        ]
        guard !self.isEmpty else { return "" }
        return rows.map { row in
            "# HELP \(row.name) \(row.help)\n# TYPE \(row.name) \(row.kind)\n"
                + self.map { "\(row.name){export=\"\($0.name)\"} \(row.value($0.state))\n" }.joined()
        }.joined()
    }
}
