import Console
import Foundation
import Injection
import Kernel

/// A folder of released models: one folder each, named by the model's hash; a link `current` to the one in force; and
/// `history.jsonl`, which says what was made current when.
struct DetectorReleases {
    let folder: String

    private var history: String { "\(self.folder)/history.jsonl" }

    /// The file that settings name, whatever is current.
    var modelPath: String { "\(self.folder)/current/injection.model" }

    /// The releases that were current, oldest first.
    func past() throws -> [String] {
        guard FileManager.default.fileExists(atPath: self.history) else { return [] }
        let bytes = try DetectorFiles.bytes(self.history)
        return try bytes.split(separator: 0x0A).map { line in
            let content = Array(line)
            let tape = try JSONTape(content.span)
            guard
                let name = tape.member("release", of: tape.root, in: content.span)
                    .flatMap({ tape.string($0, in: content.span) })
            else { throw CommandFailure("`\(self.history.printable)` is damaged") }
            return name
        }
    }

    /// Copies a model and its card into a folder of its own; what is there already is the same.
    func add(_ source: String) throws -> String {
        let bytes = try DetectorFiles.bytes("\(source)/injection.model")
        let model = try DetectorFiles.detector("\(source)/injection.model").model
        let name = String(model.name.dropFirst("injection@".count))
        try DetectorFiles.folder("\(self.folder)/\(name)")
        try DetectorFiles.write(bytes, "\(self.folder)/\(name)/injection.model")
        for card in ["card.json", "card.md"] {
            guard let data = FileManager.default.contents(atPath: "\(source)/\(card)") else { continue }
            try DetectorFiles.write([UInt8](data), "\(self.folder)/\(name)/\(card)")
        }
        return name
    }

    /// Makes a release current: the link is replaced in one step, so that a reader finds the old or the new.
    func makeCurrent(_ name: String, at time: Timestamp) throws {
        let path = "\(self.folder)/\(name)/injection.model"
        let bytes = try DetectorFiles.bytes(path)
        do { _ = try InjectionModel(bytes: bytes.span, name: path) } catch {
            throw CommandFailure(error.message, hint: "what is current stays in force", exitCode: .configuration)
        }
        let next = "\(self.folder)/.next"
        try? FileManager.default.removeItem(atPath: next)
        do { try FileManager.default.createSymbolicLink(atPath: next, withDestinationPath: name) } catch {
            throw CommandFailure("a link cannot be made in `\(self.folder.printable)`")
        }
        // SAFE: both paths are C strings for the length of the call.
        guard unsafe rename(next, "\(self.folder)/current") == 0 else {
            throw CommandFailure("the link `\(self.folder.printable)/current` cannot be replaced")
        }
        var line = JSONWriter()
        line.beginObject()
        line.member("release", name)
        line.member("time", time.description)
        line.endObject()
        let before = FileManager.default.fileExists(atPath: self.history) ? try DetectorFiles.bytes(self.history) : []
        try DetectorFiles.write(before + line.bytes + [0x0A], self.history)
    }
}
