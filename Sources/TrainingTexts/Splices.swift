import Injection

/// Puts orders into documents that are found, so that a model sees them in more than what grammars write.
///
/// Each document is written again: with an order of the grammar, with a request that users make of assistants (right
/// where a user writes it, an injection where data should be), and with what people write to people.
package struct Splices: Sendable {
    private let grammar: Grammar

    /// Creates a writer.
    package init(_ grammar: Grammar) { self.grammar = grammar }

    /// The family that splices into a family's documents belong to; they are held out with it.
    package static func family(of family: String) -> String { "synthetic:spliced_" + family }

    /// Documents of English data with something put in, where the grammar has the rules `splice.order` and
    /// `splice.people`.
    package func texts(_ data: [LabelledText], seed: UInt64) -> [LabelledText] {
        guard self.grammar.rules["splice.order"] != nil, self.grammar.rules["splice.people"] != nil else { return [] }
        let clean = data.filter { !$0.isAttack && $0.language == "en" }
        let requests = clean.filter { text in
            text.channel == .user && (24..<240).contains(text.text.utf8.count) && !text.text.contains("\n")
        }
        var byFamily: [String: [String]] = [:]
        for request in requests { byFamily[request.family, default: []].append(request.text) }
        let families = byFamily.keys.sorted()
        var chance = SeededChance(seed: seed ^ Synthesis.hash("splices"))
        var texts: [LabelledText] = []
        for document in clean where document.channel.group != .spoken && document.text.utf8.count >= 240 {
            texts.append(self.splice(self.grammar.write("splice.order", &chance), into: document, &chance))
            if !families.isEmpty, let own = byFamily[families[chance.below(families.count)]] {
                texts.append(self.splice(own[chance.below(own.count)], into: document, &chance))
            }
            var harmless = self.splice(self.grammar.write("splice.people", &chance), into: document, &chance)
            harmless.heads = []
            harmless.attack = nil
            texts.append(harmless)
        }
        return texts
    }

    /// A document with something between two of its sentences, before its first or after its last.
    private func splice(
        _ inserted: String, into document: LabelledText, _ chance: inout SeededChance
    ) -> LabelledText {
        let bytes = Array(document.text.utf8)
        var places = [0, bytes.count]
        for index in bytes.indices.dropLast() where index > 0 {
            let isEnd = [0x2E, 0x21, 0x3F].contains(bytes[index - 1]) && bytes[index] == 0x20
            if isEnd || bytes[index] == 0x0A { places.append(index) }
        }
        // A third at each end of the text, a third between.
        let place = places[chance.below(3) < 2 ? chance.below(2) : chance.below(places.count)]
        let joint = chance.once(in: 2) ? " " : "\n"
        let before = String(decoding: bytes[..<place], as: UTF8.self) + (place == 0 ? "" : joint)
        let after = (place == bytes.count ? "" : joint) + String(decoding: bytes[place...], as: UTF8.self)
        var text = document
        text.heads = [.indirect]
        text.text = before + inserted + after
        text.family = Self.family(of: document.family)
        let start = before.utf8.count
        text.attack = start..<start + inserted.utf8.count
        return text
    }
}
