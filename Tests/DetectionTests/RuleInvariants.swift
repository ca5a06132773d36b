#if canImport(Detection)
    @testable import Detection
    import RuleFiles
#endif

/// What holds for every file of rules, well formed or not. Shared with the fuzz target, which compiles it together with the
/// modules' sources, without the library.
enum RuleInvariants {
    /// What is violated; nothing where all is well.
    static func violations(_ bytes: [UInt8]) -> [String] {
        var violations: Set<String> = []
        let text = String(decoding: bytes, as: UTF8.self)
        let rules: [CustomRule]
        do throws(RuleFileError) {
            rules = try RuleFile.rules(text, file: "r.toml")
        } catch {
            let lines = text.utf8.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
            return error.line < 1 || error.line > lines || error.message.isEmpty ? ["an error of no line"] : []
        }
        if rules.count > RuleFile.most { violations.insert("too many rules") }
        for rule in rules.prefix(4) {
            if Finding.Kind(rawValue: "custom.\(rule.id)") == nil { violations.insert("a rule without a kind") }
            guard rule.expression.utf8.count < 300 else { continue }
            do throws(RuleFileError) {
                let database = try RuleDatabase([rule], file: "r.toml", engine: .swift)
                var findings: [Finding] = []
                guard database.scan(bytes.span, with: RuleScratch(), into: &findings) == .complete else { continue }
                for finding in findings where finding.span.isEmpty || finding.span.upperBound > bytes.count {
                    violations.insert("a finding outside the text")
                }
            } catch {
                if error.line != rule.line || !error.message.contains("`\(rule.id)`") {
                    violations.insert("an error that does not name its rule")
                }
            }
        }
        return violations.sorted()
    }
}
