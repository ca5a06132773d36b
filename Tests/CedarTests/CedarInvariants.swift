#if canImport(Cedar)
    import Cedar
    import CedarSchema
#endif

/// What holds for every text, a policy or a schema or neither. Shared with the fuzz targets, which compile it together with
/// the modules' sources.
enum CedarInvariants {
    private static let policyLimits = ParserLimits(bytes: 1 << 20)

    /// What is violated where the text is taken for policies; nothing where all is well.
    static func policyViolations(_ bytes: [UInt8]) -> [String] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let policies = try? CedarParser.policies(text, limits: self.policyLimits) else { return [] }
        var violations: [String] = []
        let printed = policies.map(\.description).joined(separator: "\n")
        if let again = try? CedarParser.policies(printed, limits: self.policyLimits) {
            if again.map(\.description) != policies.map(\.description) {
                violations.append("printed policies mean else")
            }
        } else {
            violations.append("printed policies cannot be read")
        }
        if let formatted = try? CedarFormatter.format(text) {
            if (try? CedarFormatter.format(formatted)) != formatted { violations.append("formatting goes on changing") }
        } else {
            violations.append("what can be read cannot be formatted")
        }
        return violations
    }

    /// What is violated where the text is taken for a schema; nothing where all is well.
    static func schemaViolations(_ bytes: [UInt8]) -> [String] {
        _ = try? Schema(json: bytes)
        guard let fragment = try? SchemaFragment(text: String(decoding: bytes, as: UTF8.self)) else { return [] }
        _ = try? Schema([fragment])
        guard let printed = try? fragment.text() else { return ["what was read from text cannot be written as text"] }
        guard let again = try? SchemaFragment(text: printed) else { return ["a printed schema cannot be read"] }
        return (try? again.text()) == printed ? [] : ["a printed schema means something else"]
    }
}
