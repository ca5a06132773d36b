import ArgumentParser
import Audit
import Identity
import Kernel
import Server
import Settings

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make, list and revoke keys.",
        discussion: """
            Works on the database of the configuration, whether the gateway runs or not; one that runs sees a change \
            within half a second.

            EXAMPLE:
              gatehouse key create --name billing
            """,
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRevokeCommand.self])
}

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
        help: ArgumentHelp("What it may do: application calls models, administrator also administers.", valueName: "role"))
    var role = VirtualKey.Role.application

    @Option(help: ArgumentHelp("The models that it may use, by alias. Without it: every one.", valueName: "a,b"))
    var models: String?

    @Option(
        help: ArgumentHelp(
            "From when on it is not accepted, \(Moment.expectation). Without it: never.", valueName: "time"))
    var expires: Moment?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard !self.name.isEmpty, self.name.count <= 200 else { throw ValidationError("a name has 1 to 200 characters") }
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
                throw CommandFailure("`--models` names no model", hint: "leave it out for every model", exitCode: .configuration)
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
                key.expiresAt?.description ?? "never", key.models.map { $0.joined(separator: ",").printable } ?? "every one",
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

extension VirtualKey.Role: ExpressibleByArgument {}
