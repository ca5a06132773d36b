// Screening runs the detectors over the texts of an exchange, the cheap ones first, and tells what they found where.

package import Detection
package import Injection
internal import Normalisation

/// A part of a text, and who speaks in it.
package struct ScreenedSegment: Hashable, Sendable {
    package let channel: TextChannel
    /// Where in the text; segments do not overlap.
    package let range: Range<Int>

    package init(channel: TextChannel, range: Range<Int>) {
        self.channel = channel
        self.range = range
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
    private let phrases: PatternDatabase?
    private let injections: InjectionDetector?
    private let looksForHiding: Bool
    private let injectionVersion: DetectorVersion

    /// Where hidden characters are told from.
    private static let reading = DetectorVersion(name: "readings", contentHash: 1)

    /// A screen for some kinds.
    ///
    /// - Throws: ``PatternError`` naming what cannot be compiled.
    package init(
        patterns: PatternDatabase?, phrases: PatternDatabase?, injections: InjectionDetector?, looksForHiding: Bool
    ) {
        self.patterns = patterns
        self.phrases = phrases
        self.injections = injections
        self.looksForHiding = looksForHiding
        self.injectionVersion = DetectorVersion(
            name: "injection", contentHash: injections?.model.contentHash ?? 0)
    }

    /// Whether nothing is looked for but patterns, so that the text's segments do not matter.
    package var isPatternsOnly: Bool { self.phrases == nil && self.injections == nil && !self.looksForHiding }

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
        if let patterns = self.patterns {
            guard patterns.scan(text, with: scratch.patterns, into: &findings) == .complete else { return .failed }
        }
        for segment in segments {
            let range = segment.range.clamped(to: 0..<text.count)
            guard self.read(text.extracting(range), segment.channel, at: range.lowerBound, scratch, &findings) else {
                return .failed
            }
        }
        if findings.count > first + 1 { findings[first...].sort() }
        return .complete
    }

    // MARK: One segment

    private func read(
        _ text: Span<UInt8>, _ channel: TextChannel, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        guard text.count > 3 else { return true }
        let readings = scratch.normaliser.read(text)
        if self.looksForHiding {
            for fact in readings.facts { findings.append(Self.finding(fact, at: offset)) }
        }
        // Whoever owns the application may give orders, and what the model said is no order.
        let mayBeInjected = channel != .system && channel != .assistant
        let canonical = readings.views.firstIndex { $0.kind == .canonical && $0.parent == nil }
        var phrases = 0
        for index in -1..<readings.views.count {
            let reading: Reading
            if index < 0 {
                reading = Reading(kind: nil, index: nil, isDisguise: false)
            } else {
                let view = readings.views[index]
                reading = Reading(
                    kind: view.kind, index: index,
                    isDisguise: view.kind == .canonical ? readings.flags.isDisguised : view.kind != .separated)
            }
            let bytes = index < 0 ? [] : readings.views[index].bytes
            if index >= 0, reading.mayHoldData, let patterns = self.patterns {
                guard
                    self.scan(
                        bytes.span, patterns, scratch.patterns, reading, readings, text, offset, scratch, &findings)
                else { return false }
            }
            guard mayBeInjected, let database = self.phrases, index >= 0 || canonical == nil else { continue }
            let before = findings.count
            let span = index < 0 ? text : bytes.span
            guard self.scan(span, database, scratch.phrases, reading, readings, text, offset, scratch, &findings) else {
                return false
            }
            phrases += findings.count - before
        }
        if mayBeInjected, let injections = self.injections {
            self.judge(text, channel, injections, readings, canonical, phrases, offset, scratch, &findings)
        }
        return true
    }

    /// How a text is read: as it is, or as one of its views.
    private struct Reading {
        let kind: TextView.Kind?
        let index: Int?
        /// Whether it took undoing a disguise to read it so.
        let isDisguise: Bool

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
        guard database.scan(bytes, with: working, into: &scratch.found) == .complete else { return false }
        for found in scratch.found {
            let range = reading.index.map { readings.original(found.span, of: $0, in: text) } ?? found.span
            guard !range.isEmpty else { continue }
            let span = range.lowerBound + offset..<range.upperBound + offset
            // Found before, in another reading.
            if findings.contains(where: { $0.kind == found.kind && $0.span.overlaps(span) }) { continue }
            let isOrder = found.kind.family == .injection
            let percent =
                isOrder && reading.isDisguise ? min(95, found.confidence.percent + 20) : found.confidence.percent
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

    // MARK: The learned detector

    private func judge(
        _ text: Span<UInt8>, _ channel: TextChannel, _ injections: InjectionDetector, _ readings: Normalised,
        _ canonical: Int?, _ phrases: Int, _ offset: Int, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) {
        var signals = InjectionSignals(phrases: phrases, hidesText: !readings.facts.isEmpty)
        var worst: (verdict: InjectionVerdict, view: Int?)?
        func consider(_ verdict: InjectionVerdict, _ view: Int?) {
            guard verdict.isSuspicious, verdict.score > worst?.verdict.score ?? -.infinity else { return }
            worst = (verdict, view)
        }
        if let canonical {
            let bytes = readings.views[canonical].bytes
            consider(
                injections.assess(bytes.span, channel: channel, signals: signals, scratch: &scratch.injection),
                canonical)
        } else {
            consider(injections.assess(text, channel: channel, signals: signals, scratch: &scratch.injection), nil)
        }
        signals.wasDisguised = true
        for (index, view) in readings.views.enumerated() where index != canonical && view.bytes.count >= 16 {
            let bytes = view.bytes
            consider(
                injections.assess(bytes.span, channel: channel, signals: signals, scratch: &scratch.injection), index)
        }
        guard let (verdict, view) = worst else { return }
        let range = view.map { readings.original(verdict.span, of: $0, in: text) } ?? verdict.span
        let percent = verdict.isStriking ? max(80, verdict.percent) : min(79, max(40, verdict.percent))
        let kind: Finding.Kind =
            switch verdict.head {
            case .persona: .injectionPersona
            case .indirect: .injectionIndirect
            default: .injectionOverride
            }
        let finding = Finding(
            kind: kind, span: range.lowerBound + offset..<range.upperBound + offset,
            confidence: Finding.Confidence(percent: percent), severity: .high, detector: self.injectionVersion)
        findings.append(finding)
        if scratch.keepsDetails {
            scratch.details.append(
                ScreenedFinding(finding: finding, reading: view.map { readings.views[$0].kind.rawValue } ?? "learned"))
        }
    }
}

/// Working memory of a screen: one for each thread or event loop.
package final class ScreenScratch {
    /// For scans of patterns alone.
    package let patterns = Scratch()
    let phrases = Scratch()
    var normaliser = Normaliser()
    var injection = InjectionScratch()
    var found: [Finding] = []
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
