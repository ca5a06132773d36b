internal import CVectorscan

/// A tenant's own rules made ready to scan. What a rule finds is the whole of its match, the longest from where it begins.
@safe
package final class RuleDatabase: Sendable {
    /// Which rules these are.
    package let version: DetectorVersion
    private let rules: [CustomRule]
    private let kinds: [Finding.Kind]
    // SAFE: vectorscan databases are immutable once compiled; owned here alone, freed in deinit.
    private nonisolated(unsafe) let database: OpaquePointer?

    /// No rule finds more in one text.
    private static let mostHits = 10_000

    /// Compiles the rules of a file.
    ///
    /// - Throws: ``RuleFileError`` naming the rule that cannot be compiled.
    package init(_ rules: [CustomRule], file: String) throws(RuleFileError) {
        self.rules = rules
        self.kinds = rules.map { Finding.Kind(rawValue: "custom.\($0.id)") ?? .anyCustom }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for rule in rules {
            for byte in "\(rule)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        self.version = DetectorVersion(name: "rules", contentHash: hash)
        unsafe self.database = try Self.compile(rules, file: file)
    }

    deinit {
        // SAFE: nobody scans, since they would hold a reference; freeing nil is allowed.
        _ = unsafe hs_free_database(self.database)
    }

    private static func compile(_ rules: [CustomRule], file: String) throws(RuleFileError) -> OpaquePointer? {
        guard !rules.isEmpty else { return nil }
        var text: [CChar] = []
        var starts: [Int] = []
        for rule in rules {
            starts.append(text.count)
            text.append(contentsOf: rule.expression.utf8.map { CChar(bitPattern: $0) })
            text.append(0)
        }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        // SAFE: the library reads the expressions while the call lasts, and copies what it keeps.
        let status = unsafe text.withUnsafeBufferPointer { text in
            let expressions = unsafe starts.map { unsafe text.baseAddress?.advanced(by: $0) }
            let flags = [UInt32](repeating: UInt32(HS_FLAG_SOM_LEFTMOST), count: rules.count)
            let ids = rules.indices.map { UInt32($0) }
            return unsafe hs_compile_multi(
                expressions, flags, ids, UInt32(rules.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        }
        if status == HS_SUCCESS { return unsafe database }
        // SAFE: the library returned the error to us, and we free it once; its message lives until then.
        defer { unsafe hs_free_compile_error(failure) }
        let index = unsafe failure.map { unsafe Int($0.pointee.expression) } ?? -1
        let reason =
            unsafe failure.flatMap { unsafe $0.pointee.message }.map { unsafe String(cString: $0) } ?? "no memory"
        guard rules.indices.contains(index) else { throw RuleFileError(file: file, line: 0, message: reason) }
        throw RuleFileError(
            file: file, line: rules[index].line, message: "the rule `\(rules[index].id)` cannot be used: \(reason)")
    }

    /// Appends what the rules find in a text.
    package func scan(_ text: Span<UInt8>, with scratch: RuleScratch, into findings: inout [Finding]) -> ScanOutcome {
        guard let database = unsafe self.database, !text.isEmpty else { return .complete }
        guard let space = unsafe scratch.prepared(for: database, identity: self.version.contentHash),
            let length = UInt32(exactly: text.count)
        else { return .failed }
        scratch.hits.removeAll(keepingCapacity: true)
        // SAFE: the library and the callback use the pointers only while this call lasts; the context is the scratch.
        let status = unsafe text.withUnsafeBytes { bytes in
            withExtendedLifetime(scratch) {
                guard let start = bytes.baseAddress else { return HS_SUCCESS }
                let context = unsafe Unmanaged.passUnretained(scratch).toOpaque()
                return unsafe hs_scan(
                    database, start.assumingMemoryBound(to: CChar.self), length, 0, space,
                    { rule, from, to, _, context in
                        guard let context = unsafe context else { return 1 }
                        let scratch = unsafe Unmanaged<RuleScratch>.fromOpaque(context).takeUnretainedValue()
                        scratch.note(Int(rule), Int(from)..<Int(to))
                        return scratch.hits.count > RuleDatabase.mostHits ? 1 : 0
                    }, context)
            }
        }
        guard status == HS_SUCCESS else { return .failed }
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
@safe
package final class RuleScratch {
    // SAFE: allocated by vectorscan, owned here alone, freed in deinit.
    private var space: OpaquePointer?
    private var fits: UInt64?
    fileprivate var hits: [(rule: Int, range: Range<Int>)] = []

    /// Creates empty working memory; the first scan makes it fit.
    package init() {}

    deinit {
        // SAFE: no scan runs, since it would hold a reference; freeing nil is allowed.
        _ = unsafe hs_free_scratch(self.space)
    }

    fileprivate func prepared(for database: OpaquePointer, identity: UInt64) -> OpaquePointer? {
        if self.fits == identity { return unsafe self.space }
        // SAFE: `space` is nil or came from this function; the library replaces it where it is too small.
        guard unsafe hs_alloc_scratch(database, &self.space) == HS_SUCCESS else { return nil }
        self.fits = identity
        return unsafe self.space
    }

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
