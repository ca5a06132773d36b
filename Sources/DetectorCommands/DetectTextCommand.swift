import ArgumentParser
import Console
import Detection
import Entities
import Foundation
import Injection
import Kernel
import RuleFiles
import Screening

struct DetectTextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Show what is found in a text, where, how sure, and why.",
        discussion: """
            Every detector looks, whatever the configuration asks for; nothing is sent anywhere and nothing is kept. A file \
            is read where there is one of that name.

            EXAMPLE:
              gatehouse detect "write to ann@example.org"
              gatehouse detect --channel tool_result page.html
              cat mail.txt | gatehouse detect - --explain-views --json

            EXIT CODES: 0 nothing was found; 3 something was; 1 and 2 as everywhere.
            """)

    @Argument(help: ArgumentHelp("A text, a file, or - for standard input.", valueName: "text"))
    var input: String

    @Option(
        help: ArgumentHelp(
            "Who speaks: user, system, assistant, tool_result, tool_definition, tool_arguments, document or memory.",
            valueName: "channel"))
    var channel = "user"

    @Option(help: ArgumentHelp("Rules of your own besides, in gitleaks' form.", valueName: "path"))
    var rules: String?

    @Flag(name: .customLong("explain-views"), help: "Also show every way that the text can be read.")
    var explainsViews = false

    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let channel = TextChannel(rawValue: self.channel) else {
            throw CommandFailure(
                "`\(self.channel.printable)` is no channel",
                hint: "one of \(TextChannel.allCases.map(\.rawValue).joined(separator: ", "))", exitCode: .configuration
            )
        }
        let text = try DetectorFiles.text(self.input)
        // The library takes a second to be ready, and finds the same.
        let screen = try Self.screen(rules: self.rules, engine: text.count < 1 << 20 ? .swift : .preferred)
        let segments = [ScreenedSegment(channel: channel, range: 0..<text.count)]
        guard let found = screen.explain(text.span, segments, with: ScreenScratch()) else {
            throw CommandFailure("the text could not be scanned")
        }
        let views = self.explainsViews ? ShownReading.all(of: text.span) : ShownReading.All()
        let terminal = Terminal.current
        if self.output.isJSON {
            try terminal.write(Self.json(text, found, views, withViews: self.explainsViews))
        } else {
            var picture = FindingPicture(terminal: terminal)
            for line in picture.lines(text, found) { try terminal.write(line) }
            if self.explainsViews {
                for line in picture.lines(of: views) { try terminal.write(line) }
            }
        }
        if !found.isEmpty { throw CommandFailure.alreadyReported(ExitCode(3)) }
    }

    /// Everything that there is.
    static func screen(rules path: String?, engine: PatternEngine) throws -> Screen {
        do {
            var rules: [RuleDatabase] = []
            if let path {
                let text = String(decoding: try DetectorFiles.bytes(path), as: UTF8.self)
                rules = [try RuleDatabase(try RuleFile.rules(text, file: path), file: path)]
            }
            return try Screen.complete(
                injections: try InjectionDetector.embedded(), names: try EntityRecogniser.embedded(), rules: rules,
                engine: engine)
        } catch let error as RuleFileError {
            throw CommandFailure("\(error)", exitCode: .configuration)
        }
    }

    private static func json(
        _ text: [UInt8], _ found: [ScreenedFinding], _ views: ShownReading.All, withViews: Bool
    ) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("bytes", text.count)
        json.name("findings")
        json.beginArray()
        for each in found {
            let finding = each.finding
            json.beginObject()
            json.member("kind", finding.kind.rawValue)
            json.member("start", finding.span.lowerBound)
            json.member("end", finding.span.upperBound)
            json.member("confidence", Int(finding.confidence.percent))
            json.member("severity", "\(finding.severity)")
            json.member("detector", finding.detector.description)
            if let reading = each.reading { json.member("reading", reading) }
            json.endObject()
        }
        json.endArray()
        if withViews {
            for (name, list) in [("views", views.readings), ("segments", views.segments)] {
                json.name(name)
                json.beginArray()
                for view in list {
                    json.beginObject()
                    json.member("kind", view.kind)
                    json.member("depth", view.depth)
                    json.member("start", view.range.lowerBound)
                    json.member("end", view.range.upperBound)
                    json.member("text", String(decoding: view.text, as: UTF8.self))
                    json.endObject()
                }
                json.endArray()
            }
        }
        json.endObject()
        return json
    }
}

