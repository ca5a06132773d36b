import Detection
import DetectorCommands
import Foundation
import Surrogates
import Testing

@testable import Server
@testable import gatehouse

@Suite("gatehouse deidentify")
struct DeidentifyTests {
    private static let letter = """
        Dear Maria Gonzalez,

        please call me at +1 212 555 0123 or write to anna.berg@firma.de. Our office is at 742 Evergreen Terrace, \
        Springfield, IL 62704. The card 4111 1111 1111 1111 is blocked.

        Kind regards,
        Anna Berg
        Siemens AG

        """
    private static let values = [
        "Maria Gonzalez", "+1 212 555 0123", "anna.berg@firma.de", "742 Evergreen Terrace", "4111 1111 1111 1111",
        "Anna Berg",
        "Siemens AG",
    ]

    @Test(
        "No value is left in any mode, and what was found is counted, not shown", arguments: Deidentifier.Mode.allCases)
    func nothingIsLeft(_ mode: Deidentifier.Mode) async throws {
        try await withFolder { folder in
            let file = "\(folder)/letter.txt"
            try Data(Self.letter.utf8).write(to: URL(filePath: file))
            let outcome = await run(["deidentify", file, "--mode", mode.rawValue, "--out", "\(folder)/clean"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let clean = try String(contentsOfFile: "\(folder)/clean/letter.txt", encoding: .utf8)
            for value in Self.values {
                #expect(!clean.contains(value), "\(mode): \(clean)")
                #expect(!outcome.output.contains(value) && !outcome.errors.contains(value))
            }
            #expect(clean.contains("please call me at ") && clean.contains(" is blocked."))
            #expect(outcome.output.contains("  pii.person: 2\n") && outcome.output.contains("  pii.card: 1\n"))
        }
    }

    @Test("A map that is sealed undoes it, and opens with its own key only", arguments: ["surrogate", "fake"])
    func restored(_ mode: String) async throws {
        try await withFolder { folder in
            try Data(Self.letter.utf8).write(to: URL(filePath: "\(folder)/a.txt"))
            try Data("From Anna Berg to Siemens AG, and again: anna.berg@firma.de\n".utf8)
                .write(to: URL(filePath: "\(folder)/b.txt"))
            try Data("0123456789abcdef0123".utf8).write(to: URL(filePath: "\(folder)/key"))
            try Data("another key, as long".utf8).write(to: URL(filePath: "\(folder)/other"))
            let keeping = ["--map", "\(folder)/map", "--key-file", "\(folder)/key"]
            for file in ["a.txt", "b.txt"] {
                let made = await run(
                    ["deidentify", "\(folder)/\(file)", "--mode", mode, "--out", "\(folder)/clean"] + keeping)
                #expect(made.code == 0, "\(made.errors)")
            }
            let sealed = try Data(contentsOf: URL(filePath: "\(folder)/map"))
            #expect(sealed.range(of: Data("Anna".utf8)) == nil)
            if mode == "surrogate" {
                let second = try String(contentsOfFile: "\(folder)/clean/b.txt", encoding: .utf8)
                let first = try String(contentsOfFile: "\(folder)/clean/a.txt", encoding: .utf8)
                #expect(
                    second.contains("<EMAIL_1>") && first.contains("<EMAIL_1>"), "one value, one surrogate: \(second)")
            }
            let back = await run(["deidentify", "\(folder)/clean/a.txt", "--restore"] + keeping)
            #expect(back.output == Self.letter)
            let wrong = await run([
                "deidentify", "\(folder)/clean/a.txt", "--restore", "--map", "\(folder)/map", "--key-file",
                "\(folder)/other",
            ])
            #expect(wrong.code == 1 && wrong.errors.contains("does not open with this key"))
        }
    }

    @Test("A table keeps its form, its header and what is nobody's")
    func table() async throws {
        try await withFolder { folder in
            let text =
                "name,email,note\r\n\"Gonzalez, Maria\",maria@firma.de,\"said \"\"hello\"\"\"\r\nAnna Berg,,fine\r\n"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/people.csv"))
            let outcome = await run(["deidentify", "\(folder)/people.csv", "--json"])
            #expect(outcome.output.hasPrefix("name,email,note\r\n"))
            #expect(outcome.output.contains(",<EMAIL_1>,\"said \"\"hello\"\"\"\r\n"))
            #expect(!outcome.output.contains("Berg") && outcome.output.hasSuffix(",,fine\r\n"))
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8)) as? [String: Any])
            #expect((report["counts"] as? [String: Int])?["pii.email"] == 1)
            #expect((report["files"] as? [[String: Any]])?.first?["records"] as? Int == 3)
        }
    }

    @Test("JSON Lines stay JSON with the same names, and a line that is none is told by its number")
    func lines() async throws {
        try await withFolder { folder in
            let text =
                #"{"id":7,"name":"Anna Berg","mail":["anna@firma.de"],"card":4111111111111111}"# + "\n\n{\"ok\":true}\n"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/a.jsonl"))
            let outcome = await run(["deidentify", "\(folder)/a.jsonl"])
            #expect(
                outcome.output
                    == #"{"id":7,"name":"<PERSON_1>","mail":["<EMAIL_1>"],"card":"<CARD_1>"}"# + "\n\n{\"ok\":true}\n")
            try Data("{\"a\":1}\n{oops anna@firma.de\n".utf8).write(to: URL(filePath: "\(folder)/b.jsonl"))
            let wrong = await run(["deidentify", "\(folder)/b.jsonl", "--out", "\(folder)/clean"])
            #expect(wrong.code == 1)
            #expect(wrong.errors.contains("line 2 is not JSON") && !wrong.errors.contains("anna"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/clean/b.jsonl"))
        }
    }

    @Test("Safe Harbor leaves years, three digits of a ZIP code, states and ages below 90")
    func safeHarbor() async throws {
        try await withFolder { folder in
            let text =
                "John Smith, a 93-year-old man from Ohio, was seen on 3/4/2021. ZIP: 90210. His wife is 71 years old.\n"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/note.txt"))
            let outcome = await run([
                "deidentify", "\(folder)/note.txt", "--profile", "safe-harbor", "--mode", "surrogate",
            ])
            #expect(
                outcome.output
                    == "<PERSON_1>, a 90+-year-old man from Ohio, was seen on 2021. ZIP: 902. His wife is 71 years old.\n"
            )
            #expect(outcome.errors.contains("safe_harbor.date: 1"))
        }
    }

    @Test("Options that contradict each other are refused")
    func refused() async throws {
        #expect(await run(["deidentify", "a", "--map", "m"]).code == 2)
        #expect(await run(["deidentify", "a", "--restore"]).code == 2)
        #expect(await run(["deidentify", "a", "--mode", "mask", "--map", "m", "--key-file", "k"]).code == 2)
        #expect(await run(["deidentify", "a", "--kinds", "nonsense"]).code == 2)
        #expect(await run(["deidentify", "/does/not/exist"]).code == 1)
    }

    @Test(
        "However a document is cut into pieces, what becomes of it is the same",
        arguments: DocumentDeidentifier.Format.allCases)
    func anyPieces(_ format: DocumentDeidentifier.Format) throws {
        let texts: [DocumentDeidentifier.Format: String] = [
            .text: "to bob@example.com\n\nor eve@example.org",
            .jsonl: "{\"a\":\"bob@example.com\"}\n[\"eve@example.org\"]",
            .csv: "a,b\nbob@example.com,\"x\ny\"\neve@example.org,",
        ]
        let bytes = Array(try #require(texts[format]).utf8)
        let work = try Deidentification(
            Deidentifier(mode: .surrogate), kinds: [.email], profile: .everything, lowestConfidence: 50)
        var whole: [UInt8]?
        for size in 1...bytes.count {
            var document = work.document(format)
            var output: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                try document.append(Array(bytes[start..<min(bytes.count, start + size)]), to: &output)
            }
            try document.finish(to: &output)
            if whole == nil { whole = output }
            #expect(output == whole)
            #expect(String(decoding: output, as: UTF8.self).contains("<EMAIL_2>"))
        }
    }
}
