// TrainingTexts writes what detectors learn from: labelled texts by grammars, and orders put into documents.

/// Rules that texts are written by.
///
/// A grammar is lines. `[name]` begins a rule, each line after it is one way to write it. In a line, `{name}` is another
/// rule, `{a|b|c}` one of the words between the bars (which may be empty; a whole line may have bars too), `\n` a new
/// line, and a backslash takes the meaning from what follows it. A rule may have properties
/// after its name: `[mail.reset family=mail heads=indirect channel=document lang=en count=200]`; those with a count are
/// what texts are made of. Lines that begin with `#` say something to the reader only.
package struct Grammar: Sendable {
    /// A piece of a line.
    indirect enum Piece: Sendable {
        case text(String)
        case rule(String)
        case choice([[Piece]])
    }

    /// A rule: its properties, and its lines.
    struct Rule: Sendable {
        var properties: [String: String] = [:]
        var lines: [[Piece]] = []
    }

    private(set) var rules: [String: Rule] = [:]
    /// The names of rules in the order of the file, so that texts come in an order that does not depend on hashing.
    private(set) var names: [String] = []

    /// Reads a grammar.
    package init(_ text: String) throws(TrainingError) {
        var current: String?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("["), line.hasSuffix("]"), Self.isHeading(line) {
                let words = line.dropFirst().dropLast().split(separator: " ")
                let name = String(words[0])
                guard self.rules[name] == nil else {
                    throw TrainingError(.malformedGrammar, "line \(index + 1): the rule `\(name)` is there already")
                }
                var rule = Rule()
                for word in words.dropFirst() {
                    let parts = word.split(separator: "=", maxSplits: 1)
                    guard parts.count == 2 else {
                        throw TrainingError(.malformedGrammar, "line \(index + 1): expected name=value, not `\(word)`")
                    }
                    rule.properties[String(parts[0])] = String(parts[1])
                }
                self.rules[name] = rule
                self.names.append(name)
                current = name
            } else {
                guard let name = current else {
                    throw TrainingError(
                        .malformedGrammar, "line \(index + 1): expected a rule's name in brackets first")
                }
                let parts = Self.split(Array(line)).map { Self.pieces(of: $0) }
                self.rules[name]?.lines.append(parts.count == 1 ? parts[0] : [.choice(parts)])
            }
        }
        try self.check()
    }

    /// A heading is `[word …]` with a name of lower-case letters, digits, dots and underscores first.
    private static func isHeading(_ line: Substring) -> Bool {
        let name = line.dropFirst().prefix { $0 != " " && $0 != "]" }
        return !name.isEmpty
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x5F
            }
    }

    private static func pieces(of line: [Character]) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var index = 0
        while index < line.count {
            let character = line[index]
            if character == "\\", index + 1 < line.count {
                let next = line[index + 1]
                text.append(next == "n" ? "\n" : next == "t" ? "\t" : next)
                index += 2
            } else if character == "{", let end = Self.closing(line, index) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                let inside = Array(line[index + 1..<end])
                if Self.split(inside).count == 1,
                    inside.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" })
                {
                    pieces.append(.rule(String(inside)))
                } else {
                    pieces.append(.choice(Self.split(inside).map { Self.pieces(of: $0) }))
                }
                index = end + 1
            } else {
                text.append(character)
                index += 1
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    private static func closing(_ line: [Character], _ start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < line.count {
            if line[index] == "\\" { index += 2; continue }
            if line[index] == "{" { depth += 1 }
            if line[index] == "}" {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        return nil
    }

    private static func split(_ inside: [Character]) -> [[Character]] {
        var parts: [[Character]] = [[]]
        var depth = 0
        var escaped = false
        for character in inside {
            if !escaped, character == "{" { depth += 1 }
            if !escaped, character == "}" { depth -= 1 }
            if !escaped, character == "|", depth == 0 { parts.append([]); continue }
            escaped = !escaped && character == "\\"
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private func check() throws(TrainingError) {
        for name in self.names {
            guard let rule = self.rules[name], !rule.lines.isEmpty else {
                throw TrainingError(.malformedGrammar, "the rule `\(name)` has no line")
            }
            for line in rule.lines { try self.check(line, of: name) }
        }
    }

    private func check(_ pieces: [Piece], of name: String) throws(TrainingError) {
        for piece in pieces {
            switch piece {
            case .text: continue
            case .rule(let other):
                guard self.rules[other] != nil else {
                    throw TrainingError(.malformedGrammar, "the rule `\(name)` uses `\(other)`, which there is not")
                }
            case .choice(let choices): for choice in choices { try self.check(choice, of: name) }
            }
        }
    }

    /// Writes one text by a rule. Rules that call each other stop at a depth of 24.
    package func write(_ name: String, _ chance: inout SeededChance) -> String {
        var text = ""
        self.write(name, to: &text, depth: 0, &chance)
        return text
    }

    private func write(_ name: String, to text: inout String, depth: Int, _ chance: inout SeededChance) {
        guard depth < 24, let rule = self.rules[name] else { return }
        self.write(rule.lines[chance.below(rule.lines.count)], to: &text, depth: depth, &chance)
    }

    private func write(_ pieces: [Piece], to text: inout String, depth: Int, _ chance: inout SeededChance) {
        for piece in pieces {
            switch piece {
            case .text(let piece): text += piece
            case .rule(let name): self.write(name, to: &text, depth: depth + 1, &chance)
            case .choice(let choices):
                self.write(choices[chance.below(choices.count)], to: &text, depth: depth, &chance)
            }
        }
    }
}
