package import Injection
import Kernel
package import TrainingTexts

/// What an analyst says about a text that a detector judged: a labelled row that waits until somebody else reviews it.
package struct FeedbackRow: Sendable, Hashable {
    /// What was wrong.
    package enum Verdict: String, Sendable, CaseIterable {
        /// The text was flagged and is clean.
        case falseAlarm = "false_alarm"
        /// The text is an attack and was not flagged.
        case missed

        /// The label that the text gets when the row is accepted.
        package var label: String { self == .falseAlarm ? "benign" : "injection" }
    }

    /// Whether it may be learnt from.
    package enum Status: String, Sendable, CaseIterable {
        case waiting, accepted, rejected
    }

    package var id: String
    package var verdict: Verdict
    package var status: Status
    package var text: String
    package var channel: TextChannel
    package var language: String
    /// When it was said, and by whom.
    package var time: String
    package var author: String
    /// Who reviewed it.
    package var reviewer: String?

    /// Creates a row that waits. Its id is made of what it says, so that the same is not said twice.
    package init(verdict: Verdict, text: String, channel: TextChannel, language: String, time: String, author: String) {
        self.verdict = verdict
        self.status = .waiting
        self.text = text
        self.channel = channel
        self.language = language
        self.time = time
        self.author = author
        let digits = String(Synthesis.hash("\(verdict.rawValue) \(channel.rawValue) \(text)"), radix: 16)
        self.id = "fb_" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The row as a line: also a row of data, whose label is empty until it is accepted.
    package var line: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", self.id)
        json.member("status", self.status.rawValue)
        json.member("verdict", self.verdict.rawValue)
        json.member("label", self.status == .accepted ? self.verdict.label : self.status.rawValue)
        json.member("channel", self.channel.rawValue)
        json.member("lang", self.language)
        json.member("family", "feedback")
        json.member("licence", "own")
        json.member("time", self.time)
        json.member("author", self.author)
        json.member("reviewer", ifPresent: self.reviewer)
        json.member("text", self.text)
        json.endObject()
        return json.bytes + [0x0A]
    }

    /// Rows of a file.
    package static func rows(_ bytes: [UInt8], name: String) throws(TrainingError) -> [FeedbackRow] {
        var rows: [FeedbackRow] = []
        for (index, line) in bytes.split(separator: 0x0A).enumerated() where line.contains(where: { $0 > 0x20 }) {
            let content = Array(line)
            let span = content.span
            func problem(_ what: String) -> TrainingError {
                TrainingError(.malformedRow, "`\(name)`, line \(index + 1): \(what)")
            }
            let tape: JSONTape
            do { tape = try JSONTape(span) } catch { throw problem("not a JSON object: \(error)") }
            func member(_ key: StaticString) -> String? {
                tape.member(key, of: tape.root, in: span).flatMap { tape.string($0, in: span) }
            }
            guard let verdict = member("verdict").flatMap({ Verdict(rawValue: $0) }), let text = member("text"),
                let status = member("status").flatMap({ Status(rawValue: $0) })
            else { throw problem("expected verdict, status and text") }
            var row = FeedbackRow(
                verdict: verdict, text: text, channel: member("channel").flatMap { TextChannel(rawValue: $0) } ?? .user,
                language: member("lang") ?? "und", time: member("time") ?? "", author: member("author") ?? "")
            row.status = status
            row.reviewer = member("reviewer")
            rows.append(row)
        }
        return rows
    }
}
