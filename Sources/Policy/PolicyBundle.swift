import Cedar
package import CedarSchema
import Crypto

/// Policies that decide together, read from files, valid, and with what proves it: nothing else can be activated.
package struct PolicyBundle: Sendable {
    /// Sorted by name.
    package let files: [PolicyFile]
    /// In the order of files, then of writing.
    package let rules: [PolicyRule]
    /// What must hold whatever the policies say.
    package let properties: [PolicyClaim]
    package let tests: [PolicyTest]
    /// SHA-256 over the files, in 64 hexadecimal digits: two bundles of one hash decide the same.
    package let hash: String
    package let schema: Schema
    /// What hardly says what was meant; there are no errors.
    package let warnings: [PolicyProblem]

    /// Reads, validates, proves the properties and runs the tests.
    /// - Throws: all that is wrong, in the order of files and places.
    package init(_ files: [PolicyFile], limits: PolicyLimits = PolicyLimits()) throws(PolicyError) {
        var reader = try BundleReader(files, limits: limits)
        reader.read()
        let read = try reader.bundle()
        let problems = read.failedTests() + read.brokenProperties()
        guard !problems.contains(where: { $0.severity == .error }) else {
            throw PolicyError(.invalid, problems.sorted())
        }
        self.init(read, warnings: (read.warnings + problems).sorted())
    }

    /// Reads and validates; neither proves properties nor runs tests.
    package init(unproved files: [PolicyFile], limits: PolicyLimits = PolicyLimits()) throws(PolicyError) {
        var reader = try BundleReader(files, limits: limits)
        reader.read()
        self = try reader.bundle()
    }

    init(
        files: [PolicyFile], rules: [PolicyRule], properties: [PolicyClaim], tests: [PolicyTest], schema: Schema,
        warnings: [PolicyProblem]
    ) {
        self.files = files
        self.rules = rules
        self.properties = properties
        self.tests = tests
        self.hash = Self.hash(of: files)
        self.schema = schema
        self.warnings = warnings
    }

    private init(_ other: PolicyBundle, warnings: [PolicyProblem]) {
        self.init(
            files: other.files, rules: other.rules, properties: other.properties, tests: other.tests,
            schema: other.schema, warnings: warnings)
    }

    package subscript(id: String) -> PolicyRule? { self.rules.first { $0.id == id } }

    /// Over name and text of each file, each behind its length.
    private static func hash(of files: [PolicyFile]) -> String {
        var hash = SHA256()
        hash.update(data: Array("gatehouse-policies-1\n".utf8))
        for file in files {
            hash.update(data: Array("\(file.name.utf8.count) \(file.text.utf8.count)\n".utf8))
            hash.update(data: Array(file.name.utf8))
            hash.update(data: Array(file.text.utf8))
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}

/// Reads the files of a bundle and collects what is wrong with them.
struct BundleReader {
    private let files: [PolicyFile]
    private let limits: PolicyLimits
    private var schema: Schema
    private var tools: [ToolSchema] = []
    private var rules: [PolicyRule] = []
    private var properties: [PolicyClaim] = []
    private var tests: [PolicyTest] = []
    private var problems: [PolicyProblem] = []
    private var known: [String: (file: String, line: UInt32)] = [:]

    init(_ files: [PolicyFile], limits: PolicyLimits) throws(PolicyError) {
        guard files.count <= limits.files else {
            throw PolicyError(.tooLarge, [PolicyProblem("there are more than \(limits.files) files", file: "")])
        }
        guard files.reduce(0, { $0 + $1.text.utf8.count }) <= limits.bytes else {
            throw PolicyError(
                .tooLarge, [PolicyProblem("the files have more than \(limits.bytes) bytes", file: "")])
        }
        switch PolicySchema.schema {
        case .success(let schema): self.schema = schema
        case .failure(let error): throw PolicyError(.invalid, [PolicyProblem(error.message, file: "")])
        }
        self.files = files.sorted { $0.name < $1.name }
        self.limits = limits
    }

    mutating func read() {
        for (file, next) in zip(self.files, self.files.dropFirst()) where file.name == next.name {
            self.problems.append(PolicyProblem("there are two files of this name", file: file.name))
        }
        self.readTools()
        for file in self.files {
            switch file.kind {
            case .tools: break
            case .policies: self.readPolicies(file)
            case .properties: self.readProperties(file)
            case .tests: self.readTests(file)
            case nil:
                self.problems.append(
                    PolicyProblem(
                        "this is no file of a bundle", file: file.name,
                        hint: "policies are in `*.cedar`, properties in `*.properties.cedar`, tests in `*.tests.json`"))
            }
        }
        if self.rules.count > self.limits.policies {
            self.problems.append(PolicyProblem("there are more than \(self.limits.policies) policies", file: ""))
        }
        if self.tests.count > self.limits.tests {
            self.problems.append(PolicyProblem("there are more than \(self.limits.tests) tests", file: ""))
        }
        if self.rules.isEmpty, self.problems.isEmpty {
            self.problems.append(
                PolicyProblem(
                    "there is no policy, so everything would be refused", file: "",
                    hint: "begin with `gatehouse policy init`"))
        }
        self.checkNamesInTests()
    }

    func bundle() throws(PolicyError) -> PolicyBundle {
        guard !self.problems.contains(where: { $0.severity == .error }) else {
            throw PolicyError(.invalid, self.problems.sorted())
        }
        return PolicyBundle(
            files: self.files, rules: self.rules, properties: self.properties, tests: self.tests, schema: self.schema,
            warnings: self.problems.sorted())
    }

    /// The schema that policies are held against has the tools in it.
    private mutating func readTools() {
        for file in self.files where file.kind == .tools {
            do throws(PolicyFormatError) {
                let server = try ToolSchema(server: file.stem, json: Array(file.text.utf8))
                self.tools.append(server)
                for tool in server.tools where !tool.leftOut.isEmpty {
                    self.problems.append(
                        PolicyProblem(
                            "policies cannot speak of these arguments of `\(server.server)/\(tool.name)`: "
                                + tool.leftOut.joined(separator: ", "), file: file.name,
                            hint: "Cedar has no type for them", severity: .warning))
                }
            } catch {
                self.problems.append(
                    PolicyProblem(
                        error.description, file: file.name, at: SourceLocation(offset: error.offset, in: file.text)))
            }
        }
        do throws(CedarError) { self.schema = try PolicySchema.schema(self.tools) } catch {
            self.problems.append(PolicyProblem("the tools make no schema: \(error.message)", file: ""))
        }
    }

    private mutating func readPolicies(_ file: PolicyFile) {
        let validator = Validator(self.schema)
        for policy in self.parse(file) {
            guard let rule = PolicyRule(policy, file: file.name, problems: &self.problems) else { continue }
            if let first = self.known.updateValue((file.name, policy.location.line), forKey: rule.id) {
                self.problems.append(
                    PolicyProblem(
                        "the id `\(rule.id)` is taken by the policy at \(first.file):\(first.line)", file: file.name,
                        at: policy.location))
            }
            guard !policy.isTemplate else {
                self.problems.append(
                    PolicyProblem(
                        "`\(rule.id)` is a template, which decides nothing", file: file.name, at: policy.location,
                        hint: "name the principal or resource instead of `?principal` or `?resource`"))
                continue
            }
            self.problems += validator.validate(rule.policy).map { PolicyProblem($0, file: file.name) }
            self.rules.append(rule)
        }
    }

    private mutating func readProperties(_ file: PolicyFile) {
        let validator = Validator(self.schema)
        for policy in self.parse(file) {
            guard let rule = PolicyRule(policy, file: file.name, problems: &self.problems) else { continue }
            if let first = self.known.updateValue((file.name, policy.location.line), forKey: rule.id) {
                self.problems.append(
                    PolicyProblem(
                        "the id `\(rule.id)` is taken by the policy at \(first.file):\(first.line)", file: file.name,
                        at: policy.location))
            }
            guard rule.remedy == nil, rule.mode == .enforce else {
                self.problems.append(
                    PolicyProblem(
                        "the property `\(rule.id)` can have neither a remedy nor a mode", file: file.name,
                        at: policy.location))
                continue
            }
            self.problems += validator.validate(rule.policy).map { PolicyProblem($0, file: file.name) }
            self.properties.append(PolicyClaim(rule))
        }
    }

    private mutating func parse(_ file: PolicyFile) -> [CedarPolicy] {
        do throws(CedarError) { return try CedarParser.policies(file.text) } catch {
            self.problems.append(PolicyProblem(error.message, file: file.name, at: error.location))
            return []
        }
    }

    private mutating func readTests(_ file: PolicyFile) {
        do throws(PolicyFormatError) {
            self.tests += try PolicyTest.read(file)
        } catch {
            self.problems.append(
                PolicyProblem(
                    error.description, file: file.name, at: SourceLocation(offset: error.offset, in: file.text)))
        }
    }

    /// A test that expects a policy that is not there would fail for a reason that nobody sees.
    private mutating func checkNamesInTests() {
        let names = self.rules.map(\.id)
        let known = Set(names)
        for test in self.tests {
            for id in test.expected.policies ?? [] where !known.contains(id) {
                self.problems.append(
                    PolicyProblem(
                        "the test `\(test.name)` expects the policy `\(id)`, which there is not", file: test.file,
                        at: test.location, hint: Nearness.nearest(to: id, among: names).map { "did you mean `\($0)`?" })
                )
            }
        }
    }
}

extension PolicyProblem {
    init(_ finding: ValidationFinding, file: String) {
        let parts = finding.message.split(separator: "\n", maxSplits: 1)
        let hint = parts.count > 1 ? String(parts[1].hasPrefix("hint: ") ? parts[1].dropFirst(6) : parts[1][...]) : nil
        self.init(
            parts.first.map { String($0) } ?? finding.message, file: file, at: finding.location, hint: hint,
            severity: finding.severity == .error ? .error : .warning)
    }
}
