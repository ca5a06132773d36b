import ArgumentParser
import Audit
import Console
import Identity
import Kernel
import Server
import Settings

struct KeyCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key and show it, once.",
        discussion: """
            Only a hash of the key is kept, so nobody can show it again. That it was made is an event.

            EXAMPLE:
              gatehouse key create --name billing --models gpt-4o-mini --expires 90d
              gatehouse key create --name operations --role administrator
            """)

    @Option(help: ArgumentHelp("What people call it: 1 to 200 characters.", valueName: "text"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "What it may do: application calls models, administrator also administers.", valueName: "role"))
    var role = VirtualKey.Role.application

    @Option(help: ArgumentHelp("The models that it may use, by alias. Without it: every one.", valueName: "a,b"))
    var models: String?

    @Option(
        help: ArgumentHelp(
            "From when on it is not accepted: \(Moment.examples). Without it: never.", valueName: "time"))
    var expires: Moment?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard !self.name.isEmpty, self.name.count <= 200 else {
            throw ValidationError("a name has 1 to 200 characters")
        }
    }

    func run() async throws {
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        let order = try self.order(desk.settings, terminal)
        let made = try await KeyIssue(store: desk.stores.keys, clock: terminal.clock).create(order, desk.context())
        do throws(StoreError) { try desk.remember(.keyCreated(key: made.key.id.description)) } catch {
            // What cannot be remembered shall not be.
            _ = try await desk.stores.keys.revoke(made.key.id, at: terminal.clock.now(), desk.context())
            throw CommandFailure("the event could not be recorded, so the key was revoked again: \(error)")
        }
        guard !self.output.isJSON else {
            var json = JSONWriter()
            KeyDescription.write(made.key, secret: made.secret, to: &json)
            return try terminal.write(json)
        }
        try terminal.write(
            """
            \(terminal.paint(made.secret.reveal(), .bold))

            This is the key `\(made.key.name.printable)`. It will not be shown again: only its hash is kept.
              id       \(made.key.id)
              role     \(made.key.role.rawValue)
              models   \(made.key.models.map { $0.joined(separator: ", ") } ?? "every one")
              expires  \(made.key.expiresAt?.description ?? "never")
            """)
    }

    private func order(_ settings: Settings, _ terminal: Terminal) throws -> KeyOrder {
        var order = KeyOrder(name: self.name)
        order.role = self.role
        if let models = self.models {
            let aliases = models.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
            guard !aliases.isEmpty else {
                throw CommandFailure(
                    "`--models` names no model", hint: "leave it out for every model", exitCode: .configuration)
            }
            order.models = aliases
            for alias in aliases where !settings.models.contains(where: { $0.name == alias }) {
                terminal.warn("there is no model `\(alias.printable)` in the configuration yet")
            }
        }
        if let expires = self.expires {
            let now = terminal.clock.now()
            let time = expires.ahead(of: now)
            guard time > now else {
                throw CommandFailure("`--expires` lies in the past: \(time)", exitCode: .configuration)
            }
            order.expiresAt = time
        }
        return order
    }
}

extension VirtualKey.Role: ExpressibleByArgument {}
