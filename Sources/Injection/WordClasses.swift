/// What kinds of words there are for the model, and which word is of which kind.
///
/// `ignore`, `vergiss` and `忽略` are one kind, `instructions` and `reglas` another: an order that was never seen is made of
/// kinds of words that were. Words are kept as hashes, by which the reader of n-grams asks for them.
package struct WordClasses: Sendable, Hashable {
    /// A word, the beginning of words, or two words in a row.
    package struct Entry: Sendable, Hashable {
        package let key: UInt32
        package let kind: UInt8

        /// Creates an entry.
        package init(key: UInt32, kind: UInt8) {
            self.key = key
            self.kind = kind
        }
    }

    /// The lengths that a beginning of words may have.
    static let stems = 2...7
    /// Kinds that are no words: where a sentence begins, and the marks that say what a sentence is.
    static let boundary: UInt8 = 255
    static let questionMark: UInt8 = 254
    static let colon: UInt8 = 253
    static let quotationMark: UInt8 = 252
    /// Kinds of words are below this.
    package static let mostKinds = 200

    /// All entries, by rising key.
    package let entries: [Entry]
    /// A table with open places: the upper 24 bits of a key, and its kind; zero where a place is free.
    private let places: [UInt32]
    private let shift: UInt32

    /// Creates classes of entries; of entries with one key, the first counts.
    package init(_ entries: [Entry]) {
        var kinds: [UInt32: UInt8] = [:]
        for entry in entries where kinds[entry.key] == nil { kinds[entry.key] = entry.kind }
        self.entries = kinds.sorted { $0.key < $1.key }.map { Entry(key: $0.key, kind: $0.value) }
        var bits: UInt32 = 4
        while 1 << bits < 3 * self.entries.count { bits += 1 }
        self.shift = 32 - bits
        var places = [UInt32](repeating: 0, count: 1 << bits)
        for entry in self.entries {
            var place = Self.place(entry.key, self.shift)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = entry.key & 0xFFFF_FF00 | UInt32(entry.kind)
        }
        self.places = places
    }

    @inline(__always)
    private static func place(_ key: UInt32, _ shift: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> shift) }

    /// What a reader of n-grams looks words up in.
    struct Lookup: ~Escapable {
        private let places: Span<UInt32>
        private let shift: UInt32
        private let isEmpty: Bool

        @_lifetime(borrow classes)
        init(_ classes: borrowing WordClasses) {
            self.places = classes.places.span
            self.shift = classes.shift
            self.isEmpty = classes.entries.isEmpty
        }

        /// The kind of a key; zero for none.
        @inline(__always)
        func kind(of key: UInt32) -> UInt8 {
            var place = WordClasses.place(key, self.shift)
            while true {
                let held = self.places[place]
                if held == 0 { return 0 }
                if held & 0xFFFF_FF00 == key & 0xFFFF_FF00 { return UInt8(truncatingIfNeeded: held) }
                place = (place + 1) & (self.places.count - 1)
            }
        }
    }
}
