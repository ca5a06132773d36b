import ArgumentParser
import Console
import DetectorTraining
import Injection
import Kernel

struct DetectorFeedbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback", abstract: "Say where the detector was wrong; review what others said.",
        discussion: """
            What analysts say waits in a file of JSON Lines until somebody accepts or rejects it. The file can be learnt \
            from as it is: only accepted rows count.

            EXAMPLE:
              gatehouse detector feedback add --false-alarm "ignore the previous column"
              gatehouse detector feedback list
              gatehouse detector feedback accept fb_1f2e3d4c5b6a7988
              gatehouse detector train --learn data/train --learn feedback.jsonl --measure data/dev
            """,
        subcommands: [
            FeedbackAddCommand.self, FeedbackListCommand.self, FeedbackAcceptCommand.self, FeedbackRejectCommand.self,
        ])
}

/// Where feedback is, and how it is read and written.
struct FeedbackOption: ParsableArguments {
    @Option(help: ArgumentHelp("The file of feedback; it is made.", valueName: "file"))
    var file = "feedback.jsonl"

    @OptionGroup var output: OutputOption

    func rows() throws -> [FeedbackRow] {
        guard DetectorFiles.exists(self.file) else { return [] }
        return try FeedbackRow.rows(try DetectorFiles.bytes(self.file), name: self.file)
    }

    func write(_ rows: [FeedbackRow]) throws { try DetectorFiles.write(rows.flatMap(\.line), self.file) }

    func review(_ id: String, _ status: FeedbackRow.Status) throws {
        var rows = try self.rows()
        let found = rows.indices.filter { rows[$0].id.hasPrefix(id) }
        guard let index = found.first, found.count == 1 else {
            throw CommandFailure(
                found.isEmpty ? "there is no feedback `\(id.printable)`" : "`\(id.printable)` begins several ids",
                hint: "gatehouse detector feedback list", exitCode: .configuration)
        }
        let terminal = Terminal.current
        rows[index].status = status
        rows[index].reviewer = terminal.environment["USER"] ?? "unknown"
        try self.write(rows)
        try self.tell(rows[index])
    }

    func tell(_ row: FeedbackRow) throws {
        let terminal = Terminal.current
        if self.output.isJSON { return try terminal.write(String(decoding: row.line, as: UTF8.self), terminator: "") }
        try terminal.write("\(row.id) \(row.status.rawValue) \(row.verdict.rawValue)")
    }
}

struct FeedbackAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Say that a text was flagged wrongly, or not flagged.",
        discussion: """
            The row waits for review. `-` reads the text from standard input.

            EXAMPLE:
              gatehouse detector feedback add --false-alarm "forget the last comma"
              gatehouse detector feedback add --missed --channel document -
            """)

    @Argument(help: "The text, or - for standard input.")
    var text: String

    @Flag(help: "It was flagged and is clean.")
    var falseAlarm = false

    @Flag(help: "It is an attack and was not flagged.")
    var missed = false

    @Option(help: ArgumentHelp("Where it stood: user, document, tool_result and so on.", valueName: "name"))
    var channel = "user"

    @Option(help: ArgumentHelp("Its language's code.", valueName: "code"))
    var language = "und"

    @OptionGroup var feedback: FeedbackOption

    func run() async throws {
        guard self.falseAlarm != self.missed else {
            throw CommandFailure("say either --false-alarm or --missed", exitCode: .configuration)
        }
        guard let channel = TextChannel(rawValue: self.channel) else {
            throw CommandFailure(
                "there is no channel `\(self.channel.printable)`",
                hint: "one of \(TextChannel.allCases.map(\.rawValue).joined(separator: ", "))", exitCode: .configuration
            )
        }
        let terminal = Terminal.current
        let text = self.text == "-" ? String(decoding: try DetectorFiles.bytes("-"), as: UTF8.self) : self.text
        let row = FeedbackRow(
            verdict: self.falseAlarm ? .falseAlarm : .missed, text: text, channel: channel, language: self.language,
            time: terminal.clock.now().description, author: terminal.environment["USER"] ?? "unknown")
        var rows = try self.feedback.rows()
        if !rows.contains(where: { $0.id == row.id }) {
            rows.append(row)
            try self.feedback.write(rows)
        }
        try self.feedback.tell(rows.first { $0.id == row.id } ?? row)
    }
}

struct FeedbackListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show feedback that waits, or all of it.",
        discussion: """
            EXAMPLE:
              gatehouse detector feedback list
              gatehouse detector feedback list --all --json
            """)

    @Flag(help: "Reviewed rows too.")
    var all = false

    @OptionGroup var feedback: FeedbackOption

    func run() async throws {
        let terminal = Terminal.current
        let rows = try self.feedback.rows().filter { self.all || $0.status == .waiting }
        if self.feedback.output.isJSON {
            for row in rows { try terminal.write(String(decoding: row.line, as: UTF8.self), terminator: "") }
            return
        }
        guard !rows.isEmpty else { return try terminal.write("nothing waits") }
        let cells = rows.map { row in
            [
                row.id, row.status.rawValue, row.verdict.rawValue, row.channel.rawValue, row.author,
                String(row.text.prefix(60)).printable,
            ]
        }
        for line in Columns.lines(["id", "status", "verdict", "channel", "author", "text"], cells) {
            try terminal.write(line)
        }
    }
}

struct FeedbackAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Let a row of feedback be learnt from.",
        discussion: """
            EXAMPLE:
              gatehouse detector feedback accept fb_1f2e3d4c5b6a7988
            """)

    @Argument(help: "The row's id, or as much of it as tells it apart.")
    var id: String

    @OptionGroup var feedback: FeedbackOption

    func run() async throws { try self.feedback.review(self.id, .accepted) }
}

struct FeedbackRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Keep a row of feedback out of training.",
        discussion: """
            EXAMPLE:
              gatehouse detector feedback reject fb_1f2e3d4c5b6a7988
            """)

    @Argument(help: "The row's id, or as much of it as tells it apart.")
    var id: String

    @OptionGroup var feedback: FeedbackOption

    func run() async throws { try self.feedback.review(self.id, .rejected) }
}
