package import Injection
package import TrainingTexts

/// Sets thresholds and probabilities of a model anew by labelled texts of one's own; the weights stay.
package enum Recalibration {
    /// How many clean texts a group of channels needs, so that one in a hundred is more than chance.
    package static let fewest = 200

    /// What was done for a group of channels.
    package struct Change: Sendable, Hashable {
        package var group: TextChannel.Group
        package var clean: Int
        package var attacks: Int
        /// The thresholds before and after; nil where there were too few texts and nothing changed.
        package var before: SIMD2<Float>
        package var after: SIMD2<Float>?
    }

    /// The model with judgements of the groups that there are texts enough of.
    ///
    /// Thresholds need clean texts only; probabilities change where there are attacks too.
    package static func run(
        _ model: InjectionModel, _ texts: [LabelledText]
    ) throws(TrainingError) -> (model: InjectionModel, changes: [Change]) {
        var result = model
        var changes: [Change] = []
        let detector = InjectionDetector(model: model)
        var scratch = InjectionScratch()
        for group in TextChannel.Group.allCases {
            let judgement = model.judgements[group.rawValue]
            let samples = texts.filter { $0.channel.group == group }.map { text in
                FusionSample(
                    evidence: detector.evidence(text.text.utf8Span.span, scratch: &scratch), signals: text.signals,
                    isAttack: text.isAttack, weight: 1)
            }
            let clean = samples.filter { !$0.isAttack }
            var change = Change(
                group: group, clean: clean.count, attacks: samples.count - clean.count, before: judgement.thresholds)
            defer { changes.append(change) }
            guard clean.count >= Self.fewest else { continue }
            let scores = clean.map { (judgement.score($0.evidence, $0.signals), Float(1)) }
            var renewed = judgement
            if change.attacks >= 50 { renewed = FusionTrainer(samples: samples).calibrated(judgement) }
            renewed.benign[3] = FusionTrainer.table(scores)
            renewed.thresholds = SIMD2(
                FusionTrainer.quantile(scores, above: 0.01), FusionTrainer.quantile(scores, above: 0.001))
            result.judgements[group.rawValue] = renewed
            change.after = renewed.thresholds
        }
        guard changes.contains(where: { $0.after != nil }) else {
            throw TrainingError(
                .tooLittleData, "calibrating needs at least \(Self.fewest) clean texts of one group of channels")
        }
        return (result, changes)
    }
}