/// Findings as a person sees them: the lines that they stand in, underlined, and a list of what they are.
struct FindingPicture {
    let terminal: Terminal
    /// A longer line is shown around its findings only.
    private static let widest = 100

    init(terminal: Terminal) { self.terminal = terminal }

    mutating func lines(_ text: [UInt8], _ found: [ScreenedFinding]) -> [String] {
        guard !found.isEmpty else { return ["nothing found in \(text.count) bytes"] }
        var lines: [String] = []
        var start = 0
        var number = 1
        while start <= text.count {
            let end = text[start...].firstIndex(of: 0x0A) ?? text.count
            let inside = found.filter {
                $0.finding.span.lowerBound < max(end, start + 1) && $0.finding.span.upperBound > start
            }
            if !inside.isEmpty { lines += self.line(text, start..<end, number, inside) }
            start = end + 1
            number += 1
        }
        lines.append("")
        let names = found.map { $0.finding.kind.rawValue }
        let width = names.map(\.count).max() ?? 0
        for (each, name) in zip(found, names) {
            let finding = each.finding
            let place = "\(finding.span.lowerBound)–\(finding.span.upperBound)"
            let sure = "\(finding.confidence.percent) %"
            let kind = self.terminal.paint(name, finding.severity >= .high ? .red : .yellow)
            lines.append(
                "  \(kind)\(String(repeating: " ", count: width - name.count))  \(Self.padded(sure, 5))  \(Self.padded(place, 11))  "
                    + Self.reason(each))
        }
        return lines
    }

    mutating func lines(of views: ShownReading.All) -> [String] {
        var lines = ["", views.readings.isEmpty ? "the text reads in no other way" : "other ways to read it:"]
        lines += views.readings.map(self.line(of:))
        if views.isCut { lines.append("  there may be more: the limits of what is undone were reached") }
        if !views.segments.isEmpty {
            lines += ["", "parts that stand apart, each judged by itself:"] + views.segments.map(self.line(of:))
        }
        return lines
    }

    private func line(of view: ShownReading) -> String {
        let text = Self.shown(view.text.prefix(160), 0..<min(view.text.count, 160))
        return "  \(self.terminal.paint(view.kind, .bold)) (bytes \(view.range.lowerBound)–\(view.range.upperBound)"
            + "\(view.depth > 0 ? ", depth \(view.depth)" : "")): \(text)\(view.text.count > 160 ? "…" : "")"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func reason(_ each: ScreenedFinding) -> String {
        guard let reading = each.reading else { return "\(each.finding.detector.name)" }
        if reading == "learned" { return "the learned detector, in the text as it is" }
        let excerpt = Self.shown(each.excerpt[...], 0..<each.excerpt.count)
        if each.isApart {
            return "in a part by itself, \(reading)\(excerpt.isEmpty ? "" : ": “\(excerpt)”")"
        }
        return "read as \(reading)\(excerpt.isEmpty ? "" : ": “\(excerpt)”")"
    }

    private func line(
        _ text: [UInt8], _ range: Range<Int>, _ number: Int, _ found: [ScreenedFinding]
    ) -> [String] {
        var shown = range
        if range.count > Self.widest, let first = found.first {
            let from = max(range.lowerBound, first.finding.span.lowerBound - 24)
            shown = from..<min(range.upperBound, from + Self.widest)
        }
        let label = Self.padded("\(number)", 4)
        var marks = ""
        var content = ""
        var offset = shown.lowerBound
        while offset < shown.upperBound {
            var end = offset + 1
            while end < shown.upperBound, text[end] & 0xC0 == 0x80 { end += 1 }
            let character = Self.shown(text[offset..<end], offset..<end)
            content += character
            let isFound = found.contains { $0.finding.span.overlaps(offset..<end) }
            marks += String(repeating: isFound ? "^" : " ", count: max(1, character.count))
            offset = end
        }
        while marks.hasSuffix(" ") { marks.removeLast() }
        return [
            "\(self.terminal.paint(label, .faint))\(shown.lowerBound > range.lowerBound ? "…" : " ")\(content)",
            "     \(self.terminal.paint(marks, .red))",
        ]
    }

    /// Bytes as a terminal may show them: nothing that moves the cursor or hides.
    private static func shown(_ bytes: some Collection<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar == "\t" || scalar == "\n" ? " " : "·"
            case .format, .nonspacingMark, .privateUse, .surrogate, .unassigned: "·"
            default: String(Character(scalar))
            }
        }.joined()
    }
}
