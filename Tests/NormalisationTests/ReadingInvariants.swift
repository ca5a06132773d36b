#if canImport(Normalisation)
    import Normalisation
#endif

/// What holds for the readings of every text. Shared with the fuzz target, which compiles it together with the module's
/// sources.
enum ReadingInvariants {
    /// What is violated; nothing where all is well.
    static func violations(_ text: [UInt8]) -> [String] {
        var violations: Set<String> = []
        var normaliser = Normaliser()
        let normalised = normaliser.read(text.span)
        if normaliser.read(text.span) != normalised { violations.insert("read again it has other readings") }
        if normalised.views.count > Normaliser.most { violations.insert("too many readings") }
        if normalised.views.reduce(0, { $0 + $1.bytes.count }) > (4 << 20) + 4 * text.count {
            violations.insert("too long readings")
        }
        for fact in normalised.facts where fact.range.isEmpty || fact.range.upperBound > text.count {
            violations.insert("a fact outside the text")
        }
        let isValid = String(validating: text, as: UTF8.self) != nil
        for index in normalised.views.indices {
            let view = normalised.views[index]
            if view.bytes.isEmpty { violations.insert("an empty reading") }
            if view.depth > Normaliser.deepest { violations.insert("a reading too deep") }
            if let parent = view.parent, parent >= index { violations.insert("a reading before what it is read from") }
            var last = 0
            for place in stride(from: 0, to: view.bytes.count, by: max(1, view.bytes.count / 97)) {
                let range = place..<min(view.bytes.count, place + 5)
                let original = normalised.original(range, of: index, in: text.span)
                if original.isEmpty || original.lowerBound < 0 || original.upperBound > text.count {
                    violations.insert("a part that maps to nowhere")
                    continue
                }
                if isValid, String(validating: text[original], as: UTF8.self) == nil {
                    violations.insert("a part that maps to half a character")
                }
                last = max(last, original.upperBound)
            }
            let whole = normalised.original(0..<view.bytes.count, of: index, in: text.span)
            if whole.lowerBound < 0 || whole.upperBound > text.count || last > whole.upperBound {
                violations.insert("a whole that does not hold its parts")
            }
        }
        return violations.sorted()
    }
}
