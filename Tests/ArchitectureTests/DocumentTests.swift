import Foundation
import Testing

/// The documents, held against the code that they describe.
@Suite("The documents")
struct DocumentTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Sources.root.appending(path: path), encoding: .utf8)
    }

    /// Every first group of a pattern in a text.
    private static func matches(_ pattern: Regex<(Substring, Substring)>, in text: String) -> Set<String> {
        Set(text.matches(of: pattern).map { String($0.output.1) })
    }

    // Not pure functions of the strings, so made where they are needed.
    private static func wireCode() -> Regex<(Substring, Substring)> { /"([a-z]+(?:_[a-z]+)+)"/ }

    @Test("Every code that a caller can be refused with is in docs/errors.md")
    func errorsAreDocumented() throws {
        let document = try Self.text("docs/errors.md")
        var codes: Set<String> = []
        for file in Sources.files(of: "Gateway") where file.path == "Gateway/Refusal.swift" {
            codes.formUnion(Self.matches(Self.wireCode(), in: file.code))
        }
        for file in Sources.all {
            codes.formUnion(Self.matches(/RequestError\(\s*code: "([a-z_]+)"/, in: file.code))
            codes.formUnion(Self.matches(/RequestRefusal\(\s*code: "([a-z_]+)"/, in: file.code))
        }
        #expect(codes.count > 20)
        for code in codes { #expect(document.contains("`\(code)`"), "\(code)") }
    }

    @Test("Every route of the administration API is in docs/api.md")
    func routesAreDocumented() throws {
        let document = try Self.text("docs/api.md")
        var count = 0
        for file in Sources.files(of: "Server") {
            for match in file.code.matches(of: /(router|api|access)\.(get|post|delete|put|patch)\("([^"]+)"\)/) {
                let path =
                    (match.1 == "api" ? "/api/" : match.1 == "access" ? "/access/v1/" : "/")
                    + match.3.replacing(/:([a-z]+)/) { "{\($0.1)}" }
                #expect(document.contains("`\(match.2.uppercased()) \(path)`"), "\(match.2) \(path)")
                count += 1
            }
        }
        #expect(count >= 8)
    }

    @Test("Every metric is in docs/api.md")
    func metricsAreDocumented() throws {
        let document = try Self.text("docs/api.md")
        let names = Sources.files(of: "Server").reduce(into: Set<String>()) {
            $0.formUnion(Self.matches(/"(gatehouse_[a-z_]+)", "(?:gauge|counter)"/, in: $1.code))
        }
        #expect(!names.isEmpty)
        for name in names { #expect(document.contains("`\(name)`"), "\(name)") }
    }

    @Test("Every kind of finding is in docs/configuration.md")
    func findingsAreDocumented() throws {
        let document = try Self.text("docs/configuration.md")
        let kinds = Sources.files(of: "Detection").filter { $0.path.hasSuffix("Finding+Kinds.swift") }
            .reduce(into: Set<String>()) { $0.formUnion(Self.matches(/"([a-z]+\.[a-z_]+)"/, in: $1.code)) }
        #expect(kinds.count > 60)
        for kind in kinds { #expect(document.contains("`\(kind)`"), "\(kind)") }
    }

    @Test("Every key of the configuration is in docs/configuration.md with its default")
    func keysAreDocumented() throws {
        let lines = try Self.text("docs/configuration.md").split(separator: "\n")
        let data = try Data(contentsOf: Sources.root.appending(path: "docs/gatehouse.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for (name, value) in schema["properties"] as? [String: [String: Any]] ?? [:] {
            guard let inner = value["properties"] as? [String: [String: Any]] else {
                // Named entries and lists have keys of their own.
                for (key, value) in Self.entryKeys(value) { Self.expect(key, value, in: lines) }
                if value["default"] is String || value["default"] is Int { Self.expect(name, value, in: lines) }
                continue
            }
            for (key, value) in inner { Self.expect("\(name).\(key)", value, in: lines) }
        }
    }

    private static func entryKeys(_ value: [String: Any]) -> [(String, [String: Any])] {
        guard let entry = (value["additionalProperties"] ?? value["items"]) as? [String: Any] else { return [] }
        let variants = entry["oneOf"] as? [[String: Any]] ?? [entry]
        return variants.flatMap { variant in
            (variant["properties"] as? [String: [String: Any]] ?? [:]).filter { $0.key != "kind" }.map {
                ($0.key, $0.value)
            }
        }
    }

    private static func expect(_ key: String, _ value: [String: Any], in lines: [Substring]) {
        // Kinds of entries may have a key of the same name, each with its own default.
        let lines = lines.filter { $0.hasPrefix("| `\(key)` |") }
        #expect(!lines.isEmpty, "\(key) is not there")
        let isBoolean = (value["type"] as? [String])?.contains("boolean") ?? false
        let expected = value["default"].flatMap { value in
            (value as? String) ?? (isBoolean ? (value as? Bool).map { "\($0)" } : (value as? Int).map { "\($0)" })
        }
        if let expected { #expect(lines.contains { $0.contains("| `\(expected)` |") }, "\(key)") }
    }

    static let documents: [String] = {
        let folder = Sources.root.path
        let top = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/docs")) ?? []
        return (top + docs.map { "docs/\($0)" }).filter { $0.hasSuffix(".md") }.sorted()
    }()

    @Test("Every link to a file leads to one", arguments: documents)
    func linksLeadSomewhere(document: String) throws {
        let folder = Sources.root.appending(path: document).deletingLastPathComponent()
        for link in Self.matches(/\]\(([^)#]+)\)/, in: try Self.text(document)) where !link.hasPrefix("http") {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: link).path), "\(link)")
        }
    }

    @Test("Every module that ARCHITECTURE.md describes is there, and every module is described")
    func modulesAreDescribed() throws {
        let rows = Self.matches(/\n\| ([A-Za-z]+) \| [^|]+ \| [^|]+ \|/, in: try Self.text("ARCHITECTURE.md"))
        let modules = Set(Sources.modules.filter { !["CVectorscan", "CPostgres"].contains($0) })
        #expect(rows.subtracting(["module"]) == modules)
    }

    @Test("Every file that ARCHITECTURE.md sends its reader to is there")
    func filesAreThere() throws {
        let paths = Self.matches(
            /`(?:Sources\/)?((?:[A-Z][A-Za-z]+\/)+[A-Za-z+]+\.swift)`/, in: try Self.text("ARCHITECTURE.md"))
        #expect(paths.count > 10)
        for path in paths {
            #expect(
                FileManager.default.fileExists(atPath: Sources.root.appending(path: "Sources/\(path)").path), "\(path)")
        }
    }
}
