package import Detection
package import Entities
package import Injection

extension Screen {
    /// Everything that there is, as a person who tries the detectors wants it.
    ///
    /// Our own engine is ready sooner than the library, which is done sooner with long texts. Addresses of pages and plain
    /// days are left out: they are findings only where health is concerned.
    package static func complete(
        injections: InjectionDetector, names: EntityRecogniser?, rules: [RuleDatabase] = [],
        engine: PatternEngine = .preferred
    ) throws(PatternError) -> Screen {
        let orders = Set<Finding.Kind>.family(.injection)
        let others = Set<Finding.Kind>.all.subtracting(orders).subtracting([.date, .url])
        let patterns = try PatternDatabase(kinds: others, engine: engine)
        let phrases = try PatternDatabase(kinds: orders, engine: engine)
        return Screen(
            patterns: patterns, phrases: phrases, injections: injections, names: names, rules: rules,
            looksForHiding: true)
    }
}
