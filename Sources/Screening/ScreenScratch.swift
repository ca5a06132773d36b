package import Detection
internal import Entities
internal import Injection
internal import Normalisation

/// Working memory of a screen: one for each thread or event loop.
package final class ScreenScratch {
    /// For scans of patterns alone.
    package let patterns = Scratch()
    let phrases = Scratch()
    var normaliser = Normaliser()
    var injection = InjectionScratch()
    var names = EntityRecogniser.Scratch()
    var spans: [EntitySpan] = []
    let rules = RuleScratch()
    var found: [Finding] = []
    /// Where each kind was found so far.
    struct Place: Hashable {
        let kind: Finding.Kind
        let start: Int
    }
    var seen: Set<Place> = []
    /// What the learned detector says of the text that was read last.
    var verdict: InjectionVerdict?
    /// What the learned detector says of each text.
    var judged: [JudgedSegment] = []
    /// How many phrases were found in the text and in each of its readings.
    var phraseCounts: [Int] = []
    /// How near the last text came to a finding of the learned detector without being one: from 0 to 40, higher is nearer.
    /// Nobody decides by it; it tells texts apart that policy cannot, for those who measure.
    package internal(set) var closest: Float = 0
    /// The probability of the last text's most suspicious part.
    package internal(set) var probability: Float = 0
    var details: [ScreenedFinding] = []
    var keepsDetails = false

    /// Creates empty working memory.
    package init() {}
}
