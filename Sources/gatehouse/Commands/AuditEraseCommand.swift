import ArgumentParser
import Audit
import Console
import Kernel
import Server

struct AuditEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Forget a person: destroy the keys of what is sealed about them.",
        discussion: """
            The log stays as it is and still verifies; what is sealed about the person can no longer be read by anybody, and \
            the log says that it was erased, when, and by whose order. Copies of the vault must go as well. A legal hold \
            stands against it: then it is done when the hold is released.

            EXAMPLE:
              gatehouse audit erase key_01kajx2v5n8q3r7t9w0y4z6b1c --reason "request of 12 May"
            """)

    @Argument(help: ArgumentHelp("The id of the key or person, or a pseudonym such as p:…", valueName: "id"))
    var person: String

    @Option(help: ArgumentHelp("By which request.", valueName: "text"))
    var reason: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let pseudonyms = desk.stores.pseudonyms(of: self.person)
        guard !pseudonyms.isEmpty else {
            throw CommandFailure("nothing is known of `\(self.person.printable)`, or it is erased already")
        }
        for pseudonym in pseudonyms {
            let order = try await desk.custody.erase(
                .person(pseudonym: pseudonym), reason: self.reason, by: desk.principal, at: desk.now)
            try Self.tell(order, isJSON: self.output.isJSON)
        }
    }

    private static func tell(_ order: ErasureOrder, isJSON: Bool) throws {
        guard !isJSON else {
            var json = JSONWriter()
            CustodyDescription.write(order, to: &json)
            return try Terminal.current.write(json)
        }
        try Terminal.current.write("\(order.id) \(order.resource.printable) \(order.state.rawValue)")
    }
}

struct AuditHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep what the law wants kept: nothing that a hold covers is erased.",
        discussion: """
            EXAMPLE:
              gatehouse audit hold place --matter "case 7"
            """,
        subcommands: [AuditHoldPlaceCommand.self, AuditHoldReleaseCommand.self, AuditHoldListCommand.self])
}

extension LegalHold {
    /// Says what became of it, for people or for programs.
    fileprivate func tell(_ words: String, isJSON: Bool) throws {
        guard isJSON else { return try Terminal.current.write(words) }
        var json = JSONWriter()
        CustodyDescription.write(self, to: &json)
        try Terminal.current.write(json)
    }
}

struct AuditHoldPlaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place", abstract: "Place a hold over what is known of a person, or of everybody.",
        discussion: """
            EXAMPLE:
              gatehouse audit hold place --matter "case 7" --person key_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var matter: String

    @Option(help: ArgumentHelp("The id of a key or person, or a pseudonym. Without it: everybody.", valueName: "id"))
    var person: String?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let pseudonyms = self.person.map { desk.stores.pseudonyms(of: $0) }
        if let pseudonyms, pseudonyms.count != 1 {
            throw CommandFailure(
                "`\((self.person ?? "").printable)` is nobody of whom something is known",
                hint: "a pseudonym such as p:… is taken too")
        }
        let hold = try await desk.custody.hold(
            self.matter, subject: pseudonyms?.first, by: desk.principal, at: desk.now)
        try hold.tell("placed \(hold.id)", isJSON: self.output.isJSON)
    }
}

struct AuditHoldReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Ask for a hold's release; the second person who does releases it.",
        discussion: """
            EXAMPLE:
              gatehouse audit hold release hold_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Argument(help: ArgumentHelp("The hold's id, as `audit hold list` shows it.", valueName: "id"))
    var id: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let id = Identifier<LegalHold>(self.id) else {
            throw CommandFailure(
                "`\(self.id.printable)` is no id of a hold: it has `hold_` and 26 characters",
                hint: "gatehouse audit hold list shows the ids", exitCode: .configuration)
        }
        let desk = try Operator(self.configuration)
        let hold = try await desk.custody.release(id, by: desk.principal, at: desk.now)
        try hold.tell(
            hold.isInForce ? "asked: somebody else must ask too" : "released \(hold.id)", isJSON: self.output.isJSON)
    }
}

struct AuditHoldListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show all holds, those that were released too.",
        discussion: """
            EXAMPLE:
              gatehouse audit hold list
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let holds = try desk.stores.vault.holds()
        for hold in holds {
            var json = JSONWriter()
            CustodyDescription.write(hold, to: &json)
            if self.output.isJSON {
                try Terminal.current.write(json)
            } else {
                let state =
                    hold.isInForce ? (hold.releaseRequestedBy == nil ? "in force" : "release asked") : "released"
                try Terminal.current.write(
                    "\(hold.id) \(state) \(hold.subject ?? "everybody") \(hold.matter.printable)")
            }
        }
        if holds.isEmpty, !self.output.isJSON { try Terminal.current.write("There are no holds.") }
    }
}
