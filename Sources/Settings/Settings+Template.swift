extension Settings {
    /// The commented configuration that `gatehouse init` writes. It loads as it is, without a key for any provider.
    package static func template() -> String {
        var template = Template()
        template.add(
            comment: """
                The configuration of one Gatehouse gateway. `gatehouse check` says what is wrong with it.

                A line that is commented out shows a default, or an example where there is none. Wherever a value stands ${env:NAME} puts in a variable and \
                ${file:/path} the content of a file; keys of providers must be written so, never in clear. Variables can \
                also set keys, called after their path: GATEHOUSE_LIMITS_BODY sets limits.body. Sizes are bytes, or have a \
                unit: KiB, MiB, GiB. So do durations: ms, s, m, h.
                """, depth: 0)
        template.addBlankLine()
        for key in Self.description.keys { template.add(key) }
        return template.text
    }
}

/// Writes keys as YAML, with what they mean beside them.
private struct Template {
    private static let width = 120
    /// Where comments begin that stand beside a value.
    private static let commentColumn = 44

    private(set) var text = ""

    /// Adds one of the outermost keys.
    mutating func add(_ key: KeyDescription) {
        switch key.form {
        case .scalar, .list: self.add(setting: key, depth: 0)
        case .section(let keys):
            self.addBlankLine()
            self.add(comment: key.sentence, depth: 0)
            self.text += "\(key.name):\n"
            for inner in keys { self.add(setting: inner, depth: 1) }
        case .entries(let entries):
            self.addBlankLine()
            self.add(comment: key.sentence, depth: 0)
            self.text += "\(key.name):\n"
            self.add(entries)
        }
    }

    private mutating func add(setting key: KeyDescription, depth: Int) {
        // Entries within a section are too much for the template; the documents show some.
        let isShown = if case .entries = key.form { false } else { key.isEssential }
        let line = "\(isShown ? "" : "# ")\(key.name): \(Self.written(key))"
        self.add(line: line, comment: Self.comment(key), depth: depth)
    }

    private mutating func add(_ entries: EntriesDescription) {
        var explained: Set<String> = []
        for sample in entries.samples {
            guard let variant = entries.variants.first(where: { $0.kind == sample.kind }) else { continue }
            let mark = sample.isActive ? "" : "# "
            if let comment = sample.comment { self.add(comment: comment, depth: 1) }
            var lines: [(text: String, comment: String?)] = []
            if let kind = sample.kind {
                let kinds = entries.variants.compactMap(\.kind).joined(separator: " | ")
                lines.append(("kind: \(kind)", explained.insert("kind").inserted ? kinds : nil))
            }
            for key in variant.keys {
                let line: String
                if let value = sample.values[key.name] {
                    line = "\(key.name): \(Self.written(key, value))"
                } else if case .defaulted = key.presence {
                    line = "# \(key.name): \(Self.written(key))"
                    // What was shown as a default once is one wherever it is not shown again.
                    guard explained.insert(line).inserted else { continue }
                } else {
                    continue
                }
                lines.append((line, explained.insert(key.name).inserted ? Self.comment(key) : nil))
            }
            self.add(line: "\(mark)\(Self.quoted(sample.name)):", comment: nil, depth: 1)
            for line in lines { self.add(line: "\(mark)  \(line.text)", comment: line.comment, depth: 1) }
        }
    }

    // MARK: Lines

    mutating func addBlankLine() { self.text += "\n" }

    /// Adds lines of comment, broken between words.
    mutating func add(comment: String, depth: Int) {
        let indentation = String(repeating: "  ", count: depth)
        for paragraph in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = "\(indentation)#"
            for word in paragraph.split(separator: " ") {
                if line.count + 1 + word.count > Self.width {
                    self.text += line + "\n"
                    line = "\(indentation)#"
                }
                line += " \(word)"
            }
            self.text += line + "\n"
        }
    }

    /// Adds a line with a comment beside it or, where there is no room, above it.
    private mutating func add(line: String, comment: String?, depth: Int) {
        let line = String(repeating: "  ", count: depth) + line
        guard let comment else {
            self.text += line + "\n"
            return
        }
        let padding = String(repeating: " ", count: max(2, Self.commentColumn - line.count))
        if line.count + padding.count + 2 + comment.count <= Self.width {
            self.text += "\(line)\(padding)# \(comment)\n"
        } else {
            self.add(comment: comment.capitalizedSentence, depth: depth)
            self.text += line + "\n"
        }
    }

    /// The documentation and, where it does not name them, the allowed values.
    private static func comment(_ key: KeyDescription) -> String {
        let names: [String]
        switch key.form {
        case .scalar(.choice(let choices)), .list(.choice(let choices), _): names = choices
        default: return key.documentation
        }
        if names.allSatisfy({ key.documentation.contains($0) }) { return key.documentation }
        return "\(key.documentation): \(names.joined(separator: " | "))"
    }

    // MARK: Values

    private static func written(_ key: KeyDescription) -> String {
        if case .entries = key.form { return "{}" }
        if case .defaulted(let value) = key.presence { return self.written(key, value) }
        return self.written(key, key.example)
    }

    private static func written(_ key: KeyDescription, _ value: String) -> String {
        if case .list = key.form { value } else { self.quoted(value) }
    }

    /// In quotes where YAML would read the text as something else.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isLetter || $0.isNumber || "$/".contains($0) } == true
            && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
        return isPlain ? text : "\"\(text.split(separator: "\"").joined(separator: "\\\""))\""
    }
}
