import Yams

/// Turns the bytes of a file into a `YAMLValue`, or says why they are not YAML that we read.
///
/// Narrower than YAML: one document, UTF-8, at most 1 MiB, no anchors, aliases, merge keys or tags, text as keys, every
/// key once. So the file is a tree, its size bounds the work, and each line means what it says.
package struct YAMLReader {
    static let sizeLimit = ByteCount.mebibytes(1)
    private static let depthLimit = 16

    private let file: String
    package private(set) var problems: [Problem] = []
    private var renamed: [YAMLValue.Mark: String] = [:]
    /// INVARIANT: outlives the nodes it made. They hold their anchors weakly, it holds them strongly.
    private var parser: Parser?

    package init(file: String) { self.file = file }

    /// The root of the document; nil where there is none, and then `problems` says why.
    package mutating func read(_ bytes: [UInt8]) -> YAMLValue? {
        guard bytes.count <= Self.sizeLimit.bytes else {
            self.report("the file is larger than \(Self.sizeLimit)")
            return nil
        }
        guard let text = self.decode(bytes) else { return nil }
        // An alias may stand for more than the whole file, and Yams hashes keys, aliases expanded. With its asterisk
        // replaced an alias is a plain scalar, and every other asterisk is inside text: so this first reading has no
        // aliases, and up to the first of them all anchors of the file. An alias follows its anchor: where this reading
        // finds no anchor, no alias stands for anything.
        if bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) {
            let defused = String(
                decoding: bytes.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
            guard let root = self.compose(defused) else { return nil }
            if Self.hasAnchor(root) {
                _ = self.convert(root, depth: 0)
                return nil
            }
            self.renamed = [:]
        }
        guard let root = self.compose(text) else { return nil }
        return self.convert(root, depth: 0)
    }

    // MARK: Text

    private mutating func decode(_ bytes: [UInt8]) -> String? {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        do { _ = try UTF8Span(validating: bytes.span) } catch {
            let position = error.byteOffsets.lowerBound
            let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            self.report(
                "the file is not UTF-8", at: Self.mark(bytes.prefix(position)), hint: isUTF16 ? "save it as UTF-8" : nil
            )
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let place = text.unicodeScalars.firstIndex(where: { !Self.isAllowed($0) }) {
            let before = bytes.prefix(text.utf8.distance(from: text.startIndex, to: place))
            self.report("control characters are not allowed", at: Self.mark(before))
            return nil
        }
        return text
    }

    /// YAML 1.1, section 5.1, without the byte order mark.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
        default: false
        }
    }

    private static func mark(_ before: ArraySlice<UInt8>) -> YAMLValue.Mark {
        let line = before.suffix(from: (before.lastIndex(of: 0x0A) ?? before.startIndex - 1) + 1)
        let column = line.count { $0 & 0xC0 != 0x80 }
        return YAMLValue.Mark(line: before.count { $0 == 0x0A } + 1, column: column + 1)
    }

    // MARK: Composing

    /// Parses the text, again and again where keys occur twice, the earlier one renamed, so that one reading finds all.
    private mutating func compose(_ text: String) -> Node? {
        var text = text
        // 32 readings of a file of usual size, five of the largest.
        for attempt in 0..<min(32, 1 + 4 * Self.sizeLimit.bytes / max(1, text.utf8.count)) {
            do {
                // The encoding is named because the default asks the environment.
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                self.parser = parser
                guard let root = try parser.singleRoot() else {
                    self.report("the file is empty", hint: "gatehouse init writes one to start from")
                    return nil
                }
                return root
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let mark = YAMLValue.Mark(line: context.mark.line, column: context.mark.column)
                let name = names.first ?? ""
                guard let other = Self.renaming(name, at: mark, attempt, in: text) else {
                    self.report("\(Self.shown(name)) occurs twice in one mapping", at: mark, as: .duplicate)
                    return nil
                }
                self.renamed[mark] = name
                text = other
            } catch let error as YamlError {
                self.report(error, in: text)
                return nil
            } catch {
                self.report("the file cannot be read as YAML")
                return nil
            }
        }
        self.report("too many keys occur twice", as: .duplicate)
        return nil
    }

    /// The text with the first character of a key replaced by one that makes it unique, columns staying as they are;
    /// nil where the key is not written as it reads.
    private static func renaming(_ name: String, at mark: YAMLValue.Mark, _ attempt: Int, in text: String) -> String? {
        guard let unique = Unicode.Scalar(UInt32(0xE000 + attempt)), let first = name.unicodeScalars.first,
            mark.line >= 1, mark.column >= 1
        else { return nil }
        var scalars = text.unicodeScalars
        var offset = scalars.startIndex
        for _ in 1..<mark.line {
            guard let end = scalars[offset...].firstIndex(of: "\n") else { return nil }
            offset = scalars.index(after: end)
        }
        guard var place = scalars.index(offset, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
            place < scalars.endIndex
        else { return nil }
        let quotes: [Unicode.Scalar] = ["\"", "'"]
        if quotes.contains(scalars[place]) { place = scalars.index(after: place) }
        guard place < scalars.endIndex, scalars[place] == first, !quotes.contains(first) else { return nil }
        scalars.replaceSubrange(place...place, with: [unique])
        return String(scalars)
    }

    private static func shown(_ name: String) -> String {
        CredentialShape.matches(name) ? "a key" : "the key `\(Spelling.excerpt(name))`"
    }

    /// As deep as the parser goes, which is 1000 levels.
    private static func hasAnchor(_ node: Node) -> Bool {
        guard node.anchor == nil else { return true }
        switch node {
        case .scalar, .alias: return false
        case .sequence(let nodes): return nodes.contains { Self.hasAnchor($0) }
        case .mapping(let pairs): return pairs.contains { Self.hasAnchor($0.key) || Self.hasAnchor($0.value) }
        }
    }

    // MARK: Converting

    private mutating func convert(_ node: Node, depth: Int) -> YAMLValue {
        let mark = Self.mark(of: node)
        self.refuseAnchor(of: node, at: mark)
        let plainTags: [Tag.Name] = [.str, .seq, .map]
        if !plainTags.map(\.rawValue).contains(node.tag.rawValue) { self.report("tags are not supported", at: mark) }
        guard depth <= Self.depthLimit else {
            self.report("nested more than \(Self.depthLimit) levels deep", at: mark)
            return YAMLValue(mark: mark, content: .scalar("", isPlain: true))
        }
        let content: YAMLValue.Content =
            switch node {
            case .scalar(let scalar): .scalar(scalar.string, isPlain: scalar.style == .plain)
            case .sequence(let nodes): .list(nodes.map { self.convert($0, depth: depth + 1) })
            case .mapping(let mapping): .mapping(self.members(of: mapping, depth: depth))
            case .alias: .scalar("", isPlain: true)
            }
        return YAMLValue(mark: mark, content: content)
    }

    private mutating func refuseAnchor(of node: Node, at mark: YAMLValue.Mark) {
        guard node.anchor != nil else { return }
        self.report("anchors and aliases are not supported", at: mark, hint: "write the value where it is needed")
    }

    private mutating func members(of mapping: Node.Mapping, depth: Int) -> [YAMLValue.Member] {
        var members: [YAMLValue.Member] = []
        var firstLines: [String: Int] = [:]
        for (key, value) in mapping {
            let mark = Self.mark(of: key)
            self.refuseAnchor(of: key, at: mark)
            guard case .scalar(let scalar) = key else {
                self.report("a key must be text", at: mark)
                continue
            }
            let name = self.renamed[mark] ?? scalar.string
            if let line = firstLines[name] {
                let message = "\(Self.shown(name)) occurs twice: it is already set in line \(line)"
                self.report(message, at: mark, as: .duplicate)
                continue
            }
            firstLines[name] = mark.line
            members.append(YAMLValue.Member(name: name, mark: mark, value: self.convert(value, depth: depth + 1)))
        }
        return members
    }

    private static func mark(of node: Node) -> YAMLValue.Mark {
        YAMLValue.Mark(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    // MARK: Reporting

    private mutating func report(
        _ message: String, at mark: YAMLValue.Mark? = nil, hint: String? = nil, as code: Problem.Code = .syntax
    ) {
        let location = Location(file: self.file, line: mark?.line, column: mark?.column)
        self.problems.append(Problem(code, at: location, message, hint: hint))
    }

    private mutating func report(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var message = "not valid YAML: \(problem)"
            if let context, context.mark.line < mark.line {
                message += " \(context.text) from line \(context.mark.line)"
            }
            if problem.contains("another document") { message = "the file holds more than one document" }
            let mark = YAMLValue.Mark(line: mark.line, column: mark.column)
            self.report(message, at: mark, hint: YAMLAdvice.hint(for: problem, line: mark.line, in: text))
        case .reader(let problem, _, _, _):
            self.report("not valid YAML: \(problem)")
        default:
            self.report("the file cannot be read as YAML")
        }
    }
}
