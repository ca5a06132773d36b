import Foundation
import Testing

@testable import gatehouse

@Suite("A text on the command line: itself, a file, or standard input")
struct TextArgumentTests {
    static let names = [
        "answer.txt", "mail/answer.eml", "./answer", "/no/such/file", "../page", "Page.HTML", "a.tar.json",
    ]
    static let commands = [["detect"], ["canary", "check"]]

    @Test("A file that is not there is no text in which nothing was found", arguments: Self.commands, Self.names)
    func missingFile(_ command: [String], _ name: String) async throws {
        let outcome = await run(command + [name])
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("there is no file `\(name)`") && outcome.errors.contains("standard input"))
    }

    static let texts = [
        "ann@example.org", "example.com/a", "10.0.0.1/24", "https://example.org/page.html", "see answer.txt", "v1.2",
        "",
    ]

    @Test("What is no name of a file is looked at itself", arguments: Self.commands, Self.texts)
    func text(_ command: [String], _ text: String) async throws {
        let outcome = await run(command + [text, "--json"])
        #expect([0, 3].contains(outcome.code), "\(outcome.errors)")
        #expect(!outcome.output.isEmpty)
    }

    @Test("A file that is there is read")
    func file() async throws {
        try await withFolder { folder in
            let path = "\(folder)/answer.txt"
            try Data("write to ann@example.org".utf8).write(to: URL(filePath: path))
            let outcome = await run(["detect", path, "--json"])
            #expect(outcome.code == 3 && outcome.output.contains("pii.email"))
        }
    }
}
