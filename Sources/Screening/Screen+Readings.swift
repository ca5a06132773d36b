internal import Detection
internal import Normalisation

// What the readings of a text hold.

extension Screen {
    /// Where hidden characters are told from.
    private static let reading = DetectorVersion(name: "readings", contentHash: 1)

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

    /// How a text is read: as it is, or as one of its views.
    struct Reading {
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
            switch view.kind {
            case .canonical: self.isDisguise = readings.flags.isDisguised
            case .separated, .visible: self.isDisguise = false
            default: self.isDisguise = true
            }
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
    func scan(
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
}
