import Foundation
import Testing

/// The house of ARCHITECTURE.md, held against the sources.
@Suite("The architecture")
struct ArchitectureTests {
    /// Which modules of ours a module may import: what stands below it and what it needs.
    static let floors: [String: Set<String>] = [
        // Ground: pure.
        "Kernel": [],
        "Framing": [],
        "Conversation": ["Kernel"],
        "Codecs": ["Kernel", "Framing", "Conversation"],
        "AgentCodecs": ["Kernel", "Framing", "Conversation", "Codecs"],
        "CloudCodecs": ["Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs"],
        "Metering": ["Kernel", "Conversation"],
        "Hardening": ["Kernel", "Codecs"],
        "Cedar": ["Kernel"],
        "CedarSchema": ["Kernel", "Cedar"],
        "CedarAnalysis": ["Kernel", "Cedar", "CedarSchema"],
        "Transparency": ["Kernel"],
        "CVectorscan": [],
        "Normalisation": [],
        "PatternMatching": [],
        "Numbering": [],
        "RuleFiles": [],
        "Detection": ["Numbering", "PatternMatching", "RuleFiles", "CVectorscan"],
        "CDetectorModels": [],
        "Injection": ["CDetectorModels"],
        "TrainingTexts": ["Injection"],
        "Entities": ["CDetectorModels"],
        "Screening": ["Kernel", "RuleFiles", "Detection", "Normalisation", "Injection", "Entities"],
        "Surrogates": ["Kernel", "Detection"],
        // Floor 1: one job each.
        "Transport": ["Framing", "Kernel"],
        "Identity": ["Kernel"],
        "Assessment": [
            "Kernel", "Detection", "Normalisation", "Injection", "Screening", "TrainingTexts", "DetectorTraining",
        ],
        "DetectorTraining": [
            "Kernel", "Normalisation", "Detection", "CDetectorModels", "Injection", "TrainingTexts", "Entities",
        ],
        "Policy": ["Kernel", "Detection", "Cedar", "CedarSchema", "CedarAnalysis"],
        "Anchors": ["Kernel", "Framing", "Transparency"],
        "Audit": ["Kernel", "Conversation"],
        "AuditExport": ["Kernel", "Framing", "Audit"],
        "TextSearch": ["Kernel", "Framing", "Audit"],
        "Verification": ["Kernel", "Transparency", "Audit"],
        "Storage": ["Kernel", "Transparency", "Identity", "Policy", "Anchors", "Audit", "Verification"],
        "CPostgres": [],
        "PostgresStorage": [
            "CPostgres", "Kernel", "Transparency", "Identity", "Policy", "Audit", "Verification",
        ],
        "Providers": ["Kernel", "Framing", "Conversation", "Codecs", "CloudCodecs", "Metering", "Transport"],
        "Classifiers": ["Kernel", "Detection", "Transport", "Providers"],
        // Floor 3: the path.
        "Gateway": [
            "Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs", "CloudCodecs", "Metering", "Hardening",
            "Detection", "Injection", "Screening", "Surrogates", "Transport", "Identity", "Policy", "Audit",
            "Providers", "Classifiers",
        ],
        // Floor 4: the composition root.
        "Settings": ["Kernel", "Metering", "Hardening"],
        "LiteLLMImport": ["Kernel", "Metering", "Settings"],
        "Server": [
            "Kernel", "Framing", "Conversation", "Codecs", "CloudCodecs", "Metering", "Hardening", "RuleFiles",
            "Detection",
            "Injection", "Entities", "Screening", "Surrogates", "Transport", "Identity", "Policy", "Audit",
            "AuditExport", "TextSearch", "Verification", "Storage", "PostgresStorage", "Providers", "Classifiers",
            "Gateway", "Settings",
            "Transparency", "Anchors",
        ],
        // Floor 5: the command line.
        "Console": [
            "Kernel", "Policy", "Verification", "Injection", "TrainingTexts", "DetectorTraining", "Settings", "Server",
        ],
        "DetectorCommands": [
            "Kernel", "RuleFiles", "Detection", "Injection", "Entities", "Screening", "Surrogates", "DetectorTraining",
            "Assessment",
            "Server", "Console",
        ],
        "gatehouse": [
            "Kernel", "Conversation", "Cedar", "CedarSchema", "Policy", "Metering", "Identity", "Audit",
            "AuditExport", "TextSearch", "Verification", "Settings", "LiteLLMImport", "Server", "Transparency",
            "Console", "DetectorCommands",
        ],
    ]

