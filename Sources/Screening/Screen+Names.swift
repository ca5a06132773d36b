internal import Detection
internal import Entities

// Names and addresses.

extension Screen {
    /// What stands between the parts of contact data.
    private static let parting = Array(" \n\r\t,;|-".utf8)

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
            var range = span.range.lowerBound + offset..<span.range.upperBound + offset
            // Part of something that patterns are sure of.
            while next < known, findings[next].span.upperBound <= range.lowerBound { next += 1 }
            if next < known, findings[next].kind.family == .pii, findings[next].span.overlaps(range) {
                // An address ends where a number to call or the like begins.
                guard span.kind == .address, findings[next].span.lowerBound - range.lowerBound > range.count / 2 else {
                    continue
                }
                range = range.lowerBound..<findings[next].span.lowerBound
                while let last = range.last, Self.parting.contains(text[last - offset]) {
                    range = range.lowerBound..<last
                }
            }
            findings.append(
                Finding(
                    kind: span.kind.findingKind, span: range, confidence: Finding.Confidence(percent: span.confidence),
                    severity: .medium,
                    detector: DetectorVersion(name: "names", contentHash: names.contentHash)))
        }
    }
}
