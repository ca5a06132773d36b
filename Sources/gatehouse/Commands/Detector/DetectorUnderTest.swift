import Detection
import DetectorTraining
import Injection
import Normalisation

/// What requests meet, for evaluation: every reading of a text goes through the model, the text itself through patterns.
final class DetectorUnderTest {
    private let injection: InjectionDetector
    private let patterns: PatternDatabase
    private let room = Scratch()
    private var normaliser = Normaliser()
    private var scratch = InjectionScratch()
    /// How much higher a score has to be in a reading that is only a guess.
    private static let guess: Float = 0.3

    init(injection: InjectionDetector) throws {
        self.injection = injection
        self.patterns = try PatternDatabase()
    }

    var name: String { self.injection.model.name }

    func judge(_ text: String, _ channel: TextChannel) -> EvaluatedText {
        let bytes = text.utf8Span.span
        let read = self.normaliser.read(bytes)
        let thresholds = self.injection.model.judgements[channel.group.rawValue].thresholds
        let hides = !read.facts.isEmpty
        var verdict = self.injection.assess(
            bytes, channel: channel, signals: InjectionSignals(hidesText: hides), scratch: &self.scratch)
        var score = verdict.score
        for view in read.views {
            let signals = InjectionSignals(hidesText: hides, wasDisguised: view.depth > 0)
            let other = self.injection.assess(
                view.bytes.span, channel: channel, signals: signals, scratch: &self.scratch)
            let value = other.score - (view.kind == .canonical ? 0 : Self.guess)
            if value > score {
                score = value
                verdict = other
            }
        }
        var found: [Finding] = []
        _ = self.patterns.scan(bytes, with: self.room, into: &found)
        let findings = found.map { LabelledSpan(range: $0.span, kind: $0.kind.rawValue) }
        return EvaluatedText(
            margin: score - thresholds.x, strictMargin: score - thresholds.y, probability: verdict.probability,
            findings: findings)
    }
}
