// Screening runs the detectors over the texts of an exchange, the cheap ones first, and tells what they found where.

package import Detection
package import Entities
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
    /// Whether it was found in a part that stands apart and was judged by itself; then the reading says what part.
    package let isApart: Bool

    package init(finding: Finding, reading: String?, excerpt: [UInt8] = [], isApart: Bool = false) {
        self.finding = finding
        self.reading = reading
        self.excerpt = excerpt
        self.isApart = isApart
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
    let injections: InjectionDetector?
    private let names: EntityRecogniser?
    private let rules: [RuleDatabase]
    let looksForHiding: Bool
    let injectionVersion: DetectorVersion

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
}

extension TextChannel {
    /// Whether an order in it is none that its writer may give. Whoever owns the application may, and what the model said is
    /// no order.
    var mayBeInjected: Bool { self != .system && self != .assistant }
}
