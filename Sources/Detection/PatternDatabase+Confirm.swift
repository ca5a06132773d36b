extension PatternDatabase {
    /// Asks the pattern's matcher about a hit and notes what it says.
    func judge(_ text: Span<UInt8>, hit: Int, pattern: Int, isFinal: Bool, into hits: inout Hits) {
        guard hits.covered.isEmpty || hit > hits.covered[pattern] else { return }
        var reader = Reader(text, candidate: hit, isFinal: isFinal)
        // SAFE: this database keeps its patterns.
        let match = unsafe self.asked[pattern]._withUnsafeGuaranteedRef { $0.match(&reader, hit: hit) }
        if reader.isUndecided {
            hits.openings.append(Opening(start: reader.candidate, pattern: pattern, hit: hit))
        } else if let match {
            // Hits inside a long match would only find its rest again, each at the cost of reading all of it.
            if match.span.count > Tail.decided {
                if hits.covered.isEmpty { hits.covered.append(contentsOf: self.patterns.map { _ in 0 }) }
                hits.covered[pattern] = match.span.upperBound
            }
            let found = unsafe self.asked[pattern]._withUnsafeGuaranteedRef { asked in
                PatternMatch(
                    span: match.span, pattern: pattern, kind: asked.kind, severity: asked.severity,
                    confidence: match.confidence ?? asked.confidence)
            }
            hits.matches.append(found)
        }
    }

    /// Appends the noted matches that end by `limit` as findings in reading order, `origin` added to their offsets.
    ///
    /// Drops those that say no more than another of their family: one that lies inside a longer or more specific one.
    func report(_ hits: inout Hits, before limit: Int, at origin: Int, into findings: inout [Finding]) {
        hits.sort()
        // In reading order a match that contains another comes first, so the farthest end seen says it all.
        var reaches = InlineArray<32, Int>(repeating: -1)
        for match in hits.matches where match.span.upperBound <= limit {
            let rank = Int(match.kind.specificity)
            let family = match.kind.family.place * 4
            let isInside = (rank..<4).contains { reaches[family + $0] >= match.span.upperBound }
            guard !isInside else { continue }
            reaches[family + rank] = match.span.upperBound
            findings.append(
                Finding(
                    kind: match.kind, span: match.span.lowerBound + origin..<match.span.upperBound + origin,
                    confidence: match.confidence, severity: match.severity, detector: self.version))
        }
    }
}

extension Hits {
    /// Puts the matches into reading order. A few are nearly in it when they are found.
    fileprivate mutating func sort() {
        guard self.matches.count <= 32 else { return self.matches.sort() }
        for index in self.matches.indices.dropFirst() where self.matches[index] < self.matches[index - 1] {
            let match = self.matches[index]
            var place = index
            while place > 0, match < self.matches[place - 1] {
                self.matches[place] = self.matches[place - 1]
                place -= 1
            }
            self.matches[place] = match
        }
    }
}
