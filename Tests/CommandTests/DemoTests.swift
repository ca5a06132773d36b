import Foundation
import Testing

@testable import gatehouse

@Suite("The demo")
struct DemoTests {
    @Test("All six exchanges do what they should, and nothing is left behind")
    func demoRuns() async throws {
        let before = try Self.leftovers()
        let outcome = await run(["demo", "--once", "--json"])
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let steps = try outcome.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(steps.map { $0["step"] as? Int } == [1, 2, 3, 4, 5, 6])
        #expect(steps.allSatisfy { $0["ok"] as? Bool == true })
        #expect(steps.map { $0["status"] as? Int } == [200, 200, 200, 400, 401, 200])
        #expect((steps.last?["rows"] as? [Any])?.count == 6)
        #expect(try Self.leftovers() == before)
    }

    private static func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
            .filter { $0.hasPrefix("gatehouse-demo-") }.sorted()
    }
}
