extension PatternDatabase {
    /// Asks the pattern's matcher about a hit and notes what it says.
    func judge(_ text: Span<UInt8>, hit: Int, pattern: Int, isFinal: Bool, with scratch: Scratch) {
        guard scratch.covered.isEmpty || hit > scratch.covered[pattern] else { return }
        var reader = Reader(text, candidate: hit, isFinal: isFinal)
        let match = self.patterns[pattern].matcher.match(&reader, hit: hit)
        if reader.isUndecided {
            scratch.openings.append(Opening(start: reader.candidate, pattern: pattern, hit: hit))
        } else if let match {
            // Hits inside a long match would only find its rest again, each at the cost of reading all of it.
            if match.span.count > Tail.decided {
                if scratch.covered.isEmpty { scratch.covered.append(contentsOf: self.patterns.map { _ in 0 }) }
                scratch.covered[pattern] = match.span.upperBound
            }
            let confidence = match.confidence ?? self.patterns[pattern].confidence
            scratch.matches.append(PatternMatch(span: match.span, pattern: pattern, confidence: confidence))
        }
    }

    /// Appends the noted matches that end by `limit` as findings in reading order, `origin` added to their offsets.
    ///
    /// Drops those that say no more than another of their family: one that lies inside a longer or more specific one.
    func report(_ scratch: Scratch, before limit: Int, at origin: Int, into findings: inout [Finding]) {
        let first = findings.count
        for match in scratch.matches where match.span.upperBound <= limit {
            let pattern = self.patterns[match.pattern]
            findings.append(
                Finding(
                    kind: pattern.kind, span: match.span.lowerBound + origin..<match.span.upperBound + origin,
                    confidence: match.confidence, severity: pattern.severity, detector: self.version))
        }
        guard findings.count > first + 1 else { return }
        findings[first...].sort()
        // In reading order a finding that contains another comes first, so the farthest end seen says it all.
        var reaches = InlineArray<32, Int>(repeating: -1)
        var kept = first
        for index in first..<findings.count {
            let finding = findings[index]
            let rank = Int(finding.kind.specificity)
            let family = finding.kind.family.place * 4
            let isInside = (rank..<4).contains { reaches[family + $0] >= finding.span.upperBound }
            guard !isInside else { continue }
            reaches[family + rank] = finding.span.upperBound
            findings[kept] = finding
            kept += 1
        }
        findings.removeSubrange(kept...)
    }
}
