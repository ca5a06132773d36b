/// What is known of words, in two bytes for each.
///
/// Each word's hash leads to three cells whose exclusive or is eight flags and eight bits of check; a word that is not in
/// the lexicon passes the check once in 256 times. Made by the training (a peeled three-way hypergraph).
package struct Lexicon: Sendable {
    /// The three segments, one after the other.
    package let cells: [UInt16]
    private let segment: UInt32

    /// A lexicon of these cells; their count is a multiple of three.
    package init(cells: [UInt16]) {
        self.cells = cells
        self.segment = UInt32(cells.count / 3)
    }

    /// The flags of a word, none where it is not known.
    @inline(__always)
    package func flags(of hash: UInt64) -> LexiconFlags {
        guard self.segment > 0 else { return [] }
        let (first, second, third, check) = Self.places(of: hash, self.segment)
        let value = self.cells[first] ^ self.cells[second] ^ self.cells[third]
        return value >> 8 == check ? LexiconFlags(rawValue: value & 0xFF) : []
    }

    /// The three cells of a word in a lexicon with segments of this size, and its check.
    @inline(__always)
    package static func places(of hash: UInt64, _ segment: UInt32) -> (Int, Int, Int, UInt16) {
        var mixed = hash
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        mixed ^= mixed >> 33
        let other = mixed &* 0xC4CE_B9FE_1A85_EC53
        let size = UInt64(segment)
        let first = ((mixed >> 32) &* size) >> 32
        let second = ((mixed & 0xFFFF_FFFF) &* size) >> 32
        let third = ((other >> 32) &* size) >> 32
        return (
            Int(truncatingIfNeeded: first), Int(truncatingIfNeeded: size &+ second),
            Int(truncatingIfNeeded: 2 &* size &+ third), UInt16(truncatingIfNeeded: other & 0xFF)
        )
    }
}

extension Lexicon {
    /// Sets the flags of words, also those of places with names of several words.
    package func mark(_ words: inout [Word]) {
        for index in words.indices {
            guard words[index].shape.rawValue <= Word.Shape.mixed.rawValue else { continue }
            var flags = self.flags(of: words[index].hash)
            if StreetEnding.hasOne(words[index]) { flags.insert(.street) }
            if flags.isEmpty { flags = .unknown }
            // A phrase before may have marked it.
            words[index].flags.formUnion(flags)
            if flags.contains(.placeStart) { self.markPhrase(&words, at: index) }
        }
    }

    private func markPhrase(_ words: inout [Word], at start: Int) {
        var hash = words[start].hash
        var parts = 1
        var index = start + 1
        var last = start
        while index < words.count, parts < 4, words[index].gap.rawValue <= Word.Gap.space.rawValue {
            let word = words[index]
            guard word.shape.isWord else {
                // Hyphens and apostrophes bind.
                guard word.tail == 0x2D || word.tail == 0x27, word.gap == .none else { break }
                index += 1
                continue
            }
            hash = WordReader.phrase(hash, word.hash)
            parts += 1
            if !self.flags(of: hash).isDisjoint(with: [.city, .country]) { last = index }
            index += 1
        }
        guard last > start else { return }
        for index in start...last { words[index].flags.insert(.placePhrase) }
    }
}
