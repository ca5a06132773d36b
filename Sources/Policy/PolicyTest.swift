package import Cedar
import Detection

/// A request and what is to be decided of it, kept beside the policies.
package struct PolicyTest: Sendable {
    /// What must come out; what is nil may be anything.
    package struct Expectation: Hashable, Sendable {
        /// `permit` or `forbid`.
        package let effect: String
        /// The remedy's name; `none` where there must be none.
        package let remedy: String?
        /// Exactly these, in any order.
        package let policies: Set<String>?
        /// What the caller is told.
        package let message: String?
    }

    package let name: String
    package internal(set) var question: Question
    package let expected: Expectation
    package let file: String
    package let location: SourceLocation

    /// What is not as expected of a decision; nil where all is.
    package func complaint(about decision: Decision) -> String? {
        let remedy = decision.effect.remedy?.name ?? "none"
        let policies = Set(decision.determining)
        let isAsExpected =
            decision.effect.name == self.expected.effect && (self.expected.remedy.map { $0 == remedy } ?? true)
            && (self.expected.policies.map { $0 == policies } ?? true)
            && (self.expected.message.map { $0 == decision.message } ?? true)
        guard !isAsExpected else { return nil }
        return "expected \(self.expected.words) but it is \(Self.words(decision))"
    }

    private static func words(_ decision: Decision) -> String {
        var words = decision.effect.name
        if let remedy = decision.effect.remedy { words += " with the remedy `\(remedy.name)`" }
        words +=
            decision.determining.isEmpty
            ? " by default" : " by \(decision.determining.map { "`\($0)`" }.joined(separator: ", "))"
        if let message = decision.message { words += " (\(message))" }
        return words
    }

    // MARK: Reading

    /// Reads a table of tests.
    ///
    /// ```json
    /// { "principals": { "alice": { "type": "user", "id": "alice" } },
    ///   "resources": { "gpt": { "type": "model", "id": "gpt", "provider": "openai", "boundary": "external" } },
    ///   "tests": [ { "name": "a card number is refused", "principal": "alice", "action": "infer", "resource": "gpt",
    ///                "findings": { "pii.card": 1 },
    ///                "expect": { "effect": "forbid", "remedy": "none", "policies": ["card-numbers-stay"] } } ] }
    /// ```
    static func read(_ file: PolicyFile) throws(PolicyFormatError) -> [PolicyTest] {
        let members = try JSONTree(Array(file.text.utf8)).object(["principals", "resources", "tests"])
        var vocabulary = Question.Vocabulary()
        for (name, tree) in try members["principals"]?.members() ?? [] {
            vocabulary.principals[name] = try Subject(tree)
        }
        for (name, tree) in try members["resources"]?.members() ?? [] {
            vocabulary.resources[name] = try Resource(tree)
        }
        var tests: [PolicyTest] = []
        var locations = LineTable(file.text)
        for tree in try members.required("tests").elements() {
            var test = try PolicyTest(
                tree, vocabulary, file: file.name, at: locations.location(of: tree.range.lowerBound))
            if let arguments = JSONTree.Members(tree: tree, members: try tree.members())["arguments"] {
                test.question.arguments = ToolArguments(
                    json: Array(file.text.utf8.dropFirst(arguments.range.lowerBound).prefix(arguments.range.count)))
            }
            tests.append(test)
        }
        return tests
    }

    private init(
        _ tree: JSONTree, _ vocabulary: Question.Vocabulary, file: String, at location: SourceLocation
    ) throws(PolicyFormatError) {
        let members = try tree.object(["arguments", "expect", "name"] + Question.names)
        self.name = try members.required("name").string()
        self.question = try Question(members, vocabulary: vocabulary)
        self.expected = try Expectation(members.required("expect"))
        self.file = file
        self.location = location
    }
}

extension PolicyTest.Expectation {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["effect", "message", "policies", "remedy"])
        self.effect = try members.required("effect").value("`permit` or `forbid`") {
            ["permit", "forbid"].contains($0) ? $0 : nil
        }
        self.remedy = try members["remedy"].map { (tree) throws(PolicyFormatError) in
            try tree.value("a remedy or `none`") { (Remedy.names + ["none"]).contains($0) ? $0 : nil }
        }
        self.policies = try members["policies"].map { (tree) throws(PolicyFormatError) in Set(try tree.strings()) }
        self.message = try members.string("message")
    }

    var words: String {
        var words = self.effect
        if let remedy = self.remedy { words += remedy == "none" ? " without a remedy" : " with the remedy `\(remedy)`" }
        if let policies = self.policies {
            words +=
                policies.isEmpty
                ? " by default" : " by \(policies.sorted().map { "`\($0)`" }.joined(separator: ", "))"
        }
        if let message = self.message { words += " (\(message))" }
        return words
    }
}

/// Finds the places of ascending offsets in one pass.
private struct LineTable {
    private let starts: [Int]
    private let bytes: [UInt8]

    init(_ text: String) {
        self.bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in self.bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        self.starts = starts
    }

    mutating func location(of offset: Int) -> SourceLocation {
        var low = 0
        var high = self.starts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if self.starts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = self.bytes[self.starts[low]..<min(offset, self.bytes.count)].count { $0 & 0xC0 != 0x80 }
        return SourceLocation(line: UInt32(low + 1), column: UInt32(column + 1), offset: UInt32(clamping: offset))
    }
}
