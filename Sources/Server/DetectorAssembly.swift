import Detection
import Entities
import Foundation
import Injection
package import Kernel
import RuleFiles
import Screening
package import Settings
import Synchronization

/// Builds the detectors that settings ask for, of the files that they name.
final class DetectorAssembly: Sendable {
    /// What is looked for, in requests and in answers.
    struct Detectors {
        let request: PatternDatabase?
        let response: PatternDatabase?
        let screen: Screen?
        let answerScreen: Screen?
    }

    /// Compiled patterns by the families they look for: a reload that does not change them costs nothing.
    private let compiled = Mutex<[Set<Finding.Kind>: PatternDatabase]>([:])
    /// Patterns that our own engine looks for, until somebody has the library do it.
    let begun: AsyncStream<PatternDatabase>
    private let begin: AsyncStream<PatternDatabase>.Continuation

    private static let longList = 1_000

    init() { (self.begun, self.begin) = AsyncStream.makeStream() }

    /// - Throws: `PatternError`, `RuleFileError` and `ModelError`, which name the pattern, or the file and what is wrong.
    func detectors(_ all: Settings, at now: Timestamp) throws -> Detectors {
        let settings = all.detectors
        let words = try settings.dictionaries.map { path in
            try CustomWords(name: Self.name(of: path), text: try Self.text(all.resolved(path)), file: path)
        }
        var canaries = try settings.canaries.map { text in
            guard let canary = Canary(text) else {
                throw RuleFileError(
                    file: "detectors.canaries", line: 0,
                    message: "`\(text.prefix(4))…` is no mark of 12 to 64 letters, digits, - and _")
            }
            return canary
        }
        for path in settings.canaryFiles {
            canaries += try CanaryBook(try Self.text(all.resolved(path)), file: path).canaries(at: now)
        }
        let (asked, answered) = (Self.kinds(settings.request), Self.kinds(settings.response))
        let request = try self.database(asked, words, canaries)
        let response = asked == answered ? request : try self.database(answered, words, canaries)
        let rules = try settings.rules.map { path in
            try RuleDatabase(try RuleFile.rules(try Self.text(all.resolved(path)), file: path), file: path)
        }
        // Phrases take room: only where somebody looks for them. A model that is named is read anyway, so
        // that what is wrong with it is known before it is needed.
        let isAskedForOrders = settings.request.contains(.injection) || settings.response.contains(.injection)
        let orders = isAskedForOrders ? try self.database(Set<Finding.Kind>.family(.injection), [], []) : nil
        let injections =
            isAskedForOrders || settings.injectionModel != nil
            ? try Self.injections(settings.injectionModel.map { (all.resolved($0), $0) }) : nil
        func screen(
            _ families: [Settings.Detectors.Family], _ patterns: PatternDatabase?, names: EntityRecogniser?,
            rules: [RuleDatabase]
        ) -> Screen {
            let looksForOrders = families.contains(.injection)
            return Screen(
                patterns: patterns, phrases: looksForOrders ? orders : nil,
                injections: looksForOrders ? injections : nil, names: names, rules: rules,
                looksForHiding: families.contains(.unicode))
        }
        let names = settings.request.contains(.names) ? try EntityRecogniser.embedded() : nil
        let isRead =
            settings.request.contains(.injection) || names != nil || settings.request.contains(.unicode)
            || !rules.isEmpty
        return Detectors(
            request: request, response: response,
            screen: isRead ? screen(settings.request, request, names: names, rules: rules) : nil,
            answerScreen: response.map { screen(settings.response, $0, names: nil, rules: []) })
    }

    /// The learned detector of a file, or the one that is part of the program.
    private static func injections(_ file: (path: String, name: String)?) throws -> InjectionDetector {
        guard let file else { return try InjectionDetector.embedded() }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw RuleFileError(file: file.name, line: 0, message: "the model cannot be read")
        }
        // A name of its own: a span of what a call gives back breaks the compiler here.
        let bytes = [UInt8](data)
        return InjectionDetector(model: try InjectionModel(bytes: bytes.span, name: file.name))
    }

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RuleFileError(file: path, line: 0, message: "the file cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A file's name without its folder and ending.
    private static func name(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    private func database(
        _ kinds: Set<Finding.Kind>, _ words: [CustomWords], _ canaries: [Canary]
    ) throws -> PatternDatabase? {
        guard !kinds.isEmpty || !words.isEmpty || !canaries.isEmpty else { return nil }
        let isOwn = !words.isEmpty || !canaries.isEmpty
        if !isOwn, let known = self.compiled.withLock({ $0[kinds] }) { return known }
        // The library would take a second to be ready, and our engine finds the same meanwhile. Of long lists of words the
        // library is ready sooner.
        let isLong = words.reduce(0) { $0 + $1.words.count } > Self.longList
        let database = try PatternDatabase(
            kinds: kinds, words: words, canaries: canaries, engine: isLong ? .preferred : .swift)
        if !isLong { self.begin.yield(database) }
        if !isOwn { self.compiled.withLock { $0[kinds] = database } }
        return database
    }

    /// The kinds of some families. Addresses of pages and plain days say who somebody is only where health is concerned.
    private static func kinds(_ families: [Settings.Detectors.Family]) -> Set<Finding.Kind> {
        var kinds = Set(
            Finding.Kind.allCases.filter { kind in families.contains { $0.finding == kind.family.rawValue } })
        // Phrases have a database of their own; hidden characters are seen by reading, not by patterns.
        kinds.subtract(Set<Finding.Kind>.family(.injection).union(Set<Finding.Kind>.family(.unicode)))
        if families.contains(.phi) {
            kinds.formUnion(Set<Finding.Kind>.family(.pii))
        } else {
            kinds.subtract([.url, .date])
        }
        if !families.contains(.pii), !families.contains(.phi) { kinds.subtract(Set<Finding.Kind>.family(.pii)) }
        return kinds
    }
}

/// What is wrong with the files that detectors are made of.
package struct DetectorProblem: Hashable, Sendable {
    /// The file, as the settings name it; nil where it is none of theirs.
    package let file: String?
    package let line: Int?
    package let message: String

    /// Makes the detectors of settings once and says what is wrong, before a gateway is asked to.
    package static func found(in settings: Settings, at now: Timestamp) -> DetectorProblem? {
        do {
            _ = try DetectorAssembly().detectors(settings, at: now)
            return nil
        } catch let error as RuleFileError {
            return Self(file: error.file, line: error.line > 0 ? error.line : nil, message: error.message)
        } catch let error as ModelError {
            return Self(file: settings.detectors.injectionModel, line: nil, message: error.message)
        } catch {
            return Self(file: nil, line: nil, message: "\(error)")
        }
    }
}
