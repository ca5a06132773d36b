/// Reads scalars, lists and mappings out of a file, and notes what is wrong and where each value was found.
struct SettingsReader {
    /// Problems beyond these help nobody.
    private static let problemLimit = 100

    let file: String
    let environment: [String: String]
    let readFile: (String) throws -> [UInt8]
    private(set) var problems: [Problem] = []
    /// Where each well-formed value was written, by the path of its key. What is not here is a default, or is wrong and
    /// already reported: comparisons between values leave it out.
    private(set) var locations: [String: Location] = [:]

    /// The paths of the keys of plain sections by their last names: where a key that was put elsewhere belongs.
    let homes: [String: String]

    init(
        file: String, environment: [String: String], homes: [String: String],
        readFile: @escaping (String) throws -> [UInt8]
    ) {
        self.file = file
        self.homes = homes
        self.environment = environment
        self.readFile = readFile
    }

    var folder: String { PathText.folder(of: self.file) }

    func location(_ mark: YAMLValue.Mark, _ key: String) -> Location {
        Location(file: self.file, line: mark.line, column: mark.column, key: key)
    }

    /// How many problems there are of each severity: warnings take no room from errors, so that none is overlooked.
    private var counts: [Problem.Severity: Int] = [:]

    /// Whether more errors would only be dropped.
    var isFull: Bool { self.counts[.error, default: 0] >= Self.problemLimit }

    mutating func report(_ problem: Problem) {
        guard self.counts[problem.severity, default: 0] < Self.problemLimit else { return }
        self.counts[problem.severity, default: 0] += 1
        self.problems.append(problem)
    }

    mutating func report(
        _ code: Problem.Code, at location: Location, _ message: String, hint: String? = nil
    ) {
        self.report(Problem(code, at: location, message, hint: hint))
    }

    /// Notes that the value of a key was read, and where.
    mutating func found(_ key: String, at location: Location) { self.locations[key] = location }

    /// Whether something is already said about a key.
    func isReported(_ key: String) -> Bool { self.problems.contains { $0.location.key == key } }

    /// The problems of the file in its order, then those without a line, as they came.
    var sortedProblems: [Problem] {
        self.problems.enumerated().sorted { left, right in
            func rank(_ problem: (offset: Int, element: Problem)) -> (Int, Int, Int) {
                let location = problem.element.location
                let isOfFile = location.file == self.file
                return (isOfFile ? location.line ?? 0 : .max, location.column ?? 0, problem.offset)
            }
            return rank(left) < rank(right)
        }.map(\.element)
    }

    // MARK: Scalars

    /// Reads one scalar, references in it replaced; nil where it is wrong, which is then reported.
    mutating func scalar<Value>(
        _ value: YAMLValue, _ key: String, _ type: ScalarType<Value>, default: String? = nil
    ) -> Value? {
        let location = self.location(value.mark, key)
        guard case .scalar(let written, _) = value.content, !value.isNothing else {
            let hint = value.isNothing ? `default`.map { "leave the key out for the default, \($0)" } : nil
            self.report(.invalid, at: location, "expected \(type.expectation), found \(value.summary)", hint: hint)
            return nil
        }
        guard let text = self.substitute(written, at: location) else { return nil }
        return self.read(text, shownAs: written, key, at: location, type)
    }

    /// Reads the text of a scalar, which messages repeat as it was `written`: what a reference stood for is not shown.
    mutating func read<Value>(
        _ text: String, shownAs written: String, _ key: String, at location: Location, _ type: ScalarType<Value>
    ) -> Value? {
        guard !CredentialShape.matches(text) else {
            self.report(
                .credential, at: location, "this looks like a credential, which does not belong here",
                hint: "keep it in a variable or file and refer to it in api_key: ${env:NAME} or ${file:/path}")
            return nil
        }
        do throws(Refusal) {
            let value = try type.read(text)
            self.found(key, at: location)
            return value
        } catch {
            let expected = "expected \(type.expectation), found `\(Spelling.excerpt(written))`"
            // A hint may be made of the text: where that came from elsewhere it is not repeated.
            self.report(
                .invalid, at: location, error.message ?? expected, hint: text == written ? error.hint : nil)
            return nil
        }
    }

