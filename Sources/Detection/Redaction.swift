/// Takes dangerous bytes out of a text and leaves a mark that says what was there.
package enum Redaction {
    /// What stands in the place of a finding, such as `[REDACTED:email]`. A continuation leaves nothing.
    package static func mark(for finding: Finding) -> String {
        finding.isContinuation ? "" : "[REDACTED:\(finding.kind.label)]"
    }

    /// The text with every finding replaced by its mark.
    ///
    /// Overlapping findings leave one mark. A finding is cut to the text, and ignored where nothing of it lies inside. Linear in the text.
    package static func redact(_ text: Span<UInt8>, _ findings: [Finding]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 8 * findings.count)
        var copied = 0
        for finding in findings.nonOverlapping() {
            let span = finding.span.clamped(to: copied..<text.count)
            guard !span.isEmpty else { continue }
            for index in copied..<span.lowerBound { result.append(text[index]) }
            result.append(contentsOf: Self.mark(for: finding).utf8)
            copied = span.upperBound
        }
        for index in copied..<text.count { result.append(text[index]) }
        return result
    }
}
