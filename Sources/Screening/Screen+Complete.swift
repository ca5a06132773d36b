package import Detection
package import Entities
package import Injection

extension Screen {
    /// Everything that there is, as a person who tries the detectors wants it.
    ///
    /// Addresses of pages and plain days are left out: they are findings only where health is concerned.
    package static func complete(
        injections: InjectionDetector, names: EntityRecogniser?, rules: [RuleDatabase] = []
    ) throws(PatternError) -> Screen {
        let orders = Set<Finding.Kind>.family(.injection)
        let patterns = try PatternDatabase(kinds: Set<Finding.Kind>.all.subtracting(orders).subtracting([.date, .url]))
        let phrases = try PatternDatabase(kinds: orders)
        return Screen(
            patterns: patterns, phrases: phrases, injections: injections, names: names, rules: rules,
            looksForHiding: true)
    }
}
