import Console
import Foundation
import Kernel
import Server
import Synchronization

@testable import gatehouse

/// What a command printed, and how it ended.
struct Outcome: Sendable {
    let code: Int32
    let output: String
    let errors: String

    var lines: [String] { self.output.split(separator: "\n").map(String.init) }
}

/// A clock that stands still.
struct FixedClock: WallClock {
    let time: Timestamp
    func now() -> Timestamp { self.time }
}

/// Runs a command as a shell would, but in this process.
func run(
    _ arguments: [String], environment: [String: String] = [:], isColoured: Bool = false,
    clock: any WallClock = SystemClock()
) async -> Outcome {
    let output = Held<[UInt8]>([])
    let errors = Held<[UInt8]>([])
    let terminal = Terminal(
        environment: environment, clock: clock, isColoured: isColoured, isErrorColoured: isColoured,
        output: { output.set(output.value + $0) }, errors: { errors.set(errors.value + $0) })
    let code = await Terminal.$current.withValue(terminal) { await Gatehouse.execute(arguments) }
    return Outcome(
        code: code, output: String(decoding: output.value, as: UTF8.self),
        errors: String(decoding: errors.value, as: UTF8.self))
}

/// A folder of its own for a test, removed at the end.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}

/// A configuration that works, in a folder of its own.
func withConfiguration<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    try await withFolder { folder in
        let path = "\(folder)/gatehouse.yaml"
        let text = "providers: {local: {kind: extractive}}\nmodels: {demo: {provider: local}}\n"
        try Data(text.utf8).write(to: URL(filePath: path))
        return try await body(path)
    }
}

extension Outcome {
    /// What was printed as one JSON value.
    func json() throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(self.output.utf8))
        return value as? [String: Any] ?? [:]
    }
}
