/// How the names of streets end where languages write them in one word: `Lindenstraße`, `Storgatan`, `Kerkstraat`.
enum StreetEnding {
    /// Whether a word is longer than such an ending, and ends so.
    static func hasOne(_ word: Word) -> Bool {
        guard word.end - word.start > 6, Self.lastLetters[Int(word.tail & 0x1F)] else { return false }
        for ending in Self.endings where word.tail & ending.mask == ending.letters { return true }
        return false
    }

    private static let endings: [(letters: UInt64, mask: UInt64)] = [
        "strasse", "gasse", "weg", "platz", "allee", "damm", "ufer", "steig", "haussee", "gatan", "gata", "vagen",
        "grand", "stigen", "torget", "veien", "vegen", "gaten", "vej", "vejen", "gade", "straede", "straat", "laan",
        "plein", "singel", "gracht", "kade", "dijk", "katu", "kuja", "polku", "utca", "dreef",
    ].map { ending in
        (ending.utf8.reduce(0) { $0 << 8 | UInt64($1) }, (1 << UInt64(8 * ending.utf8.count)) - 1)
    }
    /// By the low five bits of a letter: most words end in no such.
    private static let lastLetters: [Bool] = (0..<32).map { bits in
        Self.endings.contains { Int($0.letters & 0x1F) == bits }
    }
}
