package import Injection
internal import Normalisation

/// The model and the readings of a text, without phrases and without what fuses them.
package final class ModelUnderTest {
    private let injection: InjectionDetector
    private var normaliser = Normaliser()
    private var scratch = InjectionScratch()
    /// How much higher a score has to be in a reading that is only a guess.
    private static let guess: Float = 0.3

    /// Creates a test of a model.
    package init(_ injection: InjectionDetector) { self.injection = injection }

    /// What the model says of a text.
    package func judge(_ text: String, _ channel: TextChannel) -> EvaluatedText {
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
        return EvaluatedText(
            margin: score - thresholds.x, strictMargin: score - thresholds.y, probability: verdict.probability)
    }
}
