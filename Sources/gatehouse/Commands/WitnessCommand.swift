import ArgumentParser
import Console
import Foundation
import Kernel
import Logging
import Server
import Settings
import Transparency

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Hold logs honest: sign only what continues what was seen before.",
        discussion: """
            Serves the witness protocol (c2sp.org/tlog-witness) for the logs that it is told of, from a database and a \
            key of its own. Run it where those who run the gateway cannot change it: another team, another machine. A \
            witness whose database is lost must not be started again under its old key.

            EXAMPLE:
              gatehouse witness --name witness.example.com/w1 --log 'gateway.example.com/audit+d272e1b0+Aciki9…'
              gatehouse witness --name witness.example.com/w1 --logs logs.tlog-policy --listen 0.0.0.0:8082

            EXIT CODES: 0 it was told to stop; 1 it could not go on; 2 the usage is wrong.
            """)

    @Option(help: ArgumentHelp("The name under which it signs, such as witness.example.com/w1.", valueName: "name"))
    var name: String

    @Option(
        help: ArgumentHelp("The public key of a log, as /log/vkey of its administration shows it.", valueName: "key"))
    var log: [String] = []

    @Option(help: ArgumentHelp("A file with a line `log <key>` for each log (a tlog-policy).", valueName: "path"))
    var logs: String?

    @Option(help: ArgumentHelp("Where it listens.", valueName: "address"))
    var listen = "127.0.0.1:8082"

    @Option(help: ArgumentHelp("Its database, made where there is none.", valueName: "path"))
    var database = "witness.db"

    @Option(help: ArgumentHelp("The seed of its key, made where there is none.", valueName: "path"))
    var key = "witness.key"

    @OptionGroup var output: OutputOption

    func run() async throws {
        let terminal = Terminal.current
        guard let name = KeyName(self.name) else {
            throw CommandFailure(
                "expected a name without spaces and `+`, found `\(self.name)`", exitCode: .configuration)
        }
        guard let address = ListenAddress(parsing: self.listen) else {
            throw CommandFailure(
                "expected an address such as `127.0.0.1:8082`, found `\(self.listen)`", exitCode: .configuration)
        }
        let logs = try self.knownLogs()
        JSONLogHandler.bootstrap(.notice, asJSON: self.output.isJSON, terminal)
        let witness = try WitnessServer(
            name: name, keyPath: self.key, databasePath: self.database, logs: logs)
        let isJSON = self.output.isJSON
        try await witness.run(host: address.host.text, port: address.port) { port in
            // Where nobody reads standard output, it serves all the same.
            try? Self.announce(witness.verifier, "http://\(address.host):\(port)", isJSON: isJSON, terminal)
        }
    }

    private func knownLogs() throws -> [VerifierKey] {
        var logs: [VerifierKey] = []
        do {
            logs = try self.log.map { try VerifierKey($0) }
            if let path = self.logs {
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw CommandFailure("`\(path)` cannot be read", exitCode: .configuration)
                }
                logs += try TrustPolicy(parsing: Array(bytes)).logs.map(\.key)
            }
        } catch let error as TransparencyError {
            throw CommandFailure("\(error)", exitCode: .configuration)
        }
        guard !logs.isEmpty, logs.allSatisfy({ $0.kind == .ed25519 }) else {
            throw CommandFailure(
                "expected the key of at least one log", hint: "--log KEY, or --logs FILE", exitCode: .configuration)
        }
        return logs
    }

    private static func announce(
        _ key: VerifierKey, _ url: String, isJSON: Bool, _ terminal: Terminal
    ) throws {
        guard !isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("url", url)
            json.member("key", "\(key)")
            json.endObject()
            return try terminal.write(json)
        }
        try terminal.write(
            """
            the witness is listening
              url  \(url)
              key  \(key)
            """)
    }
}
