import ArgumentParser
import Audit
import Console
import Kernel
import Policy
import Server
import Settings

struct PolicyActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Put policies in force.",
        discussion: """
            They are checked as `gatehouse policy check` does, kept under their hash, and put in force; a gateway that \
            runs follows within a second. Policies that do not pass leave those that run in force. Where the \
            configuration asks for the approval of others, the first call proposes them, and one after the approval puts \
            them in force.

            EXAMPLE:
              gatehouse policy activate policies
              gatehouse policy activate 3f9a1c07

            EXIT CODES: 0 they are in force; 1 others have to approve first; 2 they do not pass.
            """)

    @Argument(help: PolicySource.help)
    var policies = PolicySource.usual

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let bundle = try await PolicyBundle(self.policies.files(self.configuration))
        let known = try await desk.stores.bundles.bundles(desk.context()).contains { $0.hash == bundle.hash }
        let stored = try await desk.stores.bundles.propose(bundle, at: desk.now, desk.context())
        if !known { try desk.remember(.policiesProposed(bundle: bundle.hash)) }
        let needed = desk.settings.policies.approvals
        guard stored.approvals.count >= needed else {
            throw CommandFailure(
                "the policies \(bundle.hash.prefix(12)) are proposed; \(needed - stored.approvals.count) more have to approve",
                hint: "somebody else runs: gatehouse policy approve \(bundle.hash.prefix(12))")
        }
        let activation = try await desk.stores.bundles.activate(
            bundle.hash, approvals: needed, at: desk.now, desk.context()
        ) { hash in try desk.remember(.policiesActivated(bundle: hash)) }
        try Terminal.current.write(activation, self.output)
    }
}

struct PolicyApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Agree to policies that somebody else has proposed.",
        discussion: """
            EXAMPLE:
              gatehouse policy diff active 3f9a1c07
              gatehouse policy approve 3f9a1c07
            """)

    @Argument(help: ArgumentHelp("The bundle's hash, at least eight digits of it.", valueName: "hash"))
    var bundle: PolicySource

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard self.bundle.isHash else { throw ValidationError("`\(self.bundle.text)` is no hash of a bundle") }
    }

    func run() async throws {
        let desk = try Operator(self.configuration)
        let hash = try await self.bundle.hash(desk)
        let stored = try await desk.stores.bundles.approve(hash, at: desk.now, desk.context())
        try desk.remember(.policiesApproved(bundle: hash))
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.write(stored, isActive: false)
            return try terminal.write(json)
        }
        try terminal.write(
            "approved \(hash.prefix(12)), which now has \(stored.approvals.count) of \(desk.settings.policies.approvals)"
        )
    }
}

struct PolicyRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Put the policies in force again that were in force before.",
        discussion: """
            It needs no approval: those policies had it. Rolling back twice leads to where one began.

            EXAMPLE:
              gatehouse policy rollback
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let activation = try await desk.stores.bundles.rollBack(at: desk.now, desk.context()) { hash in
            try desk.remember(.policiesActivated(bundle: hash))
        }
        try Terminal.current.write(activation, self.output)
    }
}

struct PolicyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the bundles of policies, the last proposed first.",
        discussion: """
            EXAMPLE:
              gatehouse policy list
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let bundles = try await desk.stores.bundles.bundles(desk.context())
        let active = try await desk.stores.bundles.activations(desk.context()).first?.hash
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.name("bundles")
            json.beginArray()
            for bundle in bundles { json.write(bundle, isActive: bundle.hash == active) }
            json.endArray()
            json.endObject()
            return try terminal.write(json)
        }
        guard !bundles.isEmpty else {
            return try terminal.write(
                "The policies that come with Gatehouse are in force. Write your own: gatehouse policy init")
        }
        let rows = bundles.map { bundle in
            [
                String(bundle.hash.prefix(12)), bundle.hash == active ? "in force" : "", "\(bundle.policies)",
                bundle.proposedAt.description, bundle.proposedBy.id.printable,
                bundle.approvals.map { $0.by.id.printable }.joined(separator: ", "),
            ]
        }
        for line in Columns.lines(["HASH", "STATE", "POLICIES", "PROPOSED", "BY", "APPROVED BY"], rows) {
            try terminal.write(line)
        }
    }
}

extension Terminal {
    fileprivate func write(_ activation: Activation, _ output: OutputOption) throws {
        guard !output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("hash", activation.hash)
            json.member("sequence", activation.sequence)
            json.member("time", activation.at.description)
            json.endObject()
            return try self.write(json)
        }
        try self.write(self.paint("in force: \(activation.hash)", .green))
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ bundle: StoredBundle, isActive: Bool) {
        self.beginObject()
        self.member("hash", bundle.hash)
        self.member("active", isActive)
        self.member("policies", bundle.policies)
        self.member("proposed_by", bundle.proposedBy.id)
        self.member("proposed_at", bundle.proposedAt.description)
        self.name("approvals")
        self.beginArray()
        for approval in bundle.approvals {
            self.beginObject()
            self.member("by", approval.by.id)
            self.member("at", approval.at.description)
            self.endObject()
        }
        self.endArray()
        self.endObject()
    }
}
