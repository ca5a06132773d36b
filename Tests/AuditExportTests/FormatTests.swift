import Audit
import AuditExport
import Foundation
import Kernel
import TestSupport
import Testing

@Suite("Formats for analysts")
struct FormatTests {
    /// A leaf of each kind, the fullest exchange, and one with every character that some format has to escape.
    static let records: [ExportRecord] = {
        var leaves: [Leaf] = Leaf.Kind.allCases.enumerated().map { number, kind in
            var leaf = Leaf(
                time: Timestamp(microseconds: 1_795_248_000_123_000 + Int64(number) * 1_000_000), kind: kind,
                id: "evnt_01arz3ndektsv4rrffq69g5fa\(number % 10)")
            leaf.tenantSequence = Int64(number + 1)
            leaf.actor = "p:3q2-7wAAAAAAAAAAAAAAAA"
            switch kind {
            case .exchangeStart, .exchangeEnd:
                leaf.resource = "model:fast"
                leaf.provider = "openai"
                leaf.operation = "chat.completions"
                leaf.policies = "sha256:3f9a1c07"
            case .toolStart, .toolEnd: leaf.resource = "tool:search"
            case .keyCreated, .keyRotated, .keyRevoked: leaf.resource = "key:key_01arz3ndektsv4rrffq69g5fav"
            default: break
            }
            if kind == .exchangeEnd {
                leaf.served = "gpt-4o-mini-2026-07-18"
                leaf.deployment = "gpt-4o-mini"
                leaf.status = 403
                leaf.outcome = "blocked"
                leaf.code = "policy_denied"
                leaf.decision = .forbid
                leaf.rules = ["no-cards", "b"]
                leaf.tokens = [412, 187, 100, 20]
                leaf.cost = 4210
                leaf.duration = 183_250
                leaf.flags = ["request:pii.card_number:2", "response:secret.aws:1"]
                leaf.run = "run_1"
                leaf.runSequence = 7
                leaf.onBehalfOf = ["p:aaaaaaaaaaaaaaaaaaaaaa"]
                leaf.subjects = ["s:bbbbbbbbbbbbbbbbbbbbbb"]
                leaf.reference = 0
                leaf.configuration = "a1b2c3"
                leaf.detectors = "7"
            }
            return leaf
        }
        var hostile = Leaf(time: Timestamp(microseconds: 1_795_248_000_123_000), kind: .exchangeEnd, id: "exch_x")
        hostile.tenantSequence = 99
        hostile.resource = "model:a|b=c\\d\ne\"f]"
        hostile.outcome = "answered"
        leaves.append(hostile)
        return leaves.enumerated().compactMap { index, leaf in
            (try? leaf.bytes()).flatMap {
                try? ExportRecord(origin: "gate.example/audit", index: Int64(index), bytes: $0)
            }
        }
    }()

    @Test("A leaf of each kind in each format is what reviewers saw", arguments: ExportFormat.allCases)
    func golden(_ format: ExportFormat) throws {
        #expect(Self.records.count == Leaf.Kind.allCases.count + 1)
        let formatter = ExportFormatter(format, version: "1.0.0", host: "gate-1")
        let lines = Self.records.flatMap { formatter.texts($0) }.map { String(decoding: $0, as: UTF8.self) }
        try GoldenText("Golden/\(format.rawValue).txt").compare(lines)
    }

    @Test("OCSF events have the numbers that the schema computes from each other, and an exchange with findings is two")
    func ocsf() throws {
        let formatter = ExportFormatter(.ocsf, version: "1.0.0", host: "gate-1")
        var findings = 0
        for record in Self.records {
            let texts = formatter.texts(record)
            findings += texts.count - 1
            for text in texts {
                let event = try JSONDocument(text)
                let type = try #require(event["class_uid"]?.integer)
                #expect(event["category_uid"]?.integer == type / 1000)
                #expect(event["type_uid"]?.integer == type * 100 + (event["activity_id"]?.integer ?? -1))
                #expect(event["metadata", "version"]?.text == "1.8.0")
                #expect((1...4).contains(event["severity_id"]?.integer ?? 0))
                #expect(event["raw_data"]?.text == String(decoding: record.bytes, as: UTF8.self))
            }
        }
        #expect(findings == 1)
    }

    @Test("CEF escapes what would end a field, and keeps one line")
    func cef() {
        let formatter = ExportFormatter(.cef, version: "1|0\\", host: "gate=1")
        let line = String(decoding: formatter.texts(Self.records[Self.records.count - 1])[0], as: UTF8.self)
        #expect(line.hasPrefix("CEF:0|Gatehouse|Gatehouse|1\\|0\\\\|exchange.end|Exchange ended|2|rt=1795248000123 "))
        #expect(line.contains("dvchost=gate\\=1 "))
        #expect(line.contains("cs3=model:a|b\\=c\\\\d\\ne\"f] "))
        #expect(!line.contains("\n"))
    }

    @Test("OTLP writes numbers of 64 bits as strings, and the leaf as the body")
    func otlp() throws {
        let formatter = ExportFormatter(.otlp, version: "1.0.0", host: "gate-1")
        let body = try JSONDocument(formatter.body(Self.records))
        let records = body["resourceLogs", 0, "scopeLogs", 0, "logRecords"]?.elements ?? []
        #expect(records.count == Self.records.count)
        #expect(records.first?["timeUnixNano"]?.text == "1795248000123000000")
        #expect(records[1]["body", "stringValue"]?.text == String(decoding: Self.records[1].bytes, as: UTF8.self))
        let attributes = records[1]["attributes"]?.elements ?? []
        let tokens = attributes.first { $0["key"]?.text == "gen_ai.usage.input_tokens" }
        #expect(tokens?["value", "intValue"]?.text == "412")
    }

    @Test("Syslog messages count their own octets, and escape what would end a parameter")
    func syslog() throws {
        let formatter = ExportFormatter(.cef, version: "1\"]\\", host: "gate 1")
        let frame = String(decoding: formatter.syslogFrames(Self.records[0]), as: UTF8.self)
        let space = try #require(frame.firstIndex(of: " "))
        #expect(Int(frame[..<space]) == frame[frame.index(after: space)...].utf8.count)
        #expect(
            frame[frame.index(after: space)...].hasPrefix(
                "<110>1 2026-11-21T08:00:00.123Z gate1 gatehouse - exchange.start "
                    + "[origin software=\"Gatehouse\" swVersion=\"1\\\"\\]\\\\\"][meta sequenceId=\"1\"] CEF:0|"))
    }
}
