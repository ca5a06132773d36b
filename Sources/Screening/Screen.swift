// Screening runs the detectors over the texts of an exchange, the cheap ones first, and tells what they found where.

package import Detection
package import Entities
internal import Glibc
package import Injection
internal import Normalisation

/// A part of a text, and who speaks in it.
package struct ScreenedSegment: Hashable, Sendable {
    package let channel: TextChannel
    /// Where in the text; segments do not overlap.
    package let range: Range<Int>
    /// In which message of a conversation; nil for what is no part of what is said, such as a name.
    package let turn: Int?

    package init(channel: TextChannel, range: Range<Int>, turn: Int? = nil) {
        self.channel = channel
        self.range = range
        self.turn = turn
    }
}

/// Why something was found: which detector says so, reading the text how.
package struct ScreenedFinding: Hashable, Sendable {
    package let finding: Finding
    /// How the text was read; nil for the text as it is.
    package let reading: String?
    /// What was read there, if that is another text.
    package let excerpt: [UInt8]

    package init(finding: Finding, reading: String?, excerpt: [UInt8] = []) {
        self.finding = finding
        self.reading = reading
        self.excerpt = excerpt
    }
}

/// The cascade: patterns over the text as it is, then over each other reading of it, phrases over the readings that show
/// words, then the learned detector over what is said by those who may not give orders.
///
/// Immutable and shared by all threads. Total: takes any bytes, never waits. Text with nothing to suspect costs a pass of
/// each stage and allocates nothing.
package final class Screen: Sendable {
    /// Patterns of every kind but phrases; nil where none are looked for.
    package let patterns: PatternDatabase?
    let phrases: PatternDatabase?
    private let injections: InjectionDetector?
    private let names: EntityRecogniser?
    private let rules: [RuleDatabase]
    private let looksForHiding: Bool
    let injectionVersion: DetectorVersion

    /// Where hidden characters are told from.
    private static let reading = DetectorVersion(name: "readings", contentHash: 1)

    /// A screen for some kinds.
    ///
    /// What is left out is not looked for.
    package init(
        patterns: PatternDatabase?, phrases: PatternDatabase?, injections: InjectionDetector?,
        names: EntityRecogniser? = nil, rules: [RuleDatabase] = [], looksForHiding: Bool
    ) {
        self.names = names
        self.rules = rules
        self.patterns = patterns
        self.phrases = phrases
        self.injections = injections
        self.looksForHiding = looksForHiding
        self.injectionVersion = DetectorVersion(
            name: "injection", contentHash: injections?.model.contentHash ?? 0)
    }

    /// Appends what is found in a text, in reading order.
    package func screen(
        _ text: Span<UInt8>, _ segments: [ScreenedSegment], with scratch: ScreenScratch, into findings: inout [Finding]
    ) -> ScanOutcome {
        scratch.details.removeAll(keepingCapacity: true)
        scratch.keepsDetails = false
        return self.run(text, segments, scratch, &findings)
    }

    /// The same, and how the text was read where each was found.
    package func explain(
        _ text: Span<UInt8>, _ segments: [ScreenedSegment], with scratch: ScreenScratch
    ) -> [ScreenedFinding]? {
        scratch.details.removeAll(keepingCapacity: true)
        scratch.keepsDetails = true
        var findings: [Finding] = []
        guard self.run(text, segments, scratch, &findings) == .complete else { return nil }
        return findings.map { finding in
            scratch.details.first { $0.finding == finding } ?? ScreenedFinding(finding: finding, reading: nil)
        }
    }

    private func run(
        _ text: Span<UInt8>, _ segments: [ScreenedSegment], _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> ScanOutcome {
        let first = findings.count
        scratch.seen.removeAll(keepingCapacity: true)
        (scratch.closest, scratch.probability) = (0, 0)
        if let patterns = self.patterns {
            guard patterns.scan(text, with: scratch.patterns, into: &findings) == .complete else { return .failed }
        }
        for rules in self.rules {
            guard rules.scan(text, with: scratch.rules, into: &findings) == .complete else { return .failed }
        }
        scratch.judged.removeAll(keepingCapacity: true)
        for segment in segments {
            let range = segment.range.clamped(to: 0..<text.count)
            guard self.read(text.extracting(range), segment, at: range.lowerBound, scratch, &findings) else {
                return .failed
            }
        }
        if scratch.judged.count > 1 {
            guard self.findInConversation(text, scratch, &findings) else { return .failed }
        }
        if findings.count > first + 1 { findings[first...].sort() }
        return .complete
    }

    // MARK: One segment

    private func read(
        _ text: Span<UInt8>, _ segment: ScreenedSegment, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        let channel = segment.channel
        guard text.count > 3 else {
            // Too short to say something alone, but perhaps a piece of something.
            if channel.mayBeInjected, segment.turn != nil, text.count > 0 {
                scratch.judged.append(
                    JudgedSegment(segment: segment, probability: 0, head: .override, isFlagged: false))
            }
            return true
        }
        if let names = self.names { self.findNames(text, names, at: offset, scratch, &findings) }
        let readings = scratch.normaliser.read(text)
        guard self.readData(text, readings, at: offset, scratch, &findings) else { return false }
        guard channel.mayBeInjected else { return true }
        let before = findings.count
        guard self.readOrders(text, channel, readings, at: offset, scratch, &findings) else { return false }
        if let verdict = scratch.verdict {
            scratch.judged.append(
                JudgedSegment(
                    segment: segment, probability: verdict.probability, head: verdict.head,
                    isFlagged: findings.count > before))
        }
        return true
    }

    /// What hides in a text, and what its readings hold.
    func readData(
        _ text: Span<UInt8>, _ readings: Normalised, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        if self.looksForHiding {
            for fact in readings.facts { findings.append(Self.finding(fact, at: offset)) }
        }
        for (index, view) in readings.views.enumerated() {
            let reading = Reading(readings, index)
            guard reading.mayHoldData, let patterns = self.patterns else { continue }
            let bytes = view.bytes
            guard
                self.scan(
                    bytes.span, patterns, scratch.patterns, reading, readings, text, offset, scratch, &findings)
            else { return false }
        }
        return true
    }

    // MARK: Orders

    /// What a text says that is no one's to say, by phrases and the learned detector over all its readings.
    func readOrders(
        _ text: Span<UInt8>, _ channel: TextChannel, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> Bool {
        let readings = scratch.normaliser.read(text)
        return self.readOrders(text, channel, readings, at: 0, scratch, &findings)
    }

    /// The same, for readings that were made; false where the text could not be scanned.
    private func readOrders(
        _ text: Span<UInt8>, _ channel: TextChannel, _ readings: Normalised, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        let canonical = readings.views.firstIndex { $0.kind == .canonical && $0.parent == nil }
        scratch.phraseCounts.removeAll(keepingCapacity: true)
        for index in -1..<readings.views.count {
            scratch.phraseCounts.append(0)
            guard let database = self.phrases, index >= 0 || canonical == nil else { continue }
            let bytes = index < 0 ? [] : readings.views[index].bytes
            let span = index < 0 ? text : bytes.span
            let reading = Reading(readings, index)
            guard self.scan(span, database, scratch.phrases, reading, readings, text, offset, scratch, &findings) else {
                return false
            }
            scratch.phraseCounts[index + 1] = scratch.found.count
        }
        // What is found in the reading that all eyes share is in the text too.
        if let canonical { scratch.phraseCounts[0] = scratch.phraseCounts[canonical + 1] }
        self.weighAlone(text, at: offset, &findings)
        scratch.verdict = self.injections.map { injections in
            self.judge(text, channel, injections, readings, offset, scratch, &findings)
        }
        // Most people who bring many examples show what they want: it takes something else that is suspicious.
        let isUnusual = scratch.verdict?.isSuspicious ?? true
        if text.count >= 512, isUnusual || scratch.phraseCounts[0] > 0, ManyShots.examples(in: text) >= ManyShots.many {
            findings.append(self.finding(.persona, at: offset..<offset + text.count, percent: ManyShots.percent))
        }
        return true
    }

    /// Makes phrases surer that are all that a text says: nobody quotes or discusses anything there.
    private func weighAlone(_ text: Span<UInt8>, at offset: Int, _ findings: inout [Finding]) {
        guard text.count <= AloneText.longest, AloneText.isOrder(text) else { return }
        for index in findings.indices where findings[index].kind.family == .injection {
            let finding = findings[index]
            let end = finding.span.upperBound - offset
            guard finding.span.lowerBound == offset, end <= text.count, text.count - end <= AloneText.rest else {
                continue
            }
            let percent = max(finding.confidence.percent, min(95, finding.confidence.percent + Self.disguised))
            findings[index] = Finding(
                kind: finding.kind, span: finding.span, confidence: Finding.Confidence(percent: percent),
                severity: finding.severity, detector: finding.detector)
        }
    }

    /// How much surer a phrase is that was disguised.
    static let disguised: UInt8 = 20

    /// How a text is read: as it is, or as one of its views.
    private struct Reading {
        let kind: TextView.Kind?
        let index: Int?
        /// Whether it took undoing a disguise to read it so.
        let isDisguise: Bool

        /// The reading of a view; below zero, the text as it is.
        init(_ readings: Normalised, _ index: Int) {
            guard index >= 0 else {
                (self.kind, self.index, self.isDisguise) = (nil, nil, false)
                return
            }
            let view = readings.views[index]
            self.kind = view.kind
            self.index = index
            self.isDisguise = view.kind == .canonical ? readings.flags.isDisguised : view.kind != .separated
        }

        /// Whether numbers and tokens in it are as they were written, and not made by the reading.
        var mayHoldData: Bool {
            switch self.kind {
            case nil: true
            case .canonical: self.isDisguise
            case .joined, .separated, .leet, .shifted, .spelled, .morse: false
            default: true
            }
        }
    }

    /// Scans a reading, and takes what is found there back to the text.
    private func scan(
        _ bytes: Span<UInt8>, _ database: PatternDatabase, _ working: Scratch, _ reading: Reading,
        _ readings: Normalised, _ text: Span<UInt8>, _ offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        scratch.found.removeAll(keepingCapacity: true)
        if scratch.seen.isEmpty {
            for finding in findings { scratch.seen.insert(.init(kind: finding.kind, start: finding.span.lowerBound)) }
        }
        guard database.scan(bytes, with: working, into: &scratch.found) == .complete else { return false }
        for found in scratch.found {
            let range = reading.index.map { readings.original(found.span, of: $0, in: text) } ?? found.span
            guard !range.isEmpty else { continue }
            let span = range.lowerBound + offset..<range.upperBound + offset
            // Found before, in another reading.
            guard scratch.seen.insert(ScreenScratch.Place(kind: found.kind, start: span.lowerBound)).inserted else {
                continue
            }
            let isOrder = found.kind.family == .injection
            let plain = found.confidence.percent
            let percent = isOrder && reading.isDisguise ? min(95, plain + Self.disguised) : plain
            let finding = Finding(
                kind: found.kind, span: span, confidence: Finding.Confidence(percent: percent),
                severity: found.severity,
                detector: found.detector)
            findings.append(finding)
            if scratch.keepsDetails, let kind = reading.kind {
                let excerpt = (0..<min(found.span.count, 120)).map { bytes[found.span.lowerBound + $0] }
                scratch.details.append(ScreenedFinding(finding: finding, reading: kind.rawValue, excerpt: excerpt))
            }
        }
        return true
    }

    private static func finding(_ fact: UnicodeFact, at offset: Int) -> Finding {
        let kind: Finding.Kind
        let percent: UInt8
        switch fact.kind {
        case .tags: (kind, percent) = (.unicodeTag, 97)
        case .variationSelectors: (kind, percent) = (.variationSelectors, 95)
        case .override: (kind, percent) = (.unicodeBidi, 85)
        }
        return Finding(
            kind: kind, span: fact.range.lowerBound + offset..<fact.range.upperBound + offset,
            confidence: Finding.Confidence(percent: percent), severity: .high, detector: Self.reading)
    }

    // MARK: The learned detectors

    /// How much higher a score has to be in a reading that is only a guess; the same as where thresholds are measured.
    private static let guess: Float = 0.3

    private func findNames(
        _ text: Span<UInt8>, _ names: EntityRecogniser, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) {
        scratch.spans.removeAll(keepingCapacity: true)
        // What patterns are sure of comes first, in order, so neither is looked at twice.
        let known = findings.count
        var next = 0
        names.find(in: text, scratch: &scratch.names, into: &scratch.spans)
        for span in scratch.spans {
            let kind: Finding.Kind =
                switch span.kind {
                case .person: .person
                case .organisation: .organisation
                case .place: .place
                case .address: .address
                }
            let range = span.range.lowerBound + offset..<span.range.upperBound + offset
            // Part of something that patterns are sure of.
            while next < known, findings[next].span.upperBound <= range.lowerBound { next += 1 }
            if next < known, findings[next].kind.family == .pii, findings[next].span.overlaps(range) { continue }
            findings.append(
                Finding(
                    kind: kind, span: range, confidence: Finding.Confidence(percent: span.confidence),
                    severity: .medium,
                    detector: DetectorVersion(name: "names", contentHash: names.contentHash)))
        }
    }

    private func judge(
        _ text: Span<UInt8>, _ channel: TextChannel, _ injections: InjectionDetector, _ readings: Normalised,
        _ offset: Int, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> InjectionVerdict {
        let thresholds = injections.model.judgements[channel.group.rawValue].thresholds
        var signals = InjectionSignals(phrases: scratch.phraseCounts[0], hidesText: !readings.facts.isEmpty)
        var verdict = injections.assess(text, channel: channel, signals: signals, scratch: &scratch.injection)
        var score = verdict.score
        var view: Int?
        for index in readings.views.indices where readings.views[index].bytes.count >= 12 {
            let reading = readings.views[index]
            signals.wasDisguised = reading.depth > 0
            signals.phrases = scratch.phraseCounts[index + 1]
            let bytes = reading.bytes
            let other = injections.assess(bytes.span, channel: channel, signals: signals, scratch: &scratch.injection)
            // Another reading is a guess, but the one that all eyes share.
            let value = other.score - (reading.kind == .canonical ? 0 : Self.guess)
            if value > score { (verdict, score, view) = (other, value, index) }
        }
        scratch.probability = max(scratch.probability, verdict.probability)
        guard score >= thresholds.x else {
            scratch.closest = max(scratch.closest, 39.9 * exp(score - thresholds.x))
            return verdict
        }
        let range = view.map { readings.original(verdict.span, of: $0, in: text) } ?? verdict.span
        let percent = score >= thresholds.y ? max(80, verdict.percent) : min(79, max(40, verdict.percent))
        let finding = self.finding(
            verdict.head, at: range.lowerBound + offset..<range.upperBound + offset, percent: percent)
        findings.append(finding)
        if scratch.keepsDetails {
            scratch.details.append(
                ScreenedFinding(finding: finding, reading: view.map { readings.views[$0].kind.rawValue } ?? "learned"))
        }
        return verdict
    }

    /// A finding of the learned detector.
    func finding(_ head: InjectionHead, at span: Range<Int>, percent: UInt8) -> Finding {
        let kind: Finding.Kind =
            switch head {
            case .override: .injectionOverride
            case .persona: .injectionPersona
            case .indirect: .injectionIndirect
            }
        return Finding(
            kind: kind, span: span, confidence: Finding.Confidence(percent: percent), severity: .high,
            detector: self.injectionVersion)
    }
}

extension TextChannel {
    /// Whether an order in it is none that its writer may give. Whoever owns the application may, and what the model said is
    /// no order.
    fileprivate var mayBeInjected: Bool { self != .system && self != .assistant }
}

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

/// How a text can be read, for people.
package struct ShownReading: Sendable {
    package let kind: String
    package let depth: Int
    package let text: [UInt8]
    /// The bytes of the text that it was made of.
    package let range: Range<Int>

    /// Every way to read a text.
    package static func all(of text: Span<UInt8>) -> (readings: [ShownReading], isCut: Bool) {
        var normaliser = Normaliser()
        let normalised = normaliser.read(text)
        let readings = normalised.views.indices.map { index in
            let view = normalised.views[index]
            return ShownReading(
                kind: view.kind.rawValue, depth: view.depth, text: view.bytes,
                range: normalised.original(0..<view.bytes.count, of: index, in: text))
        }
        return (readings, normalised.isCut)
    }
}
