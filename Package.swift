// swift-tools-version:6.2
import PackageDescription

// Every target of ours: complete concurrency checking, strict memory safety, no warnings.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

// A process that loads less: relocations in a compact form (a few kilobytes to read at start instead of three megabytes;
// needs glibc 2.36), and no table of the program's symbols for others to link against. Seven megabytes resident.
let smallInMemory: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic",
        ], .when(platforms: [.linux], configuration: .release))
]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], isOnEventLoop: Bool = false,
    with more: [SwiftSetting] = []
) -> Target {
    // Where an exchange stays on its event loop, an async call stays on its caller's executor and costs no switch.
    let onLoop: [SwiftSetting] = isOnEventLoop ? [.enableUpcomingFeature("NonisolatedNonsendingByDefault")] : []
    return .target(name: name, dependencies: dependencies, swiftSettings: settings + onLoop + more)
}

// `GATEHOUSE_WITHOUT_VECTORSCAN=1 swift build` makes a program that matches patterns without the library.
let hasVectorscan = Context.environment["GATEHOUSE_WITHOUT_VECTORSCAN"] == nil
func available(_ names: [String]) -> [Target.Dependency] {
    names.filter { hasVectorscan || $0 != "CVectorscan" }.map { .init(stringLiteral: $0) }
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "gatehouse",
    products: [.executable(name: "gatehouse", targets: ["gatehouse"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Ground: pure. No I/O, no clock, usable alone.
        module("Kernel"),
        module("Framing"),
        module("Conversation", ["Kernel"]),
        module("Codecs", ["Kernel", "Framing", "Conversation", crypto]),
        module("AgentCodecs", ["Kernel", "Framing", "Conversation", "Codecs"]),
        module("CloudCodecs", ["Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs"]),
        module("Metering", ["Kernel", "Conversation"]),
        module("Hardening", ["Kernel", "Codecs"]),
        module("Cedar", ["Kernel"]),
        module("CedarSchema", ["Kernel", "Cedar"]),
        module("CedarAnalysis", ["Kernel", "Cedar", "CedarSchema"]),
        module("Transparency", ["Kernel", crypto]),
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
        module("Normalisation"),
        module("PatternMatching"),
        module("Numbering"),
        module("RuleFiles"),
        module(
            "Detection", available(["Numbering", "PatternMatching", "RuleFiles", "CVectorscan"]),
            with: hasVectorscan ? [.define("VECTORSCAN")] : []),
        .target(
            name: "CDetectorModels", exclude: ["data"], cSettings: [.headerSearchPath("data")]),
        module("Injection", ["CDetectorModels", crypto]),
        module("TrainingTexts", ["Injection"]),
        module("Entities", ["CDetectorModels", crypto]),
        module("Screening", ["Kernel", "RuleFiles", "Detection", "Normalisation", "Injection", "Entities"]),
        module("Surrogates", ["Kernel", "Detection", crypto]),

        // Floor 1: one job each.
        module("Transport", ["Framing", "Kernel", nio("NIOCore"), nio("NIOPosix"), tls], isOnEventLoop: true),
        module("Identity", ["Kernel", crypto]),
        module(
            "DetectorTraining",
            [
                "Kernel", "Normalisation", "Detection", "CDetectorModels", "Injection", "TrainingTexts", "Entities",
                crypto,
            ]),
        module(
            "Assessment",
            ["Kernel", "Detection", "Normalisation", "Injection", "Screening", "TrainingTexts", "DetectorTraining"]),
        module("Policy", ["Kernel", "Detection", "Cedar", "CedarSchema", "CedarAnalysis", crypto]),
        module("Anchors", ["Kernel", "Framing", "Transparency"]),
        module("Audit", ["Kernel", "Conversation", crypto]),
        module("AuditExport", ["Kernel", "Framing", "Audit"]),
        module("TextSearch", ["Kernel", "Framing", "Audit"]),
        module("Verification", ["Kernel", "Transparency", "Audit"]),
        module(
            "Storage",
            [
                "Kernel", "Transparency", "Identity", "Policy", "Anchors", "Audit", "Verification", grdb, sqlite,
                crypto,
            ]),
        // Without pkg-config: it would link the library, which is loaded when it is needed (see its header).
        .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
        module(
            "PostgresStorage",
            [
                "CPostgres", "Kernel", "Transparency", "Identity", "Policy", "Audit", "Verification", crypto,
            ]),
        module(
            "Providers",
            [
                "Kernel", "Framing", "Conversation", "Codecs", "CloudCodecs", "Metering", "Transport",
                nio("NIOCore"), crypto,
            ], isOnEventLoop: true),

        module(
            "Classifiers",
            ["Kernel", "Detection", "Transport", "Providers", nio("NIOCore")], isOnEventLoop: true),

        // Floor 3: the path of one exchange.
        module(
            "Gateway",
            [
                "Kernel", "Framing", "Conversation", "Codecs", "AgentCodecs", "CloudCodecs", "Metering", "Hardening",
                "Detection", "Injection", "Screening", "Surrogates", "Transport", "Identity", "Policy", "Audit",
                "Providers", "Classifiers", nio("NIOCore"),
            ], isOnEventLoop: true),

        // Floor 4: the composition root.
        module("Settings", ["Kernel", "Metering", "Hardening", yaml]),
        module("LiteLLMImport", ["Kernel", "Metering", "Settings"]),
        module(
            "Server",
            [
                "Kernel", "Framing", "Conversation", "Codecs", "CloudCodecs", "Metering", "Hardening", "RuleFiles",
                "Detection",
                "Injection", "Entities", "Screening", "Surrogates", "Transport", "Identity", "Policy", "Audit",
                "AuditExport", "TextSearch", "Verification", "Storage", "PostgresStorage", "Providers", "Classifiers",
                "Gateway", "Settings", "Transparency", "Anchors", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), tls,
                crypto, logging,
                lifecycle, signals, hummingbird, httpTypes, httpClient,
            ]),

        // Floor 5: the command line.
        module(
            "Console",
            [
                "Kernel", "Policy", "Verification", "Injection", "TrainingTexts", "DetectorTraining", "Settings",
                "Server", arguments, logging,
            ]),
        module(
            "DetectorCommands",
            [
                "Kernel", "RuleFiles", "Detection", "Injection", "Entities", "Screening", "Surrogates",
                "DetectorTraining",
                "Assessment", "Server", "Console", arguments,
            ]),
        .executableTarget(
            name: "gatehouse",
            dependencies: [
                "Kernel", "Conversation", "Metering", "Cedar", "CedarSchema", "Policy", "Settings", "LiteLLMImport",
                "Server", "Identity", "Audit", "AuditExport", "TextSearch", "Verification", "Transparency", "Console",
                "DetectorCommands", arguments, logging,
            ],
            swiftSettings: settings, linkerSettings: smallInMemory),

        // Measured by `make bench`.
        .executableTarget(
            name: "detector-benchmark", dependencies: ["Detection", "Injection", "Screening", "Allocations"],
            path: "Benchmarks/Detectors", exclude: ["side_by_side.py", "scanners.txt"], swiftSettings: settings),
        // Counts what a benchmark allocates.
        .target(name: "Allocations", path: "Benchmarks/Allocations"),
        .executableTarget(
            name: "entity-benchmark", dependencies: ["Entities", "DetectorTraining"], path: "Benchmarks/Entities",
            swiftSettings: settings),
        .executableTarget(
            name: "injection-benchmark",
            dependencies: [
                "Injection", "Detection", "Screening", "DetectorTraining", "TrainingTexts", "Assessment", "Kernel",
            ],
            path: "Benchmarks/Injection",
            swiftSettings: settings),
        .executableTarget(
            name: "codec-benchmark", dependencies: ["Codecs", "AgentCodecs", "CloudCodecs", "Kernel", "Conversation"],
            path: "Benchmarks/Codecs", exclude: ["litellm_translation.py"],
            swiftSettings: settings),
        .executableTarget(
            name: "cedar-benchmark", dependencies: ["Cedar", "CedarSchema", "Kernel"], path: "Benchmarks/Cedar",
            exclude: ["side_by_side.py"], swiftSettings: settings),
        .executableTarget(
            name: "ledger-benchmark",
            dependencies: ["Audit", "Storage", "Transparency", "Kernel", "Conversation", grdb],
            path: "Benchmarks/Ledger", swiftSettings: settings),
        .executableTarget(
            name: "policy-benchmark", dependencies: ["Policy", "Kernel"], path: "Benchmarks/Policy",
            swiftSettings: settings),
        .executableTarget(
            name: "verification-benchmark",
            dependencies: ["Verification", "Storage", "Audit", "Transparency", "Kernel", crypto],
            path: "Benchmarks/Verification", swiftSettings: settings),
        // Answers what Tests/Differential/cedar.py asks, to be compared with the reference implementation.
        .executableTarget(
            name: "cedar-decisions", dependencies: ["Cedar", "CedarSchema", "Kernel"], path: "Tests/Differential",
            exclude: [
                "cedar.py", "cedar_validation.py", "mcp_schema.py", "merkle.py", "linear_shap.py", "rfc8785_leaves.py",
                "run", "leaves",
            ],
            swiftSettings: settings),

        // What several test targets share.
        .target(name: "TestSupport", dependencies: ["Kernel"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("ArchitectureTests", []),
        tests("KernelTests", ["Kernel", "TestSupport"]),
        tests(
            "CodecsTests",
            ["Codecs", "AgentCodecs", "CloudCodecs", "Conversation", "Framing", "Kernel", "TestSupport"]),
        tests("MeteringTests", ["Metering", "Conversation", "Kernel", "TestSupport"], exclude: ["Fixtures"]),
        tests("ClassifiersTests", ["Classifiers", "Detection", "Kernel", "TestSupport"]),
        tests("HardeningTests", ["Hardening", "Codecs", "Kernel", "TestSupport"]),
        tests("CedarTests", ["Cedar", "CedarSchema", "CedarAnalysis", "Kernel", "TestSupport"]),
        tests("TransparencyTests", ["Transparency", "Kernel", "TestSupport"]),
        tests("AnchorsTests", ["Anchors", "Framing", "Transparency", "Kernel", "TestSupport"]),
        tests("FramingTests", ["Framing", nio("NIOCore"), nio("NIOEmbedded"), nio("NIOHTTP1")]),
        tests("NormalisationTests", ["Normalisation", "TestSupport"]),
        tests("PatternMatchingTests", ["PatternMatching", "TestSupport", "CVectorscan"]),
        tests("DetectionTests", ["Detection", "Numbering", "RuleFiles", "PatternMatching", "CVectorscan"]),
        tests("InjectionTests", ["Injection"]),
        tests("DetectorTrainingTests", ["DetectorTraining", "TrainingTexts", "Injection", "Kernel"]),
        tests(
            "AssessmentTests",
            ["Assessment", "DetectorTraining", "TrainingTexts", "Screening", "Detection", "Injection", "Kernel"]),
        tests("ScreeningTests", ["Screening", "RuleFiles", "Detection", "Injection", "Kernel", "TestSupport"]),
        tests("EntitiesTests", ["Entities", "DetectorTraining", "CDetectorModels", "TestSupport"]),
        tests("SurrogatesTests", ["Surrogates", "Detection", "Kernel", "TestSupport"]),
        tests("IdentityTests", ["Identity", "Kernel", "TestSupport"]),
        tests("AuditTests", ["Audit", "Kernel", "Conversation", "TestSupport", crypto], exclude: ["Golden"]),
        tests(
            "VerificationTests",
            ["Verification", "Storage", "Audit", "Transparency", "Kernel", "TestSupport", sqlite]),
        tests("TextSearchTests", ["TextSearch", "TestSupport"]),
        tests("AuditExportTests", ["AuditExport", "Audit", "Kernel", "TestSupport"], exclude: ["Golden"]),
        tests(
            "PolicyTests", ["Policy", "Cedar", "CedarSchema", "Kernel", "Detection", "TestSupport"], exclude: ["Golden"]
        ),
        tests(
            "StorageTests",
            [
                "Storage", "PostgresStorage", "Kernel", "Transparency", "Identity", "Policy", "Anchors", "Audit",
                "Verification", "Conversation", "TestSupport", grdb, crypto,
            ],
            exclude: ["Golden"]),
        tests("SettingsTests", ["Settings", "Kernel", "Metering"], exclude: ["Golden"]),
        tests(
            "LiteLLMImportTests", ["LiteLLMImport", "Settings", "Kernel", "Metering", "TestSupport"],
            exclude: ["Golden", "Fixtures"]),
        tests(
            "ProvidersTests",
            ["Providers", "Kernel", "Conversation", "Codecs", "Transport", "TestSupport", nio("NIOCore")]),
        tests(
            "TransportTests",
            ["Transport", "Framing", "TestSupport", nio("NIOCore"), nio("NIOEmbedded"), nio("NIOPosix"), tls],
            exclude: ["Fixtures"]),
        tests(
            "ServerTests",
            [
                "Server", "Kernel", "Framing", "Settings", "Identity", "Audit", "Gateway", "Transparency", "Anchors",
                "Storage", "CloudCodecs", "TestSupport", "Verification", nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), tls, hummingbird,
                httpTypes, httpClient,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]),
        tests(
            "GatewayTests",
            [
                "Gateway", "Kernel", "Framing", "Conversation", "Codecs", "Metering", "Hardening", "Detection",
                "Injection", "Screening", "Surrogates", "Transport", "Identity", "Policy", "Audit", "Providers",
                "Classifiers", "TestSupport", nio("NIOCore"), nio("NIOPosix"),
            ], exclude: ["Golden"]),
        tests(
            "CommandTests",
            [
                "Kernel", "Audit", "Policy", "Server", "Detection", "Surrogates", "Console", "DetectorCommands",
                "gatehouse", arguments, logging,
            ],
            exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)
