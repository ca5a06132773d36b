import Cedar
import CedarSchema
import Foundation
import Testing

/// The verdicts of `cedarpy` on random and mutated schemas and policies, written by
/// `Tests/Differential/cedar_validation.py` to the file that the environment names.
@Suite("Validation against cedarpy")
struct ValidationDifferentialTests {
    static let path = ProcessInfo.processInfo.environment["CEDAR_VALIDATION_CASES"]

    @Test("Verdicts agree", .enabled(if: path != nil))
    func agrees() throws {
        let text = String(decoding: try Data(contentsOf: URL(filePath: try #require(Self.path))), as: UTF8.self)
        var counts: [String: Int] = [:]
        for record in text.split(separator: "\u{2}") {
            let parts = record.split(separator: "\u{1}", omittingEmptySubsequences: false).map(String.init)
            try #require((3...4).contains(parts.count))
            // Where neither the schema nor the policies can be read, it does not matter which is said.
            if parts.count == 3, parts[2] == "parse", (try? CedarParser.policies(parts[1])) == nil { continue }
            let verdict =
                parts.count == 3
                ? Self.verdict(parts[0], parts[1]) : Self.validity(parts[0], entities: parts[1], request: parts[2])
            #expect(verdict == parts.last, "\(parts.dropFirst().joined(separator: "\n"))\n\(parts[0])")
            counts[verdict, default: 0] += 1
        }
        print("agreed or not: \(counts)")
        #expect(counts["pass", default: 0] > 0 && counts["fail", default: 0] > 0)
    }

    private static func schema(_ text: String) throws -> Schema {
        try text.hasPrefix("{") ? Schema(json: Array(text.utf8)) : Schema(text: text)
    }

    private static func validity(_ schema: String, entities: String, request: String) -> String {
        guard let schema = try? Self.schema(schema),
            let entities = try? Entity.list(json: Array(entities.utf8), typing: schema),
            let request = try? AccessRequest(json: Array(request.utf8), typing: schema)
        else { return "invalid" }
        let validator = Validator(schema)
        return validator.validate(entities).isEmpty && validator.validate(request).isEmpty ? "valid" : "invalid"
    }

    private static func verdict(_ schema: String, _ policies: String) -> String {
        guard let schema = try? Self.schema(schema) else { return "schema" }
        guard let policies = try? CedarParser.policies(policies) else { return "parse" }
        return Validator(schema).validate(policies).contains { $0.severity == .error } ? "fail" : "pass"
    }
}
