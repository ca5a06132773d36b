import ArgumentParser
import Console
import Foundation
import Kernel
import Server
import Settings
import Verification

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say whether a log holds, and where it does not.",
        discussion: """
            Looks at the log of the configuration, at another database, at a log that is served, or at an exported bundle; \
            of all but the first it needs nothing of the gateway, neither its configuration nor the network. Each problem \
            is named with its place: a leaf, a tile, a checkpoint, a payload.

            EXAMPLE:
              gatehouse audit verify                                              the log of gatehouse.yaml
              gatehouse audit verify --bundle bundle.tar --policy trust.policy    what an auditor was given
              gatehouse audit verify --url https://gw.example.com/log --key-from ADMIN_KEY --policy trust.policy
              gatehouse audit verify --since last-year.checkpoint                 nothing was rewritten since

            EXIT CODES: 0 everything holds; 2 something was changed; 3 nothing contradicts, but something that is needed is \
            missing; 4 everything holds together, but nobody outside vouches for it; 1 it could not be looked at.
            """)

    @Option(name: .customLong("db"), help: ArgumentHelp("The database of a log.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("Where a log is served: the URL above `checkpoint` and `tile/`.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The variable of the environment that holds an administrator's key, without which a gateway does not serve leaves.",
            valueName: "name"))
    var keyFrom: String?

    @Option(help: ArgumentHelp("A bundle: the archive, or the folder it was unpacked into.", valueName: "path"))
    var bundle: String?

    @Option(
        help: ArgumentHelp(
            "Signed JSON Lines, as `audit export --format jsonl --signed` writes them.", valueName: "path"))
    var lines: String?

    @Option(
        help: ArgumentHelp(
            "Whom to believe, as `gatehouse audit policy` prints it. Without it, what the log says of itself.",
            valueName: "path"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "A checkpoint that you kept from earlier or from elsewhere; may be given more than once.",
            valueName: "path"))
    var since: [String] = []

    @Option(help: ArgumentHelp("A tenant who must be in it, complete from the first event.", valueName: "name"))
    var tenant: String?

    @Flag(help: "Open sealed payloads with the keys of the configuration's vault, and check what leaves commit to.")
    var decrypt = false

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard [self.database, self.url, self.bundle, self.lines].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("expected at most one of `--db`, `--url`, `--bundle` and `--lines`")
        }
    }

    func run() async throws {
        if let lines = self.lines {
            return try self.show(Self.verifyLines(lines, self.trustOfLog()), [.leaves, .signatures, .sequences])
        }
        let verifier = try self.verifier()
        try self.show(try await Self.report(of: verifier))
    }

    @inline(never)
    private func verifier() throws -> Verifier {
        let terminal = Terminal.current
        let (source, trust) = try self.sourceAndTrust()
        let opener = self.decrypt ? Auditing.opener(try Operator(self.configuration).stores) : nil
        let notes = try self.since.map { try Self.text($0) }
        let showsProgress = terminal.isErrorColoured
        return Verifier(source, trust: trust, notes: notes, opener: opener) { done, all in
            if showsProgress { terminal.overwrite("\(done) of \(all) leaves") }
        }
    }

    // Apart, and never inlined: the compiler crashes on one function that waits and does all the rest (Swift 6.3.1).
    @inline(never)
    private static func report(of verifier: Verifier) async throws -> VerificationReport {
        let report = try await verifier.run()
        return report
    }

    @inline(never)
    private func show(
        _ verified: VerificationReport, _ points: [VerificationPoint] = VerificationPoint.allCases
    ) throws {
        let terminal = Terminal.current
        if terminal.isErrorColoured { terminal.overwrite("") }
        var report = verified
        if let tenant = self.tenant { report.require(tenant) }
        let printer = VerificationPrinter(terminal)
        if self.output.isJSON { try printer.writeJSON(report) } else { try printer.write(report, points) }
        guard report.verdict == .holds else { throw CommandFailure.alreadyReported(ExitCode(report.verdict.rawValue)) }
    }

    private func sourceAndTrust() throws -> (any VerificationSource, Trust) {
        let trust = try self.policy.map { try Trust(parsing: Self.text($0)) }
        if let path = self.bundle {
            let bundle = try BundleSource(path: path, isFolder: FileManager.default.isFolder(path))
            if let trust { return (bundle, trust) }
            guard let own = try bundle.policy() else { throw Self.noPolicy }
            return (bundle, try Trust(parsing: own, isOwn: true))
        }
        if let url = self.url {
            guard let trust else { throw Self.noPolicy }
            let key = self.keyFrom.flatMap { Terminal.current.environment[$0] }.map { Secret($0) }
            return (Auditing.served(url, token: key), trust)
        }
        if let path = self.database {
            guard let trust else { throw Self.noPolicy }
            return (try Auditing.database(path), trust)
        }
        let settings = try self.configuration.settings()
        let own = try trust ?? Trust(parsing: Auditing.policy(settings).text, isOwn: true)
        return (try Auditing.log(of: settings, environment: Terminal.current.environment), own)
    }

    /// The policy that was given, or what the configuration's log says of itself.
    private func trustOfLog() throws -> Trust {
        if let path = self.policy { return try Trust(parsing: Self.text(path)) }
        return try Trust(parsing: Auditing.policy(self.configuration.settings()).text, isOwn: true)
    }

    private static let noPolicy = CommandFailure(
        "there is no policy that says whom to believe",
        hint: "--policy trust.policy, as `gatehouse audit policy` prints it",
        exitCode: .configuration)

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else {
            throw CommandFailure("`\(path)` cannot be read", exitCode: .configuration)
        }
        return String(decoding: data, as: UTF8.self)
    }
}
