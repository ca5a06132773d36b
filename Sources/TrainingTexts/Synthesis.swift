import Injection

/// Writes labelled texts by a grammar.
///
/// Where a carrier's rule has a property `attack`, each text is written twice: with an attack of that rule where the
/// carrier says `<<>>`, and without one; and with a property `decoy` a third time, with what people write to people in
/// that place. So a model cannot learn that a carrier is an attack. Where a rule has a property `fills`, each `@NAME@` is
/// what the rule `fill.name` writes: the first fill makes an attack (where the rule has heads), the others clean texts of
/// the same frame. Where a rule has a property `typos`, one in five longer words is mistyped.
package struct Synthesis: Sendable {
    private static let mark = "<<>>"
    private let grammar: Grammar

    /// Creates a writer.
    package init(_ grammar: Grammar) { self.grammar = grammar }

    /// All texts of the grammar for a seed.
    package func texts(seed: UInt64) -> [LabelledText] {
        var texts: [LabelledText] = []
        var seen: Set<String> = []
        for name in self.grammar.names {
            guard let rule = self.grammar.rules[name], let count = rule.properties["count"].flatMap({ Int($0) }) else {
                continue
            }
            // Each rule has a chance of its own, so that a change of one leaves the texts of the others as they were.
            var chance = SeededChance(seed: seed ^ Self.hash(name))
            for _ in 0..<count {
                for text in self.write(name, rule, &chance) where seen.insert(text.text).inserted { texts.append(text) }
            }
        }
        return texts
    }

    private func write(_ name: String, _ rule: Grammar.Rule, _ chance: inout SeededChance) -> [LabelledText] {
        let properties = rule.properties
        var language = properties["lang"] ?? "en"
        let heads = Set(
            (properties["heads"] ?? "").split(separator: ",").compactMap { word in
                InjectionHead.allCases.first { $0.label == word }
            })
        let channels = (properties["channel"] ?? "user").split(separator: ",").compactMap {
            TextChannel(rawValue: String($0))
        }
        let channel = channels.isEmpty ? .user : channels[chance.below(channels.count)]
        let family = "synthetic:" + (properties["family"] ?? name)
        func labelled(_ text: String, _ heads: Set<InjectionHead>, _ attack: Range<Int>?) -> LabelledText {
            LabelledText(
                heads: heads, text: text, channel: channel, language: language, family: family,
                source: "grammar:\(name)", licence: "Apache-2.0", attack: attack)
        }
        var text = self.grammar.write(name, &chance)
        if properties["typos"] != nil { text = Self.mistyped(text, &chance) }
        if let fills = properties["fills"]?.split(separator: ",") {
            return fills.enumerated().map { index, fill in
                let filled = self.fill(text, with: fill, &chance)
                return labelled(Self.vary(filled, &chance), index == 0 ? heads : [], nil)
            }
        }
        guard let attacks = properties["attack"]?.split(separator: ",") else {
            return [labelled(Self.vary(text, &chance), heads, nil)]
        }
        let rule = String(attacks[chance.below(attacks.count)])
        if let own = self.grammar.rules[rule]?.properties["lang"], language == "en" { language = own }
        let order = self.grammar.write(rule, &chance)
        let parts = Self.split(text)
        guard parts.count > 1 else { return [labelled(text, [], nil)] }
        let place = 1 + chance.below(parts.count - 1)
        let before = parts[..<place].joined()
        let after = parts[place...].joined()
        let start = before.utf8.count
        var texts = [
            labelled(before + order + after, heads, start..<start + order.utf8.count),
            labelled(before + after, [], nil),
        ]
        if let decoy = properties["decoy"] {
            texts.append(labelled(before + self.grammar.write(decoy, &chance) + after, [], nil))
        }
        return texts
    }

    /// A text with each `@NAME@` replaced by what the rule of that name writes, each for itself.
    private func fill(_ text: String, with fill: Substring, _ chance: inout SeededChance) -> String {
        var parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices {
            let name = "\(fill).\(parts[index].lowercased())"
            guard index % 2 == 1, index < parts.count - 1, self.grammar.rules[name] != nil else { continue }
            parts[index] = self.grammar.write(name, &chance)
        }
        return parts.joined()
    }

    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(text)
        while let range = rest.firstRange(of: Self.mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }

    /// What people do to a text: all lower, all upper, no full stop.
    private static func vary(_ text: String, _ chance: inout SeededChance) -> String {
        switch chance.below(12) {
        case 0: text.lowercased()
        case 1: text.utf8.count < 400 ? text.uppercased() : text
        case 2 where text.hasSuffix("."): String(text.dropLast())
        default: text
        }
    }

    /// A text with one in five of its longer words mistyped: a letter left out, doubled, or changed for the one after it.
    private static func mistyped(_ text: String, _ chance: inout SeededChance) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            var letters = Array(word)
            guard letters.count > 4, letters.allSatisfy(\.isLetter), chance.once(in: 5) else { return String(word) }
            let place = 1 + chance.below(letters.count - 2)
            switch chance.below(3) {
            case 0: letters.remove(at: place)
            case 1: letters.insert(letters[place], at: place)
            default: letters.swapAt(place, place + 1)
            }
            return String(letters)
        }
        return words.joined(separator: " ")
    }

    /// A number that stands for a text, the same on every machine (FNV-1a).
    package static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }
}
