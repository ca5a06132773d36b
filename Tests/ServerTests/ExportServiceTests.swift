import Audit
import Foundation
import HTTPTypes
import Identity
import Kernel
import Settings
import TestSupport
import Testing

@testable import Server

@Suite("Exports of a running gateway", .timeLimit(.minutes(5)))
struct ExportServiceTests {
    @Test("Each event is brought to where the settings say, each export has its own place, and both are measured")
    func exports() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-export-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = try Home(
            Home.yaml(
                more: """
                    audit:
                      export:
                        lines: {to: "file:\(folder.path)/lines.jsonl", format: jsonl}
                        siem: {to: "syslog://127.0.0.1:1", format: cef}
                    """))
        let application = try await home.key(.application)
        try await RunningServer.run(home) { server in
            let answer = try await server.chat("hello", key: application.shown)
            let id = try #require(answer.fields["gatehouse-exchange-id"])
            func lines() -> [String] {
                let data = FileManager.default.contents(atPath: "\(folder.path)/lines.jsonl") ?? Data()
                return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
            }
            try await eventually("the exchange has come") {
                lines().contains { $0.contains(id) && $0.contains("exchange.end") }
            }
            try await eventually("what cannot be reached is counted") {
                let metrics = try await RunningServer.call(url: "\(server.administration)/metrics").text
                func value(_ name: String) -> Int? {
                    metrics.split(separator: "\n").first { $0.hasPrefix(name + " ") }?.split(separator: " ").last
                        .flatMap { Int($0) }
                }
                let lag = try #require(value(#"gatehouse_audit_export_lag{export="siem"}"#))
                return lag > 2 && value(#"gatehouse_audit_export_lag{export="lines"}"#) == 0
                    && value(#"gatehouse_audit_export_failures_total{export="siem"}"#) ?? 0 > 0
            }
        }
        let cursor = FileManager.default.contents(atPath: "\(home.folder.path)/export/lines/cursor")
        #expect(cursor.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) } ?? 0 > 2)
    }
}
