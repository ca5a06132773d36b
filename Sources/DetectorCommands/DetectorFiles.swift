import Console
import DetectorTraining
import Foundation
import Injection

/// The files that commands about detectors read and write.
enum DetectorFiles {
    /// A file's bytes.
    static func bytes(_ path: String) throws -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("`\(path.printable)` cannot be read", exitCode: .configuration)
        }
        return [UInt8](data)
    }

    /// A text that is given as itself, as the name of a file, or as `-` for standard input.
    ///
    /// A word that can only be the name of a file is not taken for a text: nothing dangerous in the letters of a name says
    /// nothing about the file.
    /// - Throws: `CommandFailure` where there is no such file, or it cannot be read.
    static func text(_ argument: String) throws -> [UInt8] {
        if argument == "-" || argument.utf8.count < 1024 && Self.exists(argument) { return try Self.bytes(argument) }
        guard !Self.isFileName(argument) else {
            throw CommandFailure(
                "there is no file `\(argument.printable)`",
                hint: "where this word is the text itself, give it on standard input, with `-` in its place",
                exitCode: .configuration)
        }
        return Array(argument.utf8)
    }

    /// Whether a word begins as paths do, or ends as files of text do.
    private static func isFileName(_ word: String) -> Bool {
        guard !word.contains(where: \.isWhitespace), !word.contains("://") else { return false }
        if ["/", "./", "../", "~/"].contains(where: { word.hasPrefix($0) }) { return true }
        let ending = word.split(separator: "/", omittingEmptySubsequences: false).last?.split(separator: ".") ?? []
        return ending.count > 1 && Self.endings.contains(ending.last?.lowercased() ?? "")
    }

    private static let endings: Set = [
        "csv", "eml", "htm", "html", "json", "jsonl", "log", "md", "py", "swift", "txt", "xml", "yaml", "yml",
    ]

    /// Files of data: those that are named, and of folders all that end in `.jsonl`, by name.
    static func data(_ paths: [String]) throws -> [DataFile] {
        var files: [DataFile] = []
        for path in paths {
            guard path == "-" || FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure("there is no `\(path.printable)`", exitCode: .configuration)
            }
            if FileManager.default.isFolder(path) {
                let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl") }
                for name in names.sorted() {
                    files.append(DataFile(name: name, bytes: try Self.bytes("\(path)/\(name)")))
                }
            } else {
                files.append(
                    DataFile(
                        name: path.split(separator: "/").last.map { String($0) } ?? path, bytes: try Self.bytes(path)))
            }
        }
        guard !files.isEmpty else {
            throw CommandFailure("no data: name files in JSON Lines, or folders of them", exitCode: .configuration)
        }
        return files
    }

    /// The rows of files. Their families are named by the file too.
    static func rows(_ paths: [String]) throws -> [DataRow] {
        var all: [DataRow] = []
        for file in try Self.data(paths) {
            let name = String(file.name.prefix { $0 != "." })
            let rows: [DataRow] = try RowReader.rows(file.bytes, name: name)
            for row in rows {
                var named = row
                if row.family != name { named.family = "\(name)/\(row.family)" }
                all.append(named)
            }
        }
        return all
    }

    /// A model: of a file, or the one that is part of the program.
    static func detector(_ path: String?) throws -> InjectionDetector {
        do {
            guard let path else { return try InjectionDetector.embedded() }
            // A name of its own: a span of what a call gives back breaks the compiler here.
            let bytes = try Self.bytes(path)
            return InjectionDetector(model: try InjectionModel(bytes: bytes.span, name: path))
        } catch let error as ModelError {
            throw CommandFailure(
                error.message, hint: "train one with `gatehouse detector train`", exitCode: .configuration)
        }
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Writes a file, whole or not at all.
    static func write(_ bytes: [UInt8], _ path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw CommandFailure("`\(path.printable)` cannot be written")
        }
    }

    static func folder(_ path: String) throws {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw CommandFailure("the folder `\(path.printable)` cannot be made")
        }
    }
}
