/// Guesses what went wrong where YAML's own message does not say it.
enum YAMLAdvice {
    /// Advice for an error that the parser noticed at a line: the cause may stand in the one before.
    static func hint(for problem: String, line: Int, in text: String) -> String? {
        let lines = text.split(separator: "\n", maxSplits: line + 1, omittingEmptySubsequences: false)
        let nearby = (max(0, line - 2)..<max(0, line)).reversed().filter(lines.indices.contains).map { lines[$0] }
        for candidate in nearby {
            let indentation = candidate.prefix { $0 == " " || $0 == "\t" }
            if indentation.contains("\t") { return "indent with spaces: YAML allows no tabs there" }
            let value = candidate.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            if value.hasPrefix("["), value.contains("]:") { return "put the address into quotes: \"[::1]:8080\"" }
            if value.hasPrefix("{") || value.hasPrefix("["), value.contains("${") {
                return "inside { } and [ ] put values with ${…} into quotes"
            }
            if problem.contains("mapping values"), value.contains(": ") {
                return "put a value that holds `: ` into quotes"
            }
            if value.hasPrefix("`") || value.hasPrefix("@") || value.hasPrefix("%") || value.hasPrefix("*") {
                return "put a value that begins with a special character into quotes"
            }
        }
        return nil
    }
}
