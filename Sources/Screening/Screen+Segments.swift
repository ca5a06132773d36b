internal import Detection
internal import Glibc
internal import Injection
internal import Normalisation

// What the parts of a text say that stand apart from it: comments, hidden elements, strings of JSON.

extension Screen {
    /// Makes phrases surer that stand where a page shows nothing: nobody quotes or discusses anything there.
    func weighHidden(_ readings: Normalised, at offset: Int, _ findings: inout [Finding], from first: Int) {
        for segment in readings.segments where segment.kind == .hiddenElement {
            let range = segment.range.lowerBound + offset..<segment.range.upperBound + offset
            for index in first..<findings.count
            where findings[index].kind.family == .injection && range.overlaps(findings[index].span) {
                findings[index] = findings[index].surer(by: Self.disguised)
            }
        }
    }

    /// Has the learned detector judge each part by itself, and reports the one that is the surest, if it is a finding.
    ///
    /// Each is one more chance to look like an attack by accident, so that scores count as the best of so many.
    func judgeSegments(
        _ text: Span<UInt8>, _ channel: TextChannel, _ injections: InjectionDetector, _ readings: Normalised,
        _ offset: Int, _ scratch: ScreenScratch, _ findings: inout [Finding], from first: Int
    ) {
        guard !readings.segments.isEmpty else { return }
        let bytes = readings.segmentView.map { readings.views[$0].bytes } ?? []
        let whole = readings.segmentView == nil ? text : bytes.span
        var best: (segment: TextSegment, verdict: InjectionVerdict, score: Float, margin: Float, isStriking: Bool)?
        for segment in readings.segments {
            let channel = segment.kind.isHidden ? .document : channel
            let judgement = injections.model.judgements[channel.group.rawValue]
            let range = segment.range.lowerBound + offset..<segment.range.upperBound + offset
            let phrases = findings[first...].count {
                $0.kind.family == .injection && $0.detector != self.injectionVersion && $0.span.overlaps(range)
            }
            let signals = InjectionSignals(phrases: phrases, hidesText: !readings.facts.isEmpty)
            let said = segment.decoded.isEmpty ? whole.extracting(segment.place) : segment.decoded.span
            let verdict = injections.assess(said, channel: channel, signals: signals, scratch: &scratch.injection)
            let score = judgement.score(verdict.score, asBestOf: readings.segments.count)
            let margin = score - judgement.thresholds.x
            guard margin > best?.margin ?? -.greatestFiniteMagnitude else { continue }
            best = (segment, verdict, score, margin, score >= judgement.thresholds.y)
            scratch.probability = max(scratch.probability, judgement.probability(of: score))
        }
        guard let best else { return }
        guard best.margin >= 0 else {
            scratch.closest = max(scratch.closest, 39.9 * exp(best.margin))
            return
        }
        let span = readings.original(best.verdict.span, of: best.segment, in: text)
        let range = span.lowerBound + offset..<span.upperBound + offset
        let group: TextChannel.Group = best.segment.kind.isHidden ? .read : channel.group
        let probability = injections.model.judgements[group.rawValue].probability(of: best.score) * 100
        let sure = UInt8(max(0, min(100, probability.rounded())))
        let percent = best.isStriking ? max(80, sure) : min(79, max(40, sure))
        // What the text as a whole says there already, and as surely, is not said again.
        let isKnown = findings[first...].contains {
            $0.detector == self.injectionVersion && $0.confidence.percent >= percent && $0.span.overlaps(range)
        }
        guard !isKnown else { return }
        let head = self.finding(best.verdict.head, at: range, percent: percent)
        let finding = Finding(
            kind: best.segment.kind.isHidden ? .hiddenText : head.kind, span: range, confidence: head.confidence,
            severity: head.severity, detector: head.detector)
        findings.append(finding)
        if scratch.keepsDetails {
            let excerpt = (best.segment.decoded.isEmpty ? [] : best.segment.decoded.prefix(120))
            scratch.details.append(
                ScreenedFinding(
                    finding: finding, reading: best.segment.kind.rawValue, excerpt: Array(excerpt),
                    isApart: true))
        }
    }
}

extension Finding {
    /// The same, by so many percent surer.
    func surer(by percent: UInt8) -> Finding {
        let sure = max(self.confidence.percent, min(95, self.confidence.percent + percent))
        return Finding(
            kind: self.kind, span: self.span, confidence: Confidence(percent: sure), severity: self.severity,
            detector: self.detector, isContinuation: self.isContinuation)
    }
}
