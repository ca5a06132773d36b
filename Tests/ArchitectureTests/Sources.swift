import Foundation

/// The sources of the package as text.
enum Sources {
    struct File: Sendable {
        /// Below `Sources`, such as `Gateway/Lane.swift`.
        let path: String
        let text: String
        let lines: [String]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }

        /// The text without comments that fill a line.
        var code: String {
            self.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
        }

        /// The modules that it imports, whole or in part.
        var imports: Set<String> {
            Set(
                self.lines.compactMap { line in
                    var words = line.split(separator: " ").map(String.init)
                    while let first = words.first, first.hasPrefix("@") || Self.levels.contains(first) {
                        words.removeFirst()
                    }
                    guard words.first == "import" else { return nil }
                    let names = words.dropFirst().drop { Self.kinds.contains($0) }
                    return names.first?.split(separator: ".").first.map(String.init)
                })
        }

        private static let levels: Set<String> = ["public", "package", "internal", "private", "fileprivate"]
        private static let kinds: Set<String> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folders of `Sources`, each a module.
    static let modules: [String] = {
        let folder = root.appending(path: "Sources")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    static let all: [File] = modules.flatMap(read)

    private static let byModule: [String: [File]] = Dictionary(grouping: all) { file in
        String(file.path.prefix { $0 != "/" })
    }

    static func files(of module: String) -> [File] { self.byModule[module, default: []] }

    private static func read(_ module: String) -> [File] {
        let folder = self.root.appending(path: "Sources/\(module)")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8) else { return nil }
            return File(path: "\(module)/\(path)", text: text)
        }
    }
}