    /// An import that has no place in a module, and why.
    struct Ban: Sendable, CustomTestStringConvertible {
        let modules: [String]
        let imports: [String]
        let why: String

        var testDescription: String {
            "\(self.modules.joined(separator: ", ")): no \(self.imports.joined(separator: ", "))"
        }
    }

    /// Floor 5.
    static let commandLine: Set<String> = ["Console", "DetectorCommands", "gatehouse"]

    static let bans = [
        Ban(
            modules: [
                "Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs", "CloudCodecs", "Metering", "Hardening",
                "Cedar", "CedarSchema", "CedarAnalysis", "Normalisation", "PatternMatching", "Numbering", "RuleFiles",
                "Detection", "Injection",
                "Entities", "Screening", "Surrogates", "DetectorTraining", "TrainingTexts", "Assessment",
                "Transparency",
            ],
            imports: ["Foundation", "FoundationEssentials"],
            why: "the ground is pure: what it computes may not depend on locale, calendar or platform"),
        Ban(
            modules: [
                "Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs", "CloudCodecs", "Metering", "Cedar",
                "Normalisation", "PatternMatching", "Numbering", "RuleFiles", "Detection", "Injection", "Entities",
                "Surrogates",
                "DetectorTraining", "Assessment", "Transparency", "Identity", "Policy", "Anchors", "Audit", "Settings",
                "Storage", "PostgresStorage",
            ],
            imports: ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL"],
            why: "no event loop may be needed to think, to test, or to store"),
        Ban(
            modules: ["Transport", "Providers", "Gateway"], imports: ["Foundation", "Hummingbird", "AsyncHTTPClient"],
            why:
                "the data plane is NIO and bytes; what is convenient there costs a hop or an allocation on each request"
        ),
        Ban(
            modules: everywhere(but: ["Storage"]), imports: ["GRDB", "GRDBSQLite"],
            why: "everyone else talks to ports, so that another database can stand behind them"),
        Ban(
            modules: everywhere(but: ["PostgresStorage"]), imports: ["CPostgres"],
            why: "the same: and the library that it loads may not be there"),
        Ban(
            modules: everywhere(but: ["Server"]), imports: ["Hummingbird", "AsyncHTTPClient", "ServiceLifecycle"],
            why: "the control plane is put together in one place"),
        Ban(
            modules: everywhere(but: ["Settings"]), imports: ["Yams"],
            why: "gatehouse.yaml has one reader, which knows what each key means"),
        Ban(
            modules: everywhere(but: ["Detection"]), imports: ["CVectorscan"],
            why: "how patterns are matched is Detection's own affair"),
        Ban(
            modules: everywhere(but: Self.commandLine), imports: ["ArgumentParser"],
            why: "the command line is a way in, not a part of what it leads to"),
        Ban(
            modules: everywhere(but: Self.commandLine.union(["Server"])), imports: ["Logging"],
            why: "below the composition root, what goes wrong is thrown or told as a value"),
    ]

    private static func everywhere(but exceptions: Set<String>) -> [String] {
        self.floors.keys.filter { !exceptions.contains($0) }.sorted()
    }

    /// What only the composition root and the command line may ask the world for.
    static let worldly = ["ProcessInfo", "getenv", "Date()", "SystemRandomNumberGenerator", "clock_gettime", "UUID()"]
    /// Files elsewhere that may, and why. This list only shrinks.
    static let worldlyExceptions = [
        // Names of exchanges are made on the event loop that serves them; each loop seeds a generator of its own.
        "Gateway/NameGenerator.swift"
    ]

    /// Modules without Swift.
    static let inC: Set<String> = ["CVectorscan", "CDetectorModels", "CPostgres"]

