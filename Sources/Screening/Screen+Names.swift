internal import Detection
internal import Entities

// Names and addresses.

extension Screen {
    func findNames(
        _ text: Span<UInt8>, _ names: EntityRecogniser, at offset: Int, _ scratch: ScreenScratch,
        _ findings: inout [Finding]
    ) {
        scratch.spans.removeAll(keepingCapacity: true)
        // What patterns are sure of comes first, in order, so neither is looked at twice.
        let known = findings.count
        var next = 0
        names.find(in: text, scratch: &scratch.names, into: &scratch.spans)
        for span in scratch.spans {
            let range = span.range.lowerBound + offset..<span.range.upperBound + offset
            // Part of something that patterns are sure of.
            while next < known, findings[next].span.upperBound <= range.lowerBound { next += 1 }
            if next < known, findings[next].kind.family == .pii, findings[next].span.overlaps(range) { continue }
            findings.append(
                Finding(
                    kind: span.kind.findingKind, span: range, confidence: Finding.Confidence(percent: span.confidence),
                    severity: .medium,
                    detector: DetectorVersion(name: "names", contentHash: names.contentHash)))
        }
    }
}
