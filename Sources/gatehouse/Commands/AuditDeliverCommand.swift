import ArgumentParser
import AuditExport
import Console
import Foundation
import Kernel
import Server

struct AuditDeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Bring the log to where analysts work, each event at least once.",
        discussion: """
            Where it has come is kept in the folder of --state, so that it goes on there after a stop or a crash; events \
            may then come twice, with the same id. What the other side refuses for good is put into dead-letters.jsonl \
            there, and the rest goes on. What is not to be reached is tried again, ever more seldom. With --json, each of \
            these incidents is a line {"incident","index","reason"}.

            EXAMPLE:
              gatehouse audit deliver --to syslog+tls://siem.example.com:6514 --format cef --state siem --follow
              gatehouse audit deliver --to https://otel.example.com/v1/logs --format otlp --state otel --follow
              gatehouse audit deliver --to file:/mnt/archive/events.jsonl --format jsonl --state archive
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ocsf, ecs, cef, otlp, jsonl
    }

    @Option(
        help: ArgumentHelp(
            "Where to: file:/path, syslog://host:port, syslog+tls://host:port, http://… or https://….",
            valueName: "target"))
    var to: String

    @Option(help: ArgumentHelp("How events are written.", valueName: "format"))
    var format: Format

    @Option(help: ArgumentHelp("The folder of the cursor and of dead letters, one for each target.", valueName: "path"))
    var state: String

    @Option(
        help: ArgumentHelp(
            "The certificates to trust, for syslog+tls. Without it: those of the system.", valueName: "path"))
    var ca: String?

    @Option(
        help: ArgumentHelp("The variable of the environment that holds a bearer token to post with.", valueName: "name")
    )
    var tokenFrom: String?

    @Flag(help: "Go on and deliver events as they happen, until Ctrl-C.")
    var follow = false

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard ExportTarget(self.to) != nil else {
            throw ValidationError(
                "`\(self.to)` is no target, expected file:/path, syslog://host:port, syslog+tls://host:port or a URL")
        }
    }

    func run() async throws {
        let terminal = Terminal.current
        guard var target = ExportTarget(self.to), let format = ExportFormat(rawValue: self.format.rawValue) else {
            return
        }
        target.authority = self.ca
        if let name = self.tokenFrom {
            guard let token = terminal.environment[name], !token.isEmpty else {
                throw CommandFailure("the variable `\(name)` is not set", exitCode: .configuration)
            }
            target.token = Secret(token)
        }
        let desk = try Operator(self.configuration)
        let formatter = ExportFormatter(
            format, version: GatehouseVersion.current, host: ProcessInfo.processInfo.hostName)
        let delivery = try Auditing.delivery(
            of: desk.stores.events, to: target, as: formatter, folder: self.state, context: { desk.context() },
            report: { [isJSON = self.output.isJSON] incident in
                if isJSON { try? terminal.write(Self.json(incident)) } else { Self.warn(incident, terminal) }
            })
        if self.follow { try await delivery.run() } else { try await delivery.drain() }
    }

    private static func warn(_ incident: DeliveryIncident, _ terminal: Terminal) {
        switch incident {
        case .unreachable(let reason): terminal.warn(reason)
        case .buried(let index, let reason): terminal.warn("leaf \(index) was put aside: \(reason)")
        }
    }

    private static func json(_ incident: DeliveryIncident) -> JSONWriter {
        var writer = JSONWriter()
        writer.beginObject()
        switch incident {
        case .unreachable(let reason):
            writer.member("incident", "unreachable")
            writer.member("reason", reason)
        case .buried(let index, let reason):
            writer.member("incident", "buried")
            writer.member("index", index)
            writer.member("reason", reason)
        }
        writer.endObject()
        return writer
    }
}
