import ArgumentParser
import Cedar
import Console
import Foundation
import Kernel
import Policy
import Server
import Settings

/// Which policies a command works with.
struct PolicySource: ExpressibleByArgument {
    let text: String
    private let isUsual: Bool

    init?(argument: String) {
        self.text = argument
        self.isUsual = false
    }

    private init(usual text: String) {
        self.text = text
        self.isUsual = true
    }

    /// The folder that the configuration names.
    static let usual = PolicySource(usual: "policies")

    var defaultValueDescription: String { self.text }

    static let help = ArgumentHelp(
        "A folder or file of policies, `active`, `default`, or the hash of a bundle.", valueName: "policies")

    /// Reads the files. The database is opened only where they are in it.
    func files(_ option: ConfigurationOption) async throws -> [PolicyFile] {
        switch self.text {
        case "default": return DefaultPolicies.files
        case "active": return try await Self.active(Operator(option))
        default:
            let path = try self.path(option)
            if FileManager.default.fileExists(atPath: path) { return try Self.read(path) }
            guard self.isHash else {
                throw CommandFailure(
                    "there are no policies at `\(path.printable)`", hint: "gatehouse policy init \(path.printable)",
                    exitCode: .configuration)
            }
            let desk = try Operator(option)
            return try await desk.stores.bundles.files(of: self.hash(desk), desk.context())
        }
    }

    /// Without a configuration the usual folder is one of that name here.
    private func path(_ option: ConfigurationOption) throws -> String {
        guard self.isUsual, FileManager.default.fileExists(atPath: option.path) else { return self.text }
        return try option.settings().policiesPath
    }

    /// The policies as a bundle that is valid; its properties are not proved and its tests not run.
    @inline(never)  // The optimiser of Swift 6.3.1 breaks down where this is inlined ("while splitting coroutine").
    func bundle(_ option: ConfigurationOption) async throws -> PolicyBundle {
        let files = try await self.files(option)
        return try Self.bundle(files)
    }

    @inline(never)
    private static func bundle(_ files: [PolicyFile]) throws -> PolicyBundle { try PolicyBundle(unproved: files) }

    /// The whole hash of a bundle in the database.
    func hash(_ desk: Operator) async throws -> String {
        let known = try await desk.stores.bundles.bundles(desk.context()).map(\.hash).filter {
            $0.hasPrefix(self.text)
        }
        guard let hash = known.first, known.count == 1 else {
            throw CommandFailure(
                known.isEmpty
                    ? "there is no bundle `\(self.text.printable)`" : "more than one bundle begins with `\(self.text)`",
                hint: "gatehouse policy list shows them")
        }
        return hash
    }

    var isHash: Bool {
        (8...64).contains(self.text.utf8.count) && self.text.allSatisfy { "0123456789abcdef".contains($0) }
    }

    /// The files in force: those that were activated last, or else those that come with Gatehouse.
    static func active(_ desk: Operator) async throws -> [PolicyFile] {
        guard let activation = try await desk.stores.bundles.activations(desk.context()).first else {
            return DefaultPolicies.files
        }
        return try await desk.stores.bundles.files(of: activation.hash, desk.context())
    }

    // MARK: Folders

    /// The files of a folder, those in folders below it too, or one file.
    static func read(_ path: String) throws -> [PolicyFile] {
        guard FileManager.default.isFolder(path) else {
            return [PolicyFile(name: URL(fileURLWithPath: path).lastPathComponent, text: try self.text(path))]
        }
        guard let names = FileManager.default.enumerator(atPath: path) else {
            throw CommandFailure("`\(path.printable)` may not be read", exitCode: .configuration)
        }
        var files: [PolicyFile] = []
        for case let name as String in names {
            let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
            guard !isHidden, PolicyFile(name: name, text: "").kind != nil else { continue }
            guard files.count < PolicyLimits().files else {
                throw CommandFailure("`\(path.printable)` has too many files", exitCode: .configuration)
            }
            files.append(PolicyFile(name: name, text: try self.text("\(path)/\(name)")))
        }
        return files.sorted { $0.name < $1.name }
    }

    private static func text(_ path: String) throws -> String {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw CommandFailure("`\(path.printable)` cannot be read", exitCode: .configuration)
        }
        guard data.count <= PolicyLimits().bytes else {
            throw CommandFailure("`\(path.printable)` is too large", exitCode: .configuration)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("`\(path.printable)` is not UTF-8", exitCode: .configuration)
        }
        return text
    }
}

extension Terminal {
    /// Prints problems, and how many there are of each kind.
    func write(_ problems: [PolicyProblem]) throws {
        for problem in problems { try self.write(problem.description) }
    }
}

extension JSONWriter {
    mutating func write(_ problems: [PolicyProblem]) {
        self.name("problems")
        self.beginArray()
        for problem in problems {
            self.beginObject()
            self.member("severity", problem.severity.rawValue)
            self.member("file", problem.file)
            if problem.location != .none {
                self.member("line", Int(problem.location.line))
                self.member("column", Int(problem.location.column))
            }
            self.member("message", problem.message)
            self.member("hint", ifPresent: problem.hint)
            self.endObject()
        }
        self.endArray()
    }

    /// A member that is a list of texts.
    mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        self.beginArray()
        for value in values { self.string(value) }
        self.endArray()
    }
}
