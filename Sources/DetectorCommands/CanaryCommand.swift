package import ArgumentParser
import Console
import Detection
import Foundation
import Kernel
import RuleFiles
import Screening

package struct CanaryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "canary", abstract: "Marks that show when what a model was told gets out.",
        discussion: """
            A mark is put into a system prompt or a document and is looked for in everything else, in any encoding. Marks \
            are kept in a file that stands under `detectors.canary_files` in the configuration.

            EXAMPLE:
              gatehouse canary issue assistant
              gatehouse canary rotate assistant --grace 30d
              gatehouse canary check answer.txt
            """,
        subcommands: [
            CanaryIssueCommand.self, CanaryListCommand.self, CanaryRotateCommand.self, CanaryCheckCommand.self,
        ])

    package init() {}
}

struct CanaryFile: ParsableArguments {
    @Option(name: .customLong("file"), help: ArgumentHelp("The file that marks are kept in.", valueName: "path"))
    var path = "canaries.txt"

    func read() throws -> CanaryBook {
        guard DetectorFiles.exists(self.path) else { return CanaryBook() }
        let text = String(decoding: try DetectorFiles.bytes(self.path), as: UTF8.self)
        do throws(RuleFileError) { return try CanaryBook(text, file: self.path) } catch {
            throw CommandFailure("\(error)", exitCode: .configuration)
        }
    }

    static var randomness: [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    func keep(_ book: CanaryBook, _ entry: CanaryBook.Entry, isJSON: Bool) throws {
        try DetectorFiles.write(Array(book.text.utf8), self.path)
        guard isJSON else {
            let lines = [
                entry.canary.text, "",
                "Put it where only the model reads it, on a line of its own. It is looked for with", "", "  detectors:",
                "    canary_files: [\(self.path)]",
            ]
            for line in lines { try Terminal.current.write(line) }
            return
        }
        var json = JSONWriter()
        CanaryListCommand.write(entry, to: &json)
        try Terminal.current.write(json)
    }
}

struct CanaryIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Make a mark, keep it and show it.",
        discussion: """
            EXAMPLE:
              gatehouse canary issue assistant
            """)

    @Argument(help: "What the mark is put into, one word.")
    var name: String

    @OptionGroup var file: CanaryFile
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard CanaryBook.isName(self.name) else {
            throw CommandFailure("`\(self.name.printable)` is no name of one word", exitCode: .configuration)
        }
        var book = try self.file.read()
        let made = book.issue(self.name, randomness: CanaryFile.randomness, at: Terminal.current.clock.now())
        guard let made else {
            throw CommandFailure(
                "`\(self.name.printable)` has a mark", hint: "replace it with `gatehouse canary rotate \(self.name)`")
        }
        try self.file.keep(book, made, isJSON: self.output.isJSON)
    }
}

struct CanaryRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace a mark; the old one is looked for a while longer.",
        discussion: """
            EXAMPLE:
              gatehouse canary rotate assistant --grace 30d
            """)

    @Argument(help: "What the mark is put into.")
    var name: String

    @Option(help: ArgumentHelp("How long the old mark is looked for: \(Moment.examples).", valueName: "time"))
    var grace = Moment.distance(.seconds(30 * 86400))

    @OptionGroup var file: CanaryFile
    @OptionGroup var output: OutputOption

    func run() async throws {
        let now = Terminal.current.clock.now()
        var book = try self.file.read()
        let end = self.grace.ahead(of: now)
        guard let made = book.rotate(self.name, randomness: CanaryFile.randomness, at: now, until: end) else {
            throw CommandFailure(
                "`\(self.name.printable)` has no mark", hint: "make one with `gatehouse canary issue \(self.name)`")
        }
        try self.file.keep(book, made, isJSON: self.output.isJSON)
    }
}

struct CanaryListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All marks, and until when they are looked for.",
        discussion: """
            EXAMPLE:
              gatehouse canary list --json
            """)

    @OptionGroup var file: CanaryFile
    @OptionGroup var output: OutputOption

    func run() async throws {
        let (book, now) = (try self.file.read(), Terminal.current.clock.now())
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginArray()
            for entry in book.entries { Self.write(entry, to: &json) }
            json.endArray()
            return try Terminal.current.write(json)
        }
        let rows = book.entries.map { entry in
            [
                entry.name, entry.canary.text, "\(entry.issuedAt)",
                entry.until.map { entry.counts(at: now) ? "until \($0)" : "no more" } ?? "in use",
            ]
        }
        for line in Columns.lines(["NAME", "MARK", "ISSUED", "LOOKED FOR"], rows) { try Terminal.current.write(line) }
    }

    static func write(_ entry: CanaryBook.Entry, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", entry.name)
        json.member("mark", entry.canary.text)
        json.member("issued_at", "\(entry.issuedAt)")
        json.member("until", ifPresent: entry.until.map { "\($0)" })
        json.endObject()
    }
}

struct CanaryCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look for marks in a text, in every encoding.",
        discussion: """
            EXAMPLE:
              gatehouse canary check answer.txt
              curl -s https://example.com | gatehouse canary check -

            EXIT CODES: 0 no mark was found; 3 one was; 1 and 2 as everywhere.
            """)

    @Argument(help: ArgumentHelp("A text, a file, or - for standard input.", valueName: "text"))
    var input: String

    @OptionGroup var file: CanaryFile
    @OptionGroup var output: OutputOption

    func run() async throws {
        let text = try DetectorFiles.text(self.input)
        let found = try self.file.read().sightings(in: text.span)
        if self.output.isJSON {
            var json = JSONWriter()
            json.beginArray()
            for sighting in found {
                json.beginObject()
                json.member("name", sighting.entry.name)
                json.member("start", sighting.span.lowerBound)
                json.member("end", sighting.span.upperBound)
                json.member("reading", ifPresent: sighting.reading)
                json.endObject()
            }
            json.endArray()
            try Terminal.current.write(json)
        } else {
            for sighting in found {
                try Terminal.current.write(
                    "\(sighting.entry.name)  bytes \(sighting.span.lowerBound)–\(sighting.span.upperBound)"
                        + (sighting.reading.map { ", read as \($0)" } ?? ""))
            }
            if found.isEmpty { try Terminal.current.write("no mark in \(text.count) bytes") }
        }
        if !found.isEmpty { throw CommandFailure.alreadyReported(ExitCode(3)) }
    }
}
