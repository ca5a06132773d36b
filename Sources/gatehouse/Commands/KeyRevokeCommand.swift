import ArgumentParser
import Audit
import Console
import Identity
import Kernel
import Server

struct KeyRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a key back, for good.",
        discussion: """
            A gateway that runs refuses it within half a second. That it was revoked is an event.

            EXAMPLE:
              gatehouse key revoke key_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Argument(help: ArgumentHelp("The key's id, as `key list` shows it; not the key itself.", valueName: "id"))
    var id: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let id = Identifier<VirtualKey>(self.id) else {
            // It may be the key itself, which is not to be repeated.
            throw CommandFailure(
                "that is no id of a key: it has `key_` and 26 characters", hint: "gatehouse key list shows the ids",
                exitCode: .configuration)
        }
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        let time = terminal.clock.now()
        let key: VirtualKey
        do throws(StoreError) { key = try await desk.stores.keys.revoke(id, at: time, desk.context()) } catch {
            guard error.code == .notFound else { throw error }
            throw CommandFailure("there is no key `\(id)`", hint: "gatehouse key list shows those that there are")
        }
        do throws(StoreError) { try desk.remember(.keyRevoked(key: id.description)) } catch {
            throw CommandFailure("the key is revoked, but the event of it could not be recorded: \(error)")
        }
        guard !self.output.isJSON else {
            var json = JSONWriter()
            KeyDescription.write(key, to: &json)
            return try terminal.write(json)
        }
        try terminal.write("revoked \(id) `\(key.name.printable)`")
    }
}
