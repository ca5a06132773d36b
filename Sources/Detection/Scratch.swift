internal import PatternMatching

/// Working memory for scans, reused by all of them: one for each thread or event loop.
///
/// Grows to fit the databases it is used with, so that after a configuration change the next scan works, and only that
/// one allocates. Holds nothing of the texts.
package final class Scratch {
    /// The library's part.
    let space = VectorscanScratch()
    /// The part of our own engine, while that looks: some megabytes.
    private var own: PatternScratch?
    /// What the last scan has found.
    var hits = Hits()

    /// Creates empty working memory; the first scan makes it fit.
    package init() {}

    /// The part of our own engine.
    func states() -> PatternScratch {
        if let own = self.own { return own }
        let made = PatternScratch()
        self.own = made
        return made
    }

    /// Gives back what our own engine took; the library looks from now on.
    func forgetStates() { if self.own != nil { self.own = nil } }
}

/// What a scan has found so far.
struct Hits {
    /// Confirmed hits, in no order.
    var matches: [PatternMatch] = []
    /// Hits that need more text.
    var openings: [Opening] = []
    /// For each pattern, up to where its last long match reaches: a hit in there is part of it. Empty if there is none.
    var covered: [Int] = []

    private static let usualCount = 4096

    /// Forgets the last scan, and gives back what an unusual one took.
    mutating func clear() {
        let isUsual = self.matches.capacity <= Self.usualCount
        if !self.matches.isEmpty { self.matches.removeAll(keepingCapacity: isUsual) }
        if !self.openings.isEmpty { self.openings.removeAll(keepingCapacity: isUsual) }
        if !self.covered.isEmpty { self.covered.removeAll(keepingCapacity: true) }
    }
}

/// A confirmed hit: which pattern says so, of which bytes.
struct PatternMatch: Hashable {
    var span: Range<Int>
    let pattern: Int
    let kind: Finding.Kind
    let severity: Finding.Severity
    let confidence: Finding.Confidence
}

/// A hit that more text may confirm or deny, and where its span would begin.
struct Opening {
    let start: Int
    let pattern: Int
    let hit: Int
}
