internal import Entities
import TrainingTexts

/// Trains the recogniser of names: a conditional random field, by stochastic gradient with a step size for each weight.
///
/// Texts are made anew for every step, so that no text is seen twice. Real text without labels takes part as far as it
/// tells something: its plain words are no names, its other words may be what they are.
package struct EntityTrainer {
    private var rows: [SIMD8<Float>]
    private var rowSums: [SIMD8<Float>]
    private var steps: [Float]
    private var stepSums: [Float]
    private var lexicon: Lexicon
    private var chance: SeededChance
    private var sums = LabelChain.Sums()
    private var bound = LabelChain.Sums()
    private let background: [EntityExample]

    private static let labels = LabelChain.labels

    /// What training took, and what it reached.
    package struct Outcome: Sendable {
        /// The model's file.
        package let file: [UInt8]
        /// The figures on held-out names in held-out templates, with a lexicon that does not know them.
        package let evaluation: EntityEvaluation
        /// The figures in held-out templates where the lexicon knows the names.
        package let evaluationOfKnownNames: EntityEvaluation
    }

    private init(lexicon: Lexicon, background: [EntityExample], seed: UInt64) {
        self.rows = Array(repeating: SIMD8(), count: WordFeatures.rows)
        self.rowSums = Array(repeating: SIMD8(repeating: 1e-3), count: WordFeatures.rows)
        self.steps = Array(repeating: 0, count: Self.labels * Self.labels)
        self.stepSums = Array(repeating: 1e-3, count: Self.labels * Self.labels)
        self.lexicon = lexicon
        self.background = background
        self.chance = SeededChance(seed: seed)
    }

    /// Trains with this many texts, twice: without what is held out, for the figures, and with everything, for the file.
    ///
    /// The same lists, background and seed give the same file.
    ///
    /// The background is texts of everyday life, unlabelled.
    ///
    /// - Returns: Nil where the lexicon cannot be packed, which takes an adversary.
    package static func train(
        _ lists: EntityLists, background: [String], texts: Int, tests count: Int = 400, seed: UInt64,
        progress: (Int, Int) -> Void
    ) -> Outcome? {
        let common = self.commonWords(background, lists)
        guard let known = LexiconBuilder.lexicon(lists, commonWords: common, withHeldOut: false),
            let whole = LexiconBuilder.lexicon(lists, commonWords: common, withHeldOut: true)
        else { return nil }
        let unlabelled = background.map {
            EntityExample(text: Array($0.utf8), spans: [], language: "", isComplete: false)
        }
        var measured = Self(lexicon: known, background: unlabelled, seed: seed &+ 1)
        measured.learn(EntityGenerator(lists, .training, seed: seed), texts) { progress($0, 2 * texts) }
        let tests = self.tests(lists, count, seed: seed &+ 99)
        // Of the reluctances that are about as good, the one that finds most.
        var tried: [(evaluation: EntityEvaluation, reluctance: Float)] = []
        for reluctance: Float in [0, 0.3, 0.6, 1, 1.4, 1.8] {
            guard let model = try? EntityModel(measured.file(reluctance, known), file: "candidate") else { continue }
            tried.append((EntityEvaluation(EntityRecogniser(model), tests), reluctance))
        }
        let highest = tried.map(\.evaluation.overall.f2).max() ?? 0
        let best = tried.last { $0.evaluation.overall.f2 >= highest - 0.004 }
        guard let best, let known = try? EntityModel(measured.file(best.reluctance, whole), file: "candidate")
        else { return nil }
        var final = Self(lexicon: whole, background: unlabelled, seed: seed &+ 1)
        final.learn(EntityGenerator(lists, .everything, seed: seed), texts) { progress(texts + $0, 2 * texts) }
        return Outcome(
            file: final.file(best.reluctance, whole), evaluation: best.evaluation,
            evaluationOfKnownNames: EntityEvaluation(
                EntityRecogniser(known), self.tests(lists, count, seed: seed &+ 98)))
    }

    private mutating func learn(_ texts: EntityGenerator, _ count: Int, progress: (Int) -> Void) {
        var texts = texts
        let languages = EntityGenerator.languages
        for number in 0..<count {
            let rate = 0.12 * (1 - 0.95 * Float(number) / Float(count))
            // English is met most.
            let language = number % 3 == 0 ? "en" : languages[self.chance.below(languages.count)]
            if let example = texts.next(language) { self.learn(example, rate) }
            if !self.background.isEmpty, number > count / 5, number % 4 == 0 {
                self.learn(self.background[self.chance.below(self.background.count)], rate * 0.5)
            }
            if number % 5000 == 0 { progress(number) }
        }
    }

    private static func tests(_ lists: EntityLists, _ count: Int, seed: UInt64) -> [EntityExample] {
        var generator = EntityGenerator(lists, .heldOut, seed: seed)
        return EntityGenerator.languages.flatMap { language in (0..<count).compactMap { _ in generator.next(language) }
        }
    }

    /// Words that are written small again and again.
    private static func commonWords(_ background: [String], _ lists: EntityLists) -> Set<String> {
        var counts: [String: Int] = [:]
        for text in background {
            for word in text.split(whereSeparator: { !$0.isLetter }) where word.utf8.count > 1 {
                if let first = word.first, first.isLowercase { counts[String(word), default: 0] += 1 }
            }
        }
        var common = Set(counts.filter { $0.value >= 3 }.keys)
        // So is what names things and trades.
        for category in ["thing", "job", "language", "nationality"] {
            for entry in lists.all(category, withHeldOut: true) {
                for word in entry.split(whereSeparator: { !$0.isLetter }) where word.utf8.count > 2 {
                    common.insert(word.lowercased())
                }
            }
        }
        for category in ["family", "given", "city", "metropolis", "country", "region"] {
            for entry in lists.all(category, withHeldOut: true) { common.remove(entry.lowercased()) }
        }
        common.formUnion(EntityTemplates.germanNouns.map { $0.lowercased() })
        for language in EntityTemplates.languages {
            for line in language.sentences(.training) + language.negatives(.training) {
                var isSlot = false
                for piece in line.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "{" || $0 == "}" }) {
                    if !isSlot {
                        for word in piece.split(whereSeparator: { !$0.isLetter }) {
                            let isPlain = word.first?.isLowercase == true || language.code == "de"
                            if isPlain, word.utf8.count > 1 { common.insert(word.lowercased()) }
                        }
                    }
                    isSlot.toggle()
                }
            }
        }
        return common
    }

    // MARK: One text

    private mutating func learn(_ example: EntityExample, _ rate: Float) {
        let text = example.text.span
        var words: [Word] = []
        var offset = 0
        while offset < text.count {
            words.removeAll(keepingCapacity: true)
            offset = WordReader.read(text, from: offset, into: &words)
            guard !words.isEmpty else { continue }
            self.lexicon.mark(&words)
            if example.isComplete {
                let labels = self.forget(example, &words)
                self.learn(words, rate) { position, label in labels[position] == label }
            } else {
                let isFree = Self.free(words)
                guard isFree.contains(false) else { continue }
                self.learn(words, rate) { position, label in label == 0 || isFree[position] }
            }
        }
    }

    /// The labels of the words; some names lose what the lexicon knows of them, as most names in life are not in it.
    private mutating func forget(_ example: EntityExample, _ words: inout [Word]) -> [Int] {
        var labels = [Int](repeating: 0, count: words.count)
        var span = 0
        var isForgotten = false
        var isMistaken = false
        var isInside = false
        for index in words.indices {
            while span < example.spans.count, example.spans[span].range.upperBound <= Int(words[index].start) {
                span += 1
                isInside = false
            }
            guard span < example.spans.count, example.spans[span].range.lowerBound < Int(words[index].end) else {
                // Everyday words are not all in a list either.
                if words[index].flags.contains(.common), self.chance.percent(words[index].shape == .lower ? 12 : 6) {
                    words[index].flags = .unknown
                }
                continue
            }
            if !isInside {
                isForgotten = self.chance.percent(30)
                isMistaken = isForgotten && self.chance.percent(25)
            }
            labels[index] = 1 + 2 * Int(example.spans[span].kind.rawValue) + (isInside ? 1 : 0)
            isInside = true
            if isForgotten, words[index].shape.isWord {
                words[index].flags.subtract([.given, .family, .city, .country, .placePhrase, .placeStart])
                // Many a family is called like a town somewhere, and the other way round.
                if isMistaken { words[index].flags.insert(example.spans[span].kind == .person ? .city : .family) }
                if words[index].flags.isEmpty { words[index].flags = .unknown }
            }
        }
        return labels
    }

    /// Which words of a real text might be names.
    private static func free(_ words: [Word]) -> [Bool] {
        var isFree = words.map { word in
            switch word.shape {
            case .lower: !word.flags.contains(.common) && !word.flags.isDisjoint(with: [.given, .city, .country])
            case .capitalised:
                !word.flags.contains(.common) || !word.flags.isDisjoint(with: [.given, .family, .city, .country])
            case .initial, .mixed, .foreign: true
            case .capitals: !word.flags.contains(.common)
            default: false
            }
        }
        // Numbers, signs and small words between or beside such words may belong to them.
        let certain = isFree
        for index in words.indices where !isFree[index] {
            for near in max(0, index - 2)...min(words.count - 1, index + 2) where certain[near] {
                if words[index].shape != .lower || near != index { isFree[index] = true }
            }
        }
        return isFree
    }

    private mutating func learn(_ words: [Word], _ rate: Float, allows: (Int, Int) -> Bool) {
        let labels = Self.labels
        let count = words.count
        var block = WordFeatures.Block(words)
        var features: [UInt32] = []
        features.reserveCapacity(count * WordFeatures.count)
        var own: [UInt32] = []
        self.sums.scores.removeAll(keepingCapacity: true)
        self.bound.scores.removeAll(keepingCapacity: true)
        for index in words.indices {
            WordFeatures.collect(words, at: index, &block, into: &own)
            features += own
            var total = SIMD8<Float>()
            for row in own { total += self.rows[Int(row)] }
            let scores = LabelChain.scores(total)
            self.sums.scores.append(scores)
            var bound = scores
            for label in 0..<labels where !allows(index, label) { bound[label] = -1000 }
            self.bound.scores.append(bound)
        }
        let chain = LabelChain(steps: self.steps)
        chain.sum(&self.sums)
        chain.sum(&self.bound)
        for position in 0..<count {
            let difference =
                self.bound.forward[position] * self.bound.backward[position]
                - self.sums.forward[position] * self.sums.backward[position]
            var gradient = SIMD8<Float>()
            for lane in 0..<8 { gradient[lane] = difference[lane + 1] }
            let square = gradient * gradient
            guard square.max() > 1e-6, square.max() < 4 else { continue }
            for feature in 0..<WordFeatures.count {
                let row = Int(features[position * WordFeatures.count + feature])
                self.rowSums[row] += square
                self.rows[row] += rate * gradient / (self.rowSums[row].squareRoot() + 0.05)
            }
        }
        self.learnSteps(chain, rate)
    }

    private mutating func learnSteps(_ chain: LabelChain, _ rate: Float) {
        let labels = Self.labels
        var gradient = [LabelChain.Vector](repeating: LabelChain.Vector(), count: labels)
        for (sums, sign) in [(self.bound, Float(1)), (self.sums, -1)] {
            for position in sums.scores.indices.dropFirst() {
                let ahead = sums.factors[position] * sums.backward[position]
                var edges = [LabelChain.Vector](repeating: LabelChain.Vector(), count: labels)
                var total: Float = 0
                for from in 0..<labels {
                    edges[from] = sums.forward[position - 1][from] * chain.factor(from) * ahead
                    total += edges[from].sum()
                }
                guard total > 0 else { continue }
                for from in 0..<labels { gradient[from] += sign / total * edges[from] }
            }
        }
        for from in 0..<labels {
            for to in 0..<labels where abs(gradient[from][to]) > 1e-4 && abs(gradient[from][to]) < 1000 {
                let index = from * labels + to
                self.stepSums[index] += gradient[from][to] * gradient[from][to]
                self.steps[index] += rate * gradient[from][to] / (self.stepSums[index].squareRoot() + 0.05)
            }
        }
    }

    // MARK: The file

    private func file(_ reluctance: Float, _ lexicon: Lexicon) -> [UInt8] {
        var highest: Float = 0.01
        for row in self.rows { highest = max(highest, row.max(), -row.min()) }
        // The few largest weights are cut, so that the many small ones keep their digits.
        let scale = min(highest, 4) / 127
        let rows = self.rows.map { row in
            var small = SIMD8<Int8>()
            for lane in 0..<8 { small[lane] = Int8(max(-127, min(127, (row[lane] / scale).rounded()))) }
            return small
        }
        return EntityModel.file(
            rows: rows, scale: scale, reluctance: reluctance, steps: self.steps, lexicon: lexicon)
    }
}
