internal import Detection
internal import DetectorTraining
package import Injection
package import Screening

/// The cascade as requests meet it: what policy would see of a text.
///
/// A text counts as flagged where the surest finding of orders reaches ``flagged``, and strictly where it reaches
/// ``refused``, from which on the policies that come with Gatehouse refuse a request. Below that, texts are told apart by
/// how near they came, which policies do not see.
package final class CascadeUnderTest {
    /// The confidence from which on the learned detector reports: one in a hundred clean texts.
    package static let flagged: Float = 40
    /// The confidence from which on a request is refused: one in a thousand.
    package static let refused: Float = 80

    private let screen: Screen
    private let room = ScreenScratch()

    /// Creates a test of a screen.
    package init(_ screen: Screen) { self.screen = screen }

    /// What the screen says of a text.
    package func judge(_ text: String, _ channel: TextChannel) -> EvaluatedText {
        let bytes = text.utf8Span.span
        var found: [Finding] = []
        let segments = [ScreenedSegment(channel: channel, range: 0..<bytes.count)]
        _ = self.screen.screen(bytes, segments, with: self.room, into: &found)
        let orders = found.reduce(Float(-1)) {
            $1.kind.family == .injection ? max($0, Float($1.confidence.percent)) : $0
        }
        let level = max(orders, self.room.closest)
        return EvaluatedText(
            margin: level - Self.flagged, strictMargin: level - Self.refused,
            probability: orders >= 0 ? orders / 100 : self.room.probability,
            findings: found.map { LabelledSpan(range: $0.span, kind: $0.kind.rawValue) })
    }
}
