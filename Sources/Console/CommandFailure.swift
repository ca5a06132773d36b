package import ArgumentParser
import DetectorTraining
import Foundation
import Injection
import Kernel
import Policy
import Server
import Settings
import TrainingTexts
import Verification

extension ExitCode {
    /// The configuration or the command's usage is wrong: what a person has to change before trying again.
    package static let configuration = ExitCode(2)
}

/// Why a command did not do what it was asked: one sentence, perhaps a hint, and the exit code.
package struct CommandFailure: Error, Equatable {
    /// Lower-case start, no final period; empty where everything has been said already.
    package let message: String
    package let hint: String?
    package let exitCode: ExitCode

    package init(_ message: String, hint: String? = nil, exitCode: ExitCode = .failure) {
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    /// What was printed says it; only the exit code is left to tell.
    package static func alreadyReported(_ exitCode: ExitCode = .failure) -> CommandFailure {
        CommandFailure("", exitCode: exitCode)
    }

    /// The same failure in our words; nil for errors that belong to the argument parser.
    package init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as SettingsError:
            let problems = error.problems.map(\.description).joined(separator: "\nerror: ")
            self.init(problems, exitCode: .configuration)
        case let error as StoreError:
            // Errors of opening bring a hint of their own.
            let isBare = error.code == .unavailable && !error.message.contains("\nhint:")
            self.init("\(error)", hint: isBare ? "is the database there, and may this user write to it?" : nil)
        case let error as ServerError:
            let isTaken = error.code == .cannotListen
            self.init(error.message, hint: isTaken ? "stop what listens there, or listen elsewhere" : nil)
        case let error as VerificationError: self.init(error.description)
        case let error as PolicyError: self.init(error.description, exitCode: .configuration)
        case let error as PolicyFormatError: self.init(error.description, exitCode: .configuration)
        case let error as TrainingError: self.init(error.message, exitCode: .configuration)
        case let error as ModelError: self.init(error.message, exitCode: .configuration)
        case is ExitCode, is ValidationError, is CleanExit: return nil
        default:
            // Help that a subcommand was asked for is thrown when it runs.
            guard OutputOption.exitCode(for: error) == .failure else { return nil }
            self.init("\(error)")
        }
    }

    package func report(to terminal: Terminal) {
        guard !self.message.isEmpty else { return }
        terminal.complain("\(terminal.paint("error:", .red, onError: true)) \(self.message)")
        if let hint = self.hint { terminal.complain("hint: \(hint)") }
    }
}
