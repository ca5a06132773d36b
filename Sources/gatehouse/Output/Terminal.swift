import Foundation
import Kernel
import Server

/// Everything that a command has around it: where it prints, what the environment says, what time it is.
struct Terminal: Sendable {
    enum Colour: String {
        case red = "31", green = "32", yellow = "33", bold = "1", faint = "2"
    }

    /// The one that commands use; tests put theirs in its place.
    @TaskLocal static var current = Terminal.process

    let environment: [String: String]
    let clock: any WallClock
    /// Whether standard output, and standard error, show colours.
    let isColoured: Bool
    let isErrorColoured: Bool
    private let output: @Sendable ([UInt8]) throws -> Void
    private let errors: @Sendable ([UInt8]) -> Void

    init(
        environment: [String: String], clock: any WallClock = SystemClock(), isColoured: Bool = false,
        isErrorColoured: Bool = false, output: @escaping @Sendable ([UInt8]) throws -> Void,
        errors: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.environment = environment
        self.clock = clock
        self.isColoured = isColoured
        self.isErrorColoured = isErrorColoured
        self.output = output
        self.errors = errors
    }

    /// That of this process.
    static let process: Terminal = {
        let environment = ProcessInfo.processInfo.environment
        // https://no-color.org: set and not empty, whatever its value.
        let wantsColour = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        return Terminal(
            environment: environment, isColoured: wantsColour && isatty(STDOUT_FILENO) == 1,
            isErrorColoured: wantsColour && isatty(STDERR_FILENO) == 1,
            output: { try FileHandle.standardOutput.write(contentsOf: Data($0)) },
            errors: { try? FileHandle.standardError.write(contentsOf: Data($0)) })
    }()

    /// Prints a line on standard output.
    /// - Throws: a silent `CommandFailure` where nobody reads any more.
    func write(_ line: String) throws { try self.write(line, terminator: "\n") }

    func write(_ text: String, terminator: String) throws {
        do { try self.output(Array((text + terminator).utf8)) } catch { throw CommandFailure.alreadyReported() }
    }

    /// Puts bytes on standard output as they are.
    func write(_ bytes: [UInt8]) throws {
        do { try self.output(bytes) } catch { throw CommandFailure.alreadyReported() }
    }

    /// Prints one JSON value as a line of its own.
    func write(_ json: JSONWriter) throws { try self.write(String(decoding: json.bytes, as: UTF8.self)) }

    /// Prints a line on standard error.
    func complain(_ line: String) { self.errors(Array((line + "\n").utf8)) }

    /// Puts a text in place of the current line of standard error, which has to be a terminal.
    func overwrite(_ text: String) { self.errors(Array("\r\u{1B}[2K\(text)".utf8)) }

    /// A piece of advice on standard error.
    func warn(_ message: String) {
        self.complain("\(self.paint("warning:", .yellow, onError: true)) \(message)")
    }

    /// The text in a colour, where colours are shown.
    func paint(_ text: String, _ colour: Colour, onError: Bool = false) -> String {
        (onError ? self.isErrorColoured : self.isColoured) ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
