internal import Detection
internal import Glibc
internal import Injection
internal import Normalisation

// What a text says that is no one's to say: phrases, then the learned detector.

extension Screen {
    /// How much higher a score has to be in a reading that is only a guess; the same as where thresholds are measured.
    private static let guess: Float = 0.3

    /// What a text says that is no one's to say, by phrases and the learned detector over all its readings.
    func readOrders(
        _ text: Span<UInt8>, _ channel: TextChannel, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> Bool {
        let readings = scratch.normaliser.read(text)
        return self.readOrders(text, channel, readings, at: 0, scratch, &findings)
    }

    /// The same, for readings that were made; false where the text could not be scanned.
    func readOrders(
        _ text: Span<UInt8>, _ channel: TextChannel, _ readings: Normalised, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) -> Bool {
        let first = findings.count
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
        self.weighHidden(readings, at: offset, &findings, from: first)
        scratch.verdict = self.injections.map { injections in
            let verdict = self.judge(text, channel, injections, readings, offset, scratch, &findings)
            self.judgeSegments(text, channel, injections, readings, offset, scratch, &findings, from: first)
            return verdict
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
            findings[index] = finding.surer(by: Self.disguised)
        }
    }

    /// How much surer a phrase is that was disguised.
    static let disguised: UInt8 = 20

    private func judge(
        _ text: Span<UInt8>, _ channel: TextChannel, _ injections: InjectionDetector, _ readings: Normalised,
        _ offset: Int, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> InjectionVerdict {
        let judgement = injections.model.judgements[channel.group.rawValue]
        let thresholds = judgement.thresholds
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
            var value = other.score - (reading.kind == .canonical ? 0 : Self.guess)
            // All of a page once more is a second chance for all that is in it.
            if reading.kind == .visible { value = judgement.score(value, asBestOf: 2) }
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