    @Test("Imports are read in every form that Swift has for them")
    func importsAreRead() {
        let text = """
            import Alpha
            package import Beta
            @preconcurrency import Gamma
            internal import struct Delta.Thing
            // import Epsilon
            let imports = 1
            """
        #expect(Sources.File(path: "A.swift", text: text).imports == ["Alpha", "Beta", "Gamma", "Delta"])
    }

    @Test("Every module has its place in the table above, and no other")
    func everyModuleIsKnown() {
        #expect(Set(Sources.modules) == Set(Self.floors.keys))
    }

    @Test("A module imports only what stands below it", arguments: Sources.modules)
    func importsPointDown(module: String) throws {
        let allowed = try #require(Self.floors[module])
        let ours = Set(Self.floors.keys)
        for file in Sources.files(of: module) {
            for name in file.imports where ours.contains(name) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("The table has no circles")
    func tableHasNoCircles() {
        var placed: Set<String> = []
        var waiting = Self.floors
        while let next = waiting.first(where: { $0.value.isSubset(of: placed) }) {
            placed.insert(next.key)
            waiting[next.key] = nil
        }
        #expect(waiting.isEmpty)
    }

    @Test("What has no place in a module is not imported there", arguments: bans)
    func bannedImportsAreAbsent(ban: Ban) {
        for module in ban.modules {
            for file in Sources.files(of: module) {
                for name in file.imports where ban.imports.contains(name) {
                    Issue.record("\(file.path) imports \(name), but \(ban.why)")
                }
            }
        }
    }

    @Test("Package.swift gives each module what the table says")
    func packageMatchesTable() throws {
        let manifest = try String(contentsOf: Sources.root.appending(path: "Package.swift"), encoding: .utf8)
        let squeezed = manifest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for (module, allowed) in Self.floors where !Self.inC.contains(module) {
            let mark = module == "gatehouse" ? "name: \"gatehouse\", dependencies:" : "module( \"\(module)\","
            let alone = "module(\"\(module)\""
            let start = try #require(
                squeezed.range(of: mark) ?? squeezed.range(of: alone), "\(module) is not in Package.swift")
            let rest = squeezed[start.upperBound...]
            let list = rest.hasPrefix(")") ? "" : rest.prefix { $0 != "]" }
            let declared = Set(Self.floors.keys.filter { list.contains("\"\($0)\"") })
            #expect(declared == allowed, "\(module)")
        }
    }

    @Test("Each module says in one sentence what it is", arguments: Sources.modules.filter { !inC.contains($0) })
    func moduleHasItsSentence(module: String) {
        let sentences = Sources.files(of: module).filter { file in
            file.lines.first?.hasPrefix("// ") == true && file.lines.dropFirst().first == ""
        }
        #expect(sentences.count == 1, "\(sentences.map(\.path))")
        let name = sentences.first?.lines.first?.dropFirst(3).prefix { $0.isLetter }
        #expect(name.map(String.init) == module)
    }

    @Test("Nothing below the composition root asks for environment, time or chance")
    func worldIsHandedIn() {
        for module in Sources.modules where module != "Server" && !Self.commandLine.contains(module) {
            for file in Sources.files(of: module) where !Self.worldlyExceptions.contains(file.path) {
                for word in Self.worldly {
                    let isUsed = file.code.contains(word)
                    #expect(!isUsed, "\(file.path) uses \(word)")
                }
            }
        }
    }

    @Test("Nothing is forced, stubbed, or left for later")
    func nothingIsForced() {
        for file in Sources.all {
            for word in ["try!", "as! ", "fatalError(", "TODO", "FIXME", "Task.detached"] {
                let isThere = file.text.contains(word)
                #expect(!isThere, "\(file.path) holds \(word)")
            }
        }
    }

    @Test("@unchecked Sendable and unsafe code say why they are safe")
    func unsafeCodeIsExplained() {
        for file in Sources.all {
            for (index, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let around = file.lines[max(0, index - 3)...min(file.lines.count - 1, index + 3)]
                #expect(around.contains { $0.contains("// SAFE:") }, "\(file.path):\(index + 1)")
            }
        }
    }
}
