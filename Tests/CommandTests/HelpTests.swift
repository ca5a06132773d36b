import ArgumentParser
import Foundation
import Testing

@testable import gatehouse

/// What reviewers see change: the help of every command, in one file.
@Suite("The help")
struct HelpTests {
    static let commands: [any ParsableCommand.Type] = {
        func all(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
            [command] + command.configuration.subcommands.flatMap(all)
        }
        return all(Gatehouse.self)
    }()

    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/help.txt")

    @Test("Every command's help is the one that was reviewed")
    func helpIsGolden() throws {
        let help = Self.commands.map { command in
            let text = Gatehouse.helpMessage(for: command, columns: 100)
            return "\(String(repeating: "=", count: 100))\n\(text)\n"
        }.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(help.utf8).write(to: Self.golden)
        }
        let reviewed = try String(contentsOf: Self.golden, encoding: .utf8)
        #expect(help == reviewed, "UPDATE_GOLDEN=1 swift test --filter HelpTests writes it anew")
    }

    @Test("Every command shows an example and says what it does")
    func everyCommandHasAnExample() {
        #expect(Self.commands.count == 70)
        for command in Self.commands {
            #expect(!command.configuration.abstract.isEmpty)
            #expect(command.configuration.discussion.contains("EXAMPLE:\n  gatehouse "), "\(command)")
        }
    }

    @Test("Every command that does something prints JSON when asked")
    func everyCommandPrintsJSON() {
        for command in Self.commands where command.configuration.subcommands.isEmpty {
            #expect(Gatehouse.helpMessage(for: command, columns: 100).contains("--json"), "\(command)")
        }
    }

    @Test("Every command is in docs/commands.md with its options")
    func commandsAreDocumented() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/commands.md")
        let document = try String(contentsOf: file, encoding: .utf8)
        for command in Self.commands where command.configuration.subcommands.isEmpty {
            let usage =
                Gatehouse.helpMessage(for: command, columns: 1000).split(separator: "\n")
                .first { $0.hasPrefix("USAGE: ") }?.dropFirst("USAGE: ".count) ?? ""
            let name = usage.prefix { $0 != "[" && $0 != "<" && $0 != "-" }
                .split(separator: " ").joined(separator: " ")
            let line = document.split(separator: "\n").first { $0.hasPrefix("| `\(name)") }
            #expect(line != nil, "\(name)")
            for option in usage.matches(of: /--[a-z-]+/).map(\.output) where option != "--json" && option != "--config"
            {
                #expect(line?.contains(option) == true, "\(name) \(option)")
            }
        }
    }
}
