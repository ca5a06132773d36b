// Console: what every command has around it: the terminal, the options that all know, the words for what went wrong.

import Foundation
package import Kernel
import Server

/// Everything that a command has around it: where it prints, what the environment says, what time it is.
package struct Terminal: Sendable {
    package enum Colour: String {
        case red = "31", green = "32", yellow = "33", bold = "1", faint = "2"
    }

    /// The one that commands use; tests put theirs in its place.
    @TaskLocal package static var current = Terminal.process

    package let environment: [String: String]
    package let clock: any WallClock
    /// Whether standard output, and standard error, show colours.
    package let isColoured: Bool
    package let isErrorColoured: Bool
    private let output: @Sendable ([UInt8]) throws -> Void
    private let errors: @Sendable ([UInt8]) -> Void

    package init(
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
    package static let process: Terminal = {
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
    package func write(_ line: String) throws { try self.write(line, terminator: "\n") }

    package func write(_ text: String, terminator: String) throws {
        do { try self.output(Array((text + terminator).utf8)) } catch { throw CommandFailure.alreadyReported() }
    }

    /// Puts bytes on standard output as they are.
    package func write(_ bytes: [UInt8]) throws {
        do { try self.output(bytes) } catch { throw CommandFailure.alreadyReported() }
    }

    /// Prints one JSON value as a line of its own.
    package func write(_ json: JSONWriter) throws { try self.write(String(decoding: json.bytes, as: UTF8.self)) }

    /// Prints a line on standard error.
    package func complain(_ line: String) { self.errors(Array((line + "\n").utf8)) }

    /// Puts a text in place of the current line of standard error, which has to be a terminal.
    package func overwrite(_ text: String) { self.errors(Array("\r\u{1B}[2K\(text)".utf8)) }

    /// A piece of advice on standard error.
    package func warn(_ message: String) {
        self.complain("\(self.paint("warning:", .yellow, onError: true)) \(message)")
    }

    /// The text in a colour, where colours are shown.
    package func paint(_ text: String, _ colour: Colour, onError: Bool = false) -> String {
        (onError ? self.isErrorColoured : self.isColoured) ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
