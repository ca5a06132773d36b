// gatehouse, the command line: parses arguments, prints; nothing else.

import ArgumentParser
import Console
import DetectorCommands
import Foundation
import Kernel
import Server
import Settings

/// The root of all commands.
@main
struct Gatehouse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "An AI gateway: between your applications and the models that they use.",
        discussion: """
            It finds what must not leave, asks your policies what to do about it, does that, and remembers every exchange.

            EXAMPLE:
              gatehouse demo                                  see it work, with temporary data
              gatehouse init                                  write a commented gatehouse.yaml
              gatehouse key create --name my-app              make a key for an application
              gatehouse serve                                 run it

            EXIT CODES: 0 it worked, 1 it did not, 2 the configuration or the command's usage is wrong.
            """,
        version: "gatehouse \(GatehouseVersion.current)",
        subcommands: [
            DemoCommand.self, InitCommand.self, ServeCommand.self, CheckCommand.self, KeyCommand.self,
            EventsCommand.self, AuditCommand.self, PolicyCommand.self, DetectCommand.self, DetectorCommand.self,
            CanaryCommand.self,
            DeidentifyCommand.self, PricesCommand.self, ImportCommand.self, WitnessCommand.self, VersionCommand.self,
        ])

    static func main() async {
        Foundation.exit(await self.execute(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs one command to its end and tells its exit code.
    static func execute(_ arguments: [String]) async -> Int32 {
        let terminal = Terminal.current
        var command: any ParsableCommand
        do {
            command = try self.parseAsRoot(arguments)
        } catch {
            // Help and version come this way too.
            return self.reportUsage(error, terminal)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitCode.success.rawValue
        } catch {
            guard let failure = CommandFailure(error) else { return self.reportUsage(error, terminal) }
            failure.report(to: terminal)
            return failure.exitCode.rawValue
        }
    }

    private static func reportUsage(_ error: any Error, _ terminal: Terminal) -> Int32 {
        let code = self.exitCode(for: error)
        let text = self.fullMessage(for: error)
        if code.isSuccess {
            do { try terminal.write(text) } catch { return ExitCode.failure.rawValue }
            return code.rawValue
        }
        // The parser's own label, so that all errors begin alike.
        if !text.isEmpty { terminal.complain(text.hasPrefix("Error: ") ? "error: " + text.dropFirst(7) : text) }
        return code == .validationFailure ? ExitCode.configuration.rawValue : code.rawValue
    }
}
