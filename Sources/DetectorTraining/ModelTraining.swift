import Glibc
package import Injection
package import TrainingTexts

/// Trains an injection model: the heads on all families, and the fusion on families that its heads have not seen.
package struct ModelTraining: Sendable {
    /// What decides the result, besides the texts.
    package struct Options: Sendable {
        /// Where chance begins: the same seed and texts give the same bytes.
        package var seed: UInt64 = 20_261_121
        /// The number of slots, as a power of two.
        package var bits = 18
        /// The number of slots for kinds of words, as a power of two.
        package var kindBits = 15
        /// How often all texts are learnt from.
        package var epochs = 6
        /// How far a step goes.
        package var rate: Float = 0.25
        /// How strongly weights are drawn to zero.
        package var decay: Float = 2e-5
        /// Families count by this power of their size.
        package var spread: Float = 0.55
        /// How many families must have an n-gram.
        package var families = 2
        /// In how many parts families are held out.
        package var folds = 6

        /// The usual options.
        package init() {}
    }

    /// What training gives.
    package struct Outcome: Sendable {
        package var model: InjectionModel
        /// What models say about each text that have not seen its family, in the order of the texts.
        package var unseen: [InjectionDetector.Evidence]
    }

    /// How much more a text that was found counts in judging than one that a grammar wrote: what is judged later was found.
    private static let found: Float = 3

    package let options: Options
    /// Which word is of which kind.
    package let classes: WordClasses

    /// Creates a training.
    package init(options: Options = Options(), classes: WordClasses = WordLexicon.embedded) {
        self.options = options
        self.classes = classes
    }

    /// Trains on texts. Thresholds are set on what is measured besides unseen families; nothing else is learnt from it.
    /// `progress` is told what happens, in words.
    package func run(
        _ texts: [LabelledText], measured: [LabelledText], progress: (String) -> Void
    ) throws(TrainingError) -> Outcome {
        guard texts.contains(where: \.isAttack), texts.contains(where: { !$0.isAttack }) else {
            throw TrainingError(.tooLittleData, "training needs attacks and clean texts, one kind is missing")
        }
        let folds = self.folds(texts)
        var unseen = [InjectionDetector.Evidence?](repeating: nil, count: texts.count)
        for fold in 0..<self.options.folds {
            let held = texts.indices.filter { folds[texts[$0].family] == fold }
            let rest = texts.indices.filter { folds[texts[$0].family] != fold }.map { texts[$0] }
            guard !held.isEmpty, rest.contains(where: \.isAttack) else { continue }
            progress("families held out, part \(fold + 1) of \(self.options.folds): \(held.count) texts")
            let detector = InjectionDetector(model: self.heads(rest))
            var scratch = InjectionScratch()
            for index in held {
                unseen[index] = detector.evidence(texts[index].text.utf8Span.span, scratch: &scratch)
            }
        }
        progress("all families: \(texts.count) texts")
        var model = self.heads(texts)
        let weights = self.weights(of: texts)
        let samples = texts.indices.compactMap { index in
            unseen[index].map {
                FusionSample(
                    evidence: $0, signals: texts[index].signals, isAttack: texts[index].isAttack,
                    weight: weights[index] * (texts[index].family.hasPrefix("synthetic:") ? 1 : Self.found))
            }
        }
        guard samples.count == texts.count else {
            throw TrainingError(.tooLittleData, "training needs at least two families with attacks")
        }
        model.judgements = TextChannel.Group.allCases.map { group in
            FusionTrainer(samples: Self.samples(samples, texts, for: group)).run()
        }
        Self.freeze(&model, samples, texts, measured)
        return Outcome(model: model, unseen: unseen.compactMap { $0 })
    }

    /// Sets the thresholds: a third of what counts are the clean texts that measure, two thirds those of unseen families.
    ///
    /// The first alone would be set by what looks much like training; the second alone by models that lack a part of it.
    /// What people say is suspicious from seven in a thousand on, so that who writes `ignore` is left in peace; of it
    /// families count by the power of their size. Of data one in a hundred is, as many of found as of written texts.
    private static func freeze(
        _ model: inout InjectionModel, _ samples: [FusionSample], _ texts: [LabelledText], _ measured: [LabelledText]
    ) {
        let detector = InjectionDetector(model: model)
        var scratch = InjectionScratch()
        for group in TextChannel.Group.allCases {
            let judgement = model.judgements[group.rawValue]
            var scores: [(Float, Float)] = []
            let seen = measured.filter { !$0.isAttack && $0.channel.group == group }
            for text in seen {
                let evidence = detector.evidence(text.text.utf8Span.span, scratch: &scratch)
                scores.append((judgement.score(evidence, text.signals), 1 / Float(seen.count)))
            }
            let unseen = zip(samples, texts).filter { !$1.isAttack && $1.channel.group == group }
            func isFound(_ text: LabelledText) -> Bool { !text.family.hasPrefix("synthetic:") }
            let found = unseen.count { isFound($0.1) }
            let halves = found > 0 && found < unseen.count ? 2 : 1
            let total = unseen.reduce(Float(0)) { $0 + $1.0.weight }
            for (sample, text) in unseen {
                let alike = isFound(text) ? found : unseen.count - found
                let weight = group == .spoken ? sample.weight / total : 1 / Float(alike * halves)
                scores.append((judgement.score(sample.evidence, sample.signals), 2 * weight))
            }
            model.judgements[group.rawValue].thresholds = SIMD2(
                FusionTrainer.quantile(scores, above: group == .spoken ? 0.007 : 0.01),
                FusionTrainer.quantile(scores, above: 0.001))
        }
    }

    /// The samples of a group. Documents and tool results are judged by each other's texts too: an order in data is one.
    private static func samples(
        _ samples: [FusionSample], _ texts: [LabelledText], for group: TextChannel.Group
    ) -> [FusionSample] {
        zip(samples, texts).compactMap { sample, text in
            let own = text.channel.group
            if own == group { return sample }
            guard own != .spoken, group != .spoken else { return nil }
            var other = sample
            other.weight *= 0.5
            return other
        }
    }

    /// The heads and their table; the judgements are empty.
    private func heads(_ texts: [LabelledText]) -> InjectionModel {
        let weights = self.weights(of: texts)
        return InjectionModel(
            words: self.table(texts, NgramSource(classes: self.classes, isOfKinds: false), weights),
            kinds: self.table(texts, NgramSource(classes: self.classes, isOfKinds: true), weights),
            classes: self.classes, judgements: [])
    }

    private func table(_ texts: [LabelledText], _ source: NgramSource, _ weights: [Float]) -> WeightTable {
        let bits = source.isOfKinds ? self.options.kindBits : self.options.bits
        let selection = NgramSelection(texts, source, weights: weights, bits: bits, families: self.options.families)
        let corpus = NgramCorpus(texts, source, weights: weights, owners: selection.owners, bits: bits)
        var options = HeadTrainer.Options()
        options.epochs = self.options.epochs
        options.rate = self.options.rate
        options.decay = self.options.decay
        options.seed = self.options.seed
        var trainer = HeadTrainer(corpus, slots: 1 << bits, options: options)
        trainer.run()
        return Self.quantised(trainer, selection, bits: bits)
    }

    private static func quantised(_ trainer: HeadTrainer, _ selection: NgramSelection, bits: Int) -> WeightTable {
        var scales = SIMD4<Float>(repeating: 0)
        for head in 0..<3 {
            // The largest few weights are cut off, so that the many small ones keep their digits.
            let sizes = trainer.weights.map { $0[head].magnitude }.sorted(by: >)
            scales[head] = max(sizes[min(sizes.count - 1, sizes.count / 5000)], 1e-6) / 127
        }
        var slots: [UInt32] = []
        var means: [UInt8] = []
        for (slot, weight) in trainer.weights.enumerated() {
            guard let owner = selection.owners[slot] else {
                slots.append(0)
                means.append(0)
                continue
            }
            var word = UInt32(owner) << 24
            for head in 0..<3 {
                let value = max(-127, min(127, (weight[head] / scales[head]).rounded()))
                word |= UInt32(UInt8(bitPattern: Int8(value))) << UInt32(8 * head)
            }
            slots.append(word)
            means.append(Self.meanByte(selection.benignMeans[slot]))
        }
        return WeightTable(slotBits: bits, slots: slots, means: means, scales: scales, biases: trainer.biases)
    }

    /// The byte whose mean is nearest from below.
    private static func meanByte(_ mean: Float) -> UInt8 {
        for byte in UInt8(1)...254 where WeightTable.meanValue(byte) <= Double(mean) { return byte }
        return 0
    }

    /// How much each text matters: families by the root of their size, attacks a third of all.
    func weights(of texts: [LabelledText]) -> [Float] {
        var sizes: [String: Int] = [:]
        for text in texts { sizes["\(text.family) \(text.isAttack)", default: 0] += 1 }
        var weights = texts.map { powf(Float(sizes["\($0.family) \($0.isAttack)"] ?? 1), self.options.spread - 1) }
        var totals = SIMD2<Float>(repeating: 0)
        for (index, text) in texts.enumerated() { totals[text.isAttack ? 0 : 1] += weights[index] }
        let count = Float(texts.count)
        for (index, text) in texts.enumerated() {
            weights[index] *= text.isAttack ? count * 0.35 / totals[0] : count * 0.65 / totals[1]
            weights[index] = min(weights[index], 8)
        }
        return weights
    }

    /// Which part each family is held out in. Collections of the same kind of found texts go together: they share texts,
    /// and so do a family of documents and those that have something put into them.
    private func folds(_ texts: [LabelledText]) -> [String: Int] {
        var sizes: [String: (count: Int, attacks: Int, persona: Bool)] = [:]
        for text in texts {
            sizes[text.family, default: (0, 0, false)].count += 1
            if text.isAttack { sizes[text.family]?.attacks += 1 }
            if text.heads.contains(.persona), !text.family.hasPrefix("synthetic:") {
                sizes[text.family]?.persona = true
            }
        }
        var folds: [String: Int] = [:]
        var next = 0
        let order = sizes.keys.sorted { left, right in
            let (one, two) = (sizes[left]?.attacks ?? 0, sizes[right]?.attacks ?? 0)
            return one != two ? one > two : left < right
        }
        let spliced = Splices.family(of: "")
        for family in order where !family.hasPrefix(spliced) {
            if sizes[family]?.persona == true {
                folds[family] = 0
            } else {
                folds[family] = next % self.options.folds
                next += 1
            }
        }
        for family in order where family.hasPrefix(spliced) {
            folds[family] = folds[String(family.dropFirst(spliced.count))] ?? 0
        }
        return folds
    }
}
