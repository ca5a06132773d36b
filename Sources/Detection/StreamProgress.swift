/// How far a stream is decided: the logic of ``StreamScanner`` without its buffer.
struct StreamProgress: Sendable {
    /// The offset in the stream up to which all is decided.
    private(set) var settled = 0
    /// The offset in the stream of the buffer's first byte.
    private var origin = 0
    private var swallowed: Swallowed?
    /// The offset in the stream up to which it was looked for hits.
    private var looked = 0
    /// Whether there are hits that wait for more text.
    private var isWaiting = false

    /// A match longer than may be held back, whose rest is taken as it comes.
    private struct Swallowed {
        let pattern: Int
        let start: Int
    }

    /// How many bytes at the start of the buffer are no longer needed; from now on they count as dropped.
    mutating func forget() -> Int {
        let unused = max(0, self.settled - self.origin - Pattern.lookbehind)
        self.origin += unused
        return unused
    }

    /// Decides what can be decided of a buffer that has grown, and appends the findings.
    mutating func advance(
        _ bytes: [UInt8], isFinal: Bool, with database: PatternDatabase, scratch: Scratch, findings: inout [Finding]
    ) -> ScanOutcome {
        let buffer = bytes.span
        if self.swallow(buffer, isFinal: isFinal, database, &findings) { return .complete }
        let held = self.settled - self.origin
        // Most pieces complete nothing: then all that there is to do is to hold back their last word.
        if !isFinal, !self.isWaiting, !database.mayHit(buffer, from: self.looked - self.origin) {
            let end = Hold.start(of: buffer, from: held)
            if buffer.count - end <= StreamScanner.longestHold {
                self.settled = self.origin + end
                self.looked = self.origin + buffer.count
                return .complete
            }
        }
        let base = max(0, held - Pattern.lookbehind)
        let text = buffer.extracting(base..<buffer.count)
        let start = held - base
        guard start < text.count else { return .complete }
        var hits = Hits()
        swap(&hits, &scratch.hits)
        defer { swap(&hits, &scratch.hits) }
        guard database.collect(text, isFinal: isFinal, with: scratch, into: &hits) == .complete else { return .failed }

        hits.clip(to: start)
        var end = isFinal ? text.count : Hold.start(of: text, from: start)
        for opening in hits.openings { end = min(end, opening.start) }
        end = hits.withdraw(from: end)
        self.looked = self.origin + buffer.count
        self.isWaiting = !hits.openings.isEmpty || hits.matches.contains { $0.span.upperBound > end }
        if text.count - end > StreamScanner.longestHold {
            end = self.force(text, from: start, at: base + self.origin, database, &hits)
            self.isWaiting = true
        }
        if !hits.matches.isEmpty { database.report(&hits, before: end, at: base + self.origin, into: &findings) }
        self.settled = self.origin + base + end
        return .complete
    }

    /// Takes what comes of a long match; true if there may be more of it.
    private mutating func swallow(
        _ buffer: Span<UInt8>, isFinal: Bool, _ database: PatternDatabase, _ findings: inout [Finding]
    ) -> Bool {
        guard let swallowed = self.swallowed else { return false }
        let start = self.settled - self.origin
        let pattern = database.patterns[swallowed.pattern]
        var reader = Reader(buffer, candidate: start, isFinal: isFinal)
        let end = pattern.matcher.tail.end(&reader, from: start, start: swallowed.start - self.origin)
        if end > start {
            findings.append(
                Finding(
                    kind: pattern.kind, span: self.settled..<self.origin + end, confidence: pattern.confidence,
                    severity: pattern.severity, detector: database.version, isContinuation: true))
            self.settled = self.origin + end
        }
        if reader.isUndecided, buffer.count - end <= StreamScanner.longestHold { return true }
        self.swallowed = nil
        return false
    }

    /// Decides what would hold back too much, on what is there; returns up to where the text is decided.
    private mutating func force(
        _ text: Span<UInt8>, from start: Int, at offset: Int, _ database: PatternDatabase, _ hits: inout Hits
    ) -> Int {
        var end = text.count - StreamScanner.longestHold
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        for opening in hits.openings where opening.start < end {
            database.judge(text, hit: opening.hit, pattern: opening.pattern, isFinal: true, into: &hits)
        }
        hits.clip(to: start)
        end = hits.extend(from: end)
        for match in hits.matches where match.span.upperBound == end {
            var reader = Reader(text, candidate: end, isFinal: false)
            let tail = database.patterns[match.pattern].matcher.tail
            _ = tail.end(&reader, from: end, start: match.span.lowerBound)
            guard reader.isUndecided else { continue }
            self.swallowed = Swallowed(pattern: match.pattern, start: match.span.lowerBound + offset)
            break
        }
        return end
    }
}

extension Hits {
    /// Forgets what lies before `start`, which is released, and cuts off what reaches there.
    fileprivate mutating func clip(to start: Int) {
        self.matches.removeAll { $0.span.upperBound <= start }
        for index in self.matches.indices where self.matches[index].span.lowerBound < start {
            self.matches[index].span = start..<self.matches[index].span.upperBound
        }
        for index in self.openings.indices where self.openings[index].start < start {
            self.openings[index] = Opening(
                start: start, pattern: self.openings[index].pattern, hit: self.openings[index].hit)
        }
    }

    /// The first offset at or before `end` that lies inside no match.
    fileprivate func withdraw(from end: Int) -> Int {
        var end = end
        while let match = self.matches.first(where: { $0.span.lowerBound < end && end < $0.span.upperBound }) {
            end = match.span.lowerBound
        }
        return end
    }

    /// The first offset at or after `end` that lies inside no match.
    fileprivate func extend(from end: Int) -> Int {
        var end = end
        while let match = self.matches.first(where: { $0.span.lowerBound < end && end < $0.span.upperBound }) {
            end = match.span.upperBound
        }
        return end
    }
}
