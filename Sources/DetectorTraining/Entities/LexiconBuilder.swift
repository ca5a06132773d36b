internal import Entities

/// Gathers what is known of words, and packs it into a lexicon.
struct LexiconBuilder {
    private var flags: [UInt64: LexiconFlags] = [:]

    /// The lexicon of all lists; entries that are kept back for the development set only where asked.
    static func lexicon(_ lists: EntityLists, commonWords: Set<String>, withHeldOut: Bool) -> Lexicon? {
        var builder = Self()
        for (category, flag) in [("given", LexiconFlags.given), ("family", .family)] {
            for entry in lists.all(category, withHeldOut: withHeldOut) {
                for word in Self.words(of: entry) where word.end - word.start > 1 { builder.add(word.hash, flag) }
            }
        }
        // Most towns that are called like people are named after some, and less often meant.
        for entry in lists.all("city", withHeldOut: withHeldOut) where !builder.isPersonsName(entry) {
            builder.addPlace(entry, .city)
        }
        for (category, flag) in [("metropolis", LexiconFlags.city), ("country", .country), ("region", .country)] {
            for entry in lists.all(category, withHeldOut: withHeldOut) { builder.addPlace(entry, flag) }
        }
        // What announces a postcode is looked at where a number is near, as streets are.
        for word in ["zip", "zipcode", "postcode", "postal", "plz", "postleitzahl", "postnummer"] {
            builder.add(WordReader.hash(word.utf8), .street)
        }
        for entry in lists.all("word", withHeldOut: true) + Array(commonWords) {
            let words = Self.words(of: entry)
            if words.count == 1 { builder.add(words[0].hash, .common) }
        }
        for entry in lists.all("calendar", withHeldOut: true) {
            for word in Self.words(of: entry) where word.end - word.start > 2 { builder.add(word.hash, .common) }
        }
        builder.addForms()
        builder.addOrganisations(
            EntityTemplates.chosen(EntityTemplates.knownOrganisations, withHeldOut ? .everything : .training))
        builder.addStreets(lists.all("street", withHeldOut: false))
        return builder.packed()
    }

    static func words(of text: String) -> [Word] {
        let bytes = Array(text.utf8)
        var words: [Word] = []
        _ = WordReader.read(bytes.span, from: 0, into: &words)
        return words.filter { $0.shape.isWord }
    }

    private func isPersonsName(_ entry: String) -> Bool {
        let words = Self.words(of: entry)
        guard words.count == 1, let flags = self.flags[words[0].hash] else { return false }
        return !flags.isDisjoint(with: [.given, .family])
    }

    private mutating func add(_ hash: UInt64, _ flag: LexiconFlags) { self.flags[hash, default: []].formUnion(flag) }

    private mutating func addPlace(_ entry: String, _ flag: LexiconFlags) {
        let words = Self.words(of: entry)
        guard let first = words.first else { return }
        if words.count == 1 {
            if first.end - first.start > 2 { self.add(first.hash, flag) }
        } else if words.count <= 4 {
            self.add(first.hash, .placeStart)
            self.add(words.reduce(0) { WordReader.phrase($0, $1.hash) }, flag)
        }
    }

    /// What stands in the names of organisations apart from what is filled in.
    private mutating func addForms() {
        for language in EntityTemplates.languages {
            for form in language.organisationForms {
                for part in form.split(separator: "}") {
                    let literal = part.split(separator: "{", omittingEmptySubsequences: false)[0]
                    for word in Self.words(of: String(literal)) where word.end - word.start > 1 && word.shape != .lower
                    {
                        self.add(word.hash, .organisation)
                    }
                }
            }
        }
    }

    /// Known organisations: the words of their names that mean nothing else, and names of one word.
    private mutating func addOrganisations(_ names: [String]) {
        for name in names {
            let words = Self.words(of: name)
            for word in words where word.end - word.start > 1 {
                let known = self.flags[word.hash] ?? []
                if words.count == 1 || known.isDisjoint(with: [.given, .family, .city, .country, .common, .placeStart])
                {
                    self.add(word.hash, .organisation)
                }
            }
        }
    }

    /// The first and last words of streets that many streets have.
    private mutating func addStreets(_ streets: [String]) {
        var counts: [UInt64: Int] = [:]
        for street in streets {
            let words = Self.words(of: street)
            guard words.count > 1, let first = words.first, let last = words.last else { continue }
            counts[first.hash, default: 0] += 1
            counts[last.hash, default: 0] += 1
        }
        for (hash, count) in counts where count >= 12 { self.add(hash, .street) }
    }

    /// Peels the words off one by one, each at a cell that no other still needs, and fills the cells in reverse.
    private func packed() -> Lexicon? {
        let entries = self.flags.sorted { $0.key < $1.key }
        for growth in [123, 128, 135] {
            let segment = UInt32(entries.count * growth / 300 + 32)
            var degree = [Int32](repeating: 0, count: Int(segment) * 3)
            var mixed = [Int](repeating: 0, count: Int(segment) * 3)
            func cells(_ entry: Int) -> [Int] {
                let places = Lexicon.places(of: entries[entry].key, segment)
                return [places.0, places.1, places.2]
            }
            for entry in entries.indices {
                for cell in cells(entry) {
                    degree[cell] += 1
                    mixed[cell] ^= entry
                }
            }
            var waiting = degree.indices.filter { degree[$0] == 1 }
            var order: [(entry: Int, cell: Int)] = []
            while let cell = waiting.popLast() {
                guard degree[cell] == 1 else { continue }
                let entry = mixed[cell]
                order.append((entry, cell))
                for other in cells(entry) {
                    degree[other] -= 1
                    mixed[other] ^= entry
                    if degree[other] == 1 { waiting.append(other) }
                }
            }
            guard order.count == entries.count else { continue }
            var table = [UInt16](repeating: 0, count: Int(segment) * 3)
            for (entry, cell) in order.reversed() {
                let places = Lexicon.places(of: entries[entry].key, segment)
                let value = places.3 << 8 | entries[entry].value.rawValue & 0xFF
                table[cell] = 0
                table[cell] = value ^ table[places.0] ^ table[places.1] ^ table[places.2]
            }
            return Lexicon(cells: table)
        }
        return nil
    }
}
