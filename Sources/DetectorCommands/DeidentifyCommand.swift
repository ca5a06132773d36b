package import ArgumentParser
import Console
import Detection
import Foundation
import Kernel
import Server
import Surrogates

extension Deidentifier.Mode: ExpressibleByArgument {}
extension DocumentDeidentifier.Format: ExpressibleByArgument {}
extension Deidentification.Profile: ExpressibleByArgument {}

package struct DeidentifyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "deidentify", abstract: "Take persons, and what tells who they are, out of files.",
        discussion: """
            Reads text, JSON Lines and comma-separated values of any size, and writes them again with something else in \
            the place of names, addresses, numbers and secrets. Names of fields and the form of a file stay. The same \
            value gets the same surrogate in all files of a run. What was found is reported as counts, never as values. \
            No detector finds everything: look at samples before you give a file away.

            With --map, what stands for what is kept in a file that only --key-file opens, and --restore undoes it.

            EXAMPLE:
              gatehouse deidentify notes.txt
              gatehouse deidentify patients.csv --profile safe-harbor --out clean
              gatehouse deidentify chat.jsonl --mode fake --map chat.map --key-file key --out clean
              gatehouse deidentify clean/chat.jsonl --restore --map chat.map --key-file key

            EXIT CODES: 0 it is done, 1 a file cannot be read or written, 2 the options are wrong.
            """)

    @Argument(help: "The files.")
    var files: [String]

    @Option(help: "What the files are; without it, their names tell.")
    var format: DocumentDeidentifier.Format?

    @Option(
        help:
            "What is left of a value: nothing, stars, a keyed hash, a numbered type, or something made up of its form.")
    var mode = Deidentifier.Mode.surrogate

    @Option(help: "What is taken out: all that --kinds names, or what HIPAA's Safe Harbor rule does.")
    var profile = Deidentification.Profile.everything

    @Option(help: "Kinds of findings or whole families, separated by commas.")
    var kinds = "pii,phi,secret"

    @Option(help: "Names that are less certain than this many percent stay.")
    var confidence = 40

    @Option(help: "The folder for what is written; `-` is standard output.")
    var out = "-"

    @Option(help: "The sealed file that keeps what stands for what.")
    var map: String?

    @Option(help: "The file with the key for --map and for hashes, at least 16 bytes.")
    var keyFile: String?

    @Flag(help: "Put the values back.")
    var restore = false

    @OptionGroup var output: OutputOption

    package init() {}

    package func validate() throws {
        if self.map != nil, self.keyFile == nil {
            throw ValidationError("`--map` needs `--key-file`, whose key seals it")
        }
        if self.restore, self.map == nil { throw ValidationError("`--restore` needs `--map`") }
        if self.map != nil, !self.restore, self.mode != .surrogate, self.mode != .fake {
            throw ValidationError("`--map` goes with the modes surrogate and fake: the others cannot be undone")
        }
        guard (0...100).contains(self.confidence) else { throw ValidationError("`--confidence` is from 0 to 100") }
    }

    package func run() async throws {
        do {
            if self.restore { try self.putBack() } else { try self.takeOut() }
        } catch let failure as Deidentification.Failure {
            throw CommandFailure(failure.description)
        } catch let failure as SurrogateVault.Failure {
            throw CommandFailure(failure.description)
        }
    }

    private var chosenKinds: Set<Finding.Kind> {
        get throws {
            var chosen: Set<Finding.Kind> = []
            for name in self.kinds.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
                if let family = Finding.Family(rawValue: name) {
                    chosen.formUnion(Set<Finding.Kind>.family(family))
                } else if let kind = Finding.Kind(rawValue: name) {
                    chosen.insert(kind)
                } else {
                    throw CommandFailure(
                        "`\(name)` is no kind and no family of findings", hint: "such as pii, secret, pii.person",
                        exitCode: .configuration)
                }
            }
            return chosen
        }
    }

    private var key: [UInt8] {
        get throws {
            guard let keyFile = self.keyFile else {
                // Of this run alone: its hashes cannot be compared with those of another.
                var random = SystemRandomNumberGenerator()
                return (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            guard let key = FileManager.default.contents(atPath: keyFile) else {
                throw CommandFailure("the key file `\(keyFile)` cannot be read")
            }
            guard key.count >= 16 else {
                throw CommandFailure("the key file `\(keyFile)` has \(key.count) bytes, expected at least 16")
            }
            return Array(key)
        }
    }

    private func takeOut() throws {
        let key = try self.key
        var earlier: SurrogateMap?
        if let map = self.map, let sealed = FileManager.default.contents(atPath: map) {
            earlier = try SurrogateVault(secret: key).open(Array(sealed), file: map)
            guard earlier?.style == (self.mode == .fake ? .fake : .tag) else {
                throw CommandFailure("the map `\(map)` was made in another mode than \(self.mode.rawValue)")
            }
        }
        var work = try Deidentification(
            Deidentifier(mode: self.mode, key: key, map: earlier), kinds: try self.chosenKinds, profile: self.profile,
            lowestConfidence: self.confidence)
        var reports: [Deidentification.Report] = []
        for file in self.files {
            let format = self.format ?? Self.format(of: file)
            try self.written(file) { target, write in
                reports.append(try work.run(file, format, output: target, write: write))
            }
        }
        if let map = self.map {
            let sealed = try SurrogateVault(secret: key).seal(work.deidentifier.map)
            try self.keep(sealed, at: map)
        }
        try self.report(reports, work.deidentifier.counts)
    }

    private func putBack() throws {
        guard let path = self.map else { return }
        guard let sealed = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("the map `\(path)` cannot be read")
        }
        let map = try SurrogateVault(secret: try self.key).open(Array(sealed), file: path)
        for file in self.files {
            try self.written(file) { _, write in try Deidentification.restore(file, map, write: write) }
        }
    }

    private static func format(of file: String) -> DocumentDeidentifier.Format {
        switch file.split(separator: ".").last?.lowercased() {
        case "jsonl", "ndjson": .jsonl
        case "csv": .csv
        default: .text
        }
    }

    /// Opens where a file's other form goes to. What was begun and not finished is taken away again.
    private func written(_ file: String, _ body: (String, ([UInt8]) throws -> Void) throws -> Void) throws {
        let terminal = Terminal.current
        guard self.out != "-" else {
            try body("-") { bytes in try terminal.write(bytes) }
            return
        }
        try FileManager.default.createDirectory(atPath: self.out, withIntermediateDirectories: true)
        let target = URL(filePath: self.out).appending(path: URL(filePath: file).lastPathComponent)
        guard target.standardizedFileURL != URL(filePath: file).standardizedFileURL else {
            throw CommandFailure("`\(file)` would be written over itself", hint: "choose another folder with --out")
        }
        let draft = target.path + ".part"
        guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: draft)
        else { throw CommandFailure("`\(target.path)` cannot be written") }
        do {
            try body(target.path) { bytes in try handle.write(contentsOf: Data(bytes)) }
            try handle.close()
            if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
            try FileManager.default.moveItem(atPath: draft, toPath: target.path)
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }

    private func keep(_ bytes: [UInt8], at path: String) throws {
        let draft = path + ".part"
        guard
            FileManager.default.createFile(
                atPath: draft, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("the map `\(path)` cannot be written") }
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: draft, toPath: path)
    }

    /// On standard error where the files themselves go to standard output.
    private func report(_ reports: [Deidentification.Report], _ counts: [String: Int]) throws {
        let terminal = Terminal.current
        func say(_ line: String) throws {
            if self.out == "-" { terminal.complain(line) } else { try terminal.write(line) }
        }
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.name("files")
            json.beginArray()
            for report in reports {
                json.beginObject()
                json.member("file", report.file)
                json.member("output", report.output)
                json.member("format", report.format)
                json.member("bytes", report.bytes)
                json.member("records", report.records)
                json.write(counts: report.counts)
                json.endObject()
            }
            json.endArray()
            json.write(counts: counts)
            json.endObject()
            return try say(String(decoding: json.bytes, as: UTF8.self))
        }
        for report in reports {
            let total = report.counts.values.reduce(0, +)
            try say("\(report.file): \(total) found in \(report.bytes) bytes (\(report.format))")
            for (kind, count) in report.counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                try say("  \(kind): \(count)")
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(counts: [String: Int]) {
        self.name("counts")
        self.beginObject()
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
            self.name(kind)
            self.integer(count)
        }
        self.endObject()
    }
}
