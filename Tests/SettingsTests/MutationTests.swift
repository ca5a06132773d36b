import Testing

@testable import Settings

/// SplitMix64: the same numbers for the same seed everywhere.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

@Suite("Mutations of the template")
struct MutationTests {
    static let fragments = [
        ": ", "\n", "  ", "- ", "[", "]", "{", "}", "\"", "'", "#", "&a ", "*a", "!t ", "|", ">", "${env:A}",
        "${file:x}",
        "${", "null", "~", "0", "999999999999999999999", "-1", "openai", "extractive", "<<: ", "? ", "\t", "\r",
        "\u{0}",
        "é", "\u{2028}", "%", "@", ",", "---\n", "local", "threads: 1\n", "[::1]:0", "10h", "1GiB", "block", "pii",
    ]

    @Test("load, or say why not at a place in the file", arguments: 0..<24)
    func neverCrash(_ seed: UInt64) {
        var numbers = SeededNumbers(state: seed)
        let template = Array(Settings.template().utf8)
        for _ in 0..<25 {
            var bytes = template
            for _ in 0..<Int.random(in: 1...6, using: &numbers) { Self.mutate(&bytes, &numbers) }
            let loading = load(bytes: bytes, environment: ["A": "x"], files: ["x": "y"])
            let hasErrors = loading.problems.contains { $0.severity == .error }
            #expect(hasErrors == (loading.settings == nil))
            if let settings = loading.settings { #expect(!settings.models.isEmpty) }
            for problem in loading.problems {
                #expect(problem.location.file == "gatehouse.yaml")
                #expect((1...(bytes.count + 1)).contains(problem.location.line ?? 1))
                #expect(!problem.message.isEmpty && !problem.message.contains("\n"))
            }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ numbers: inout SeededNumbers) {
        let start = Int.random(in: 0...bytes.count, using: &numbers)
        let end = min(bytes.count, start + Int.random(in: 0...20, using: &numbers))
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &numbers))
        case 2: if start < end { bytes[start] = UInt8.random(in: 0...255, using: &numbers) }
        case 3: bytes.insert(contentsOf: (Self.fragments.randomElement(using: &numbers) ?? "").utf8, at: start)
        default:
            bytes.replaceSubrange(start..<end, with: (Self.fragments.randomElement(using: &numbers) ?? "").utf8)
        }
    }
}
