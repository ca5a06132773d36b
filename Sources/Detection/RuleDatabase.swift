internal import PatternMatching
package import RuleFiles

/// A tenant's own rules made ready to scan. What a rule finds is the whole of its match, the longest from where it begins.
package final class RuleDatabase: Sendable {
    /// Which rules these are.
    package let version: DetectorVersion
    private let rules: [CustomRule]
    private let kinds: [Finding.Kind]
    private let triggers: PatternDatabase.Triggers

    /// No rule finds more in one text.
    private static let mostHits = 10_000

    /// Compiles the rules of a file.
    ///
    /// Our own engine looks for them: with some expressions that others may write (`.*` before a word is one) vectorscan 5.4
    /// ends the process on texts of more than 255 bytes.
    ///
    /// - Throws: ``RuleFileError`` naming the rule that cannot be compiled.
    package init(
        _ rules: [CustomRule], file: String, engine: PatternEngine = .swift
    ) throws(RuleFileError) {
        self.rules = rules
        self.kinds = try rules.map { rule throws(RuleFileError) in
            guard let kind = Finding.Kind(rawValue: "custom.\(rule.id)") else {
                throw Self.unusable(rule, file, "there are too many names of findings")
            }
            return kind
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for rule in rules {
            for byte in "\(rule)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        self.version = DetectorVersion(name: "rules", contentHash: hash)
        self.triggers = try Self.compile(rules, file: file, for: engine)
    }

    private static func compile(
        _ rules: [CustomRule], file: String, for engine: PatternEngine
    ) throws(RuleFileError) -> PatternDatabase.Triggers {
        guard !rules.isEmpty else { return .none }
        let expressions = rules.map(\.expression)
        do {
            switch engine {
            case .vectorscan: return .vectorscan(try VectorscanDatabase(expressions, tellsStarts: true))
            case .swift: return .swift(try PatternSet(expressions, tellsStarts: true))
            }
        } catch let error as VectorscanError {
            guard let index = error.index else { throw RuleFileError(file: file, line: 0, message: error.message) }
            throw Self.unusable(rules[index], file, error.message)
        } catch let error as ExpressionError {
            throw Self.unusable(rules[error.index], file, error.message)
        } catch {
            throw RuleFileError(file: file, line: 0, message: "\(error)")
        }
    }

    private static func unusable(_ rule: CustomRule, _ file: String, _ reason: String) -> RuleFileError {
        RuleFileError(file: file, line: rule.line, message: "the rule `\(rule.id)` cannot be used: \(reason)")
    }

    /// Appends what the rules find in a text.
    package func scan(_ text: Span<UInt8>, with scratch: RuleScratch, into findings: inout [Finding]) -> ScanOutcome {
        guard !text.isEmpty else { return .complete }
        scratch.hits.removeAll(keepingCapacity: true)
        let isWhole: Bool
        switch self.triggers {
        case .none: return .complete
        case .swift(let set):
            isWhole = set.scan(text, with: scratch.states) { rule, start, end in
                scratch.note(rule, start..<end)
                return scratch.hits.count <= Self.mostHits
            }
        case .vectorscan(let database):
            // SAFE: the library and the handler use the pointers only while this call lasts; the context is the scratch.
            isWhole = unsafe text.withUnsafeBufferPointer { text in
                withExtendedLifetime(scratch) {
                    let context = unsafe Unmanaged.passUnretained(scratch).toOpaque()
                    return unsafe database.scan(
                        text, with: scratch.space, identity: self.version.contentHash, context: context
                    ) { rule, from, to, _, context in
                        guard let context = unsafe context else { return 1 }
                        let scratch = unsafe Unmanaged<RuleScratch>.fromOpaque(context).takeUnretainedValue()
                        scratch.note(Int(rule), Int(from)..<Int(to))
                        return scratch.hits.count > RuleDatabase.mostHits ? 1 : 0
                    }
                }
            }
        }
        guard isWhole else { return .failed }
        for hit in scratch.hits where self.accepts(hit.range, of: self.rules[hit.rule], in: text) {
            findings.append(
                Finding(
                    kind: self.kinds[hit.rule], span: hit.range, confidence: Finding.Confidence(percent: 85),
                    severity: .high, detector: self.version))
        }
        return .complete
    }

    private func accepts(_ range: Range<Int>, of rule: CustomRule, in text: Span<UInt8>) -> Bool {
        if rule.entropy > 0, SecretValue(text, range).entropy < rule.entropy { return false }
        if !rule.stopWords.isEmpty {
            let match = String(decoding: range.map { text[$0] }, as: UTF8.self).lowercased()
            if rule.stopWords.contains(where: { match.contains($0) }) { return false }
        }
        return rule.keywords.isEmpty || rule.keywords.contains { Self.holds($0, text) }
    }

    /// Whether a word in lower case stands anywhere in a text, in any case.
    private static func holds(_ word: String, _ text: Span<UInt8>) -> Bool {
        let word = Array(word.utf8)
        guard let first = word.first, text.count >= word.count else { return false }
        for start in 0...text.count - word.count where Self.lower(text[start]) == first {
            if word.indices.allSatisfy({ Self.lower(text[start + $0]) == word[$0] }) { return true }
        }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
}

/// Working memory for scans with a tenant's rules.
package final class RuleScratch {
    fileprivate let space = VectorscanScratch()
    fileprivate let states = PatternScratch()
    fileprivate var hits: [(rule: Int, range: Range<Int>)] = []

    /// Creates empty working memory; the first scan makes it fit.
    package init() {}

    /// Notes a match; a longer one that begins at the same place, or overlaps the last, stands for both.
    fileprivate func note(_ rule: Int, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if let index = self.hits.lastIndex(where: { $0.rule == rule }), self.hits[index].range.overlaps(range) {
            let known = self.hits[index].range
            self.hits[index].range = min(known.lowerBound, range.lowerBound)..<max(known.upperBound, range.upperBound)
            return
        }
        self.hits.append((rule, range))
    }
}
