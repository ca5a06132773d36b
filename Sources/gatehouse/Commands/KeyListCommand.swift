import ArgumentParser
import Console
import Identity
import Kernel
import Server

struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all keys, newest first.",
        discussion: """
            Revoked and expired keys are listed too. With --json: one object, as GET /api/keys answers.

            EXAMPLE:
              gatehouse key list
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        let keys = try await desk.stores.keys.keys(desk.context())
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.name("keys")
            json.beginArray()
            for key in keys { KeyDescription.write(key, to: &json) }
            json.endArray()
            json.endObject()
            return try terminal.write(json)
        }
        guard !keys.isEmpty else {
            return try terminal.write("There are no keys yet. Make one: gatehouse key create --name my-app")
        }
        let now = terminal.clock.now()
        let rows = keys.map { key in
            [
                key.id.description, Self.state(key, at: now), key.role.rawValue, key.createdAt.description,
                key.expiresAt?.description ?? "never",
                key.models.map { $0.joined(separator: ",").printable } ?? "every one",
                key.name.printable,
            ]
        }
        let titles = ["ID", "STATE", "ROLE", "CREATED", "EXPIRES", "MODELS", "NAME"]
        for line in Columns.lines(titles, rows) { try terminal.write(line) }
    }

    private static func state(_ key: VirtualKey, at now: Timestamp) -> String {
        if key.revokedAt != nil { return "revoked" }
        if let expiry = key.expiresAt, now >= expiry { return "expired" }
        return "active"
    }
}
