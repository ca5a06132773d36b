extension PatternDatabase {
    /// Asks the pattern's matcher about a hit and notes what it says.
    func judge(_ text: Span<UInt8>, hit: Int, pattern: Int, isFinal: Bool, into hits: inout Hits) {
        guard hits.covered.isEmpty || hit > hits.covered[pattern] else { return }
        var reader = Reader(text, candidate: hit, isFinal: isFinal)
        let asked = self.patterns[pattern]
        let match = asked.match(&reader, hit: hit)
        if reader.isUndecided {
            hits.openings.append(Opening(start: reader.candidate, pattern: pattern, hit: hit))
        } else if let match {
            // Hits inside a long match would only find its rest again, each at the cost of reading all of it.
            if match.span.count > Tail.decided {
                if hits.covered.isEmpty { hits.covered.append(contentsOf: self.patterns.map { _ in 0 }) }
                hits.covered[pattern] = match.span.upperBound
            }
            hits.matches.append(
                PatternMatch(
                    span: match.span, pattern: pattern, kind: asked.kind, severity: asked.severity,
                    confidence: match.confidence ?? asked.confidence))
        }
    }

    /// Appends the noted matches that end by `limit` as findings in reading order, `origin` added to their offsets.
    ///
    /// Drops those that say no more than another of their family: one that lies inside a longer or more specific one.
    func report(_ hits: Hits, before limit: Int, at origin: Int, into findings: inout [Finding]) {
        let first = findings.count
        for match in hits.matches where match.span.upperBound <= limit {
            findings.append(
                Finding(
                    kind: match.kind, span: match.span.lowerBound + origin..<match.span.upperBound + origin,
                    confidence: match.confidence, severity: match.severity, detector: self.version))
        }
        guard findings.count > first + 1 else { return }
        findings.sort(from: first)
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
            if kept < index { findings[kept] = finding }
            kept += 1
        }
        if kept < findings.count { findings.removeSubrange(kept...) }
    }
}

extension [Finding] {
    /// Puts what stands from an offset on into reading order. Few findings are nearly in it when they are found.
    fileprivate mutating func sort(from first: Int) {
        guard self.count - first <= 32 else { return self[first...].sort() }
        for index in (first + 1)..<self.count {
            let finding = self[index]
            var place = index
            while place > first, finding < self[place - 1] {
                self[place] = self[place - 1]
                place -= 1
            }
            if place < index { self[place] = finding }
        }
    }
}
