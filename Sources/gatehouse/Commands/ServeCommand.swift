import ArgumentParser
import Console
import Foundation
import Kernel
import Logging
import Server
import Settings

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway.",
        discussion: """
            Runs until SIGTERM or SIGINT, then lets exchanges under way come to their end. SIGHUP, or a change of the \
            file, loads the configuration again; a bad edit is refused and what runs stays.

            EXAMPLE:
              gatehouse serve --config /etc/gatehouse/gatehouse.yaml

            EXIT CODES: 0 it was told to stop; 1 it could not go on; 2 the configuration cannot be used.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let terminal = Terminal.current
        let loading = try self.configuration.read()
        let settings = try loading.get()
        JSONLogHandler.bootstrap(settings.log.level.loggingLevel, asJSON: settings.log.format == .json, terminal)
        for problem in loading.problems { terminal.warn(problem.description) }
        let server = try await Server(settings, file: self.configuration.file)
        let isJSON = self.output.isJSON
        try await server.run { addresses in
            // Where nobody reads standard output, the gateway serves all the same.
            try? Self.announce(addresses, isJSON: isJSON, terminal)
        }
    }

    private static func announce(_ addresses: Server.Addresses, isJSON: Bool, _ terminal: Terminal) throws {
        guard !isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("version", GatehouseVersion.current)
            json.member("applications", addresses.applications)
            json.member("administration", addresses.administration)
            json.endObject()
            return try terminal.write(json)
        }
        try terminal.write(
            """
            gatehouse \(GatehouseVersion.current) is listening
              applications    \(addresses.applications)/v1
              administration  \(addresses.administration)
            """)
    }
}

extension Settings.Log.Level {
    var loggingLevel: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