    /// Replaces each `${env:…}` and `${file:…}`; nil where one cannot be, which is then reported.
    private mutating func substitute(_ written: String, at location: Location) -> String? {
        guard written.contains("${") else { return written }
        var text = ""
        var rest = written[...]
        while let start = rest.firstRange(of: "${") {
            text += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}"), let source = ReferencedText.parse(rest[..<end]) else {
                let message = "expected a reference such as \(ReferencedText.expectation) behind `${`"
                self.report(.reference, at: location, message)
                return nil
            }
            switch ReferencedText.look(up: source, in: self.environment, folder: self.folder, readFile: self.readFile) {
            case .success(let value): text += value
            case .failure(let refusal):
                self.report(.reference, at: location, refusal.message ?? "cannot be resolved", hint: refusal.hint)
                return nil
            }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    /// Reads a value that must be a reference to a secret; what stands there instead is never repeated.
    mutating func secret(_ value: YAMLValue, _ key: String) -> SecretReference? {
        let location = self.location(value.mark, key)
        let hint: String
        switch value.content {
        case .scalar(let text, _):
            if text.hasPrefix("${"), text.hasSuffix("}"),
                let source = ReferencedText.parse(text.dropFirst(2).dropLast())
            {
                self.found(key, at: location)
                return SecretReference(source, at: location, folder: self.folder)
            }
            let name = text.drop { "${".contains($0) }.prefix { $0 != "}" }
            let isVariable =
                text.hasPrefix("$") && name.count <= 40 && !CredentialShape.matches(text)
                && name.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F }
            hint = isVariable ? "write ${env:\(name)}" : "keep the credential in a variable or file and name that here"
        case .list, .mapping: hint = "put a value with ${…} into quotes inside { } and [ ]"
        }
        let found = value.isNothing ? "nothing" : "something else"
        self.report(
            .credential, at: location, "expected \(ReferencedText.expectation) and nothing else, found \(found)",
            hint: hint)
        return nil
    }

    // MARK: Lists and mappings

    /// Reads a list of scalars without repetitions; nil where one of them is wrong.
    mutating func list<Value: Hashable>(
        _ value: YAMLValue, _ key: String, _ type: ScalarType<Value>, isEmptyAllowed: Bool
    ) -> [Value]? {
        let location = self.location(value.mark, key)
        guard case .list(let items) = value.content else {
            var hint: String?
            if case .scalar(let text, _) = value.content, !value.isNothing, !CredentialShape.matches(text) {
                hint = "put it into brackets: [\(Spelling.excerpt(text))]"
            }
            self.report(.invalid, at: location, "expected a list, found \(value.summary)", hint: hint)
            return nil
        }
        guard !items.isEmpty || isEmptyAllowed else {
            self.report(.invalid, at: location, "expected at least one value")
            return nil
        }
        var values: [Value] = []
        var seen: Set<Value> = []
        for (index, item) in items.enumerated() {
            let itemKey = "\(key)[\(index)]"
            guard let read = self.scalar(item, itemKey, type) else { continue }
            guard seen.insert(read).inserted else {
                self.report(.duplicate, at: self.location(item.mark, itemKey), "\(item.summary) occurs twice")
                continue
            }
            values.append(read)
        }
        guard values.count == items.count else { return nil }
        self.found(key, at: location)
        return values
    }

    /// The members of a mapping; none where nothing is written, nil where it is something else.
    mutating func members(_ value: YAMLValue, _ key: String, _ expectation: String) -> [YAMLValue.Member]? {
        if value.isNothing { return [] }
        guard case .mapping(let members) = value.content else {
            let location = self.location(value.mark, key)
            self.report(.invalid, at: location, "expected \(expectation), found \(value.summary)")
            return nil
        }
        return members
    }
}
