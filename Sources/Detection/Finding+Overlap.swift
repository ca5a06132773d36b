extension Finding: Comparable {
    /// Reading order: leftmost first; of those that start together the longest, then the most specific kind, then the
    /// surest.
    package static func < (left: Self, right: Self) -> Bool {
        Self.precedes(
            left.span, left.kind, left.confidence, before: right.span, right.kind, right.confidence)
    }

    @inline(__always)
    fileprivate static func precedes(
        _ left: Range<Int>, _ leftKind: Kind, _ leftConfidence: Confidence, before right: Range<Int>, _ rightKind: Kind,
        _ rightConfidence: Confidence
    ) -> Bool {
        if left.lowerBound != right.lowerBound { return left.lowerBound < right.lowerBound }
        if left.upperBound != right.upperBound { return left.upperBound > right.upperBound }
        if leftKind.specificity != rightKind.specificity { return leftKind.specificity > rightKind.specificity }
        if leftKind != rightKind { return leftKind.rawValue < rightKind.rawValue }
        return leftConfidence > rightConfidence
    }
}

extension PatternMatch: Comparable {
    /// The order of the findings that matches become.
    static func < (left: Self, right: Self) -> Bool {
        Finding.precedes(left.span, left.kind, left.confidence, before: right.span, right.kind, right.confidence)
    }
}

extension Array where Element == Finding {
    /// The findings in reading order with overlapping ones merged, as redaction needs them.
    ///
    /// A merged finding covers the bytes of all its parts and has the kind of the most specific; a part that starts a
    /// finding outweighs one that continues an earlier one. Findings that only touch stay apart.
    package func nonOverlapping() -> [Finding] {
        var merged: [Finding] = []
        merged.reserveCapacity(self.count)
        for finding in self.sorted() {
            guard let last = merged.last, finding.span.lowerBound < last.span.upperBound else {
                merged.append(finding)
                continue
            }
            merged[merged.count - 1] = last.merged(with: finding)
        }
        return merged
    }
}

extension Finding {
    fileprivate func merged(with other: Finding) -> Finding {
        let keepsOwnKind =
            self.isContinuation == other.isContinuation
            ? self.kind.specificity >= other.kind.specificity : other.isContinuation
        let winner = keepsOwnKind ? self : other
        return Finding(
            kind: winner.kind,
            span: self.span.lowerBound..<Swift.max(self.span.upperBound, other.span.upperBound),
            confidence: Swift.max(self.confidence, other.confidence),
            severity: Swift.max(self.severity, other.severity),
            detector: winner.detector,
            isContinuation: winner.isContinuation)
    }
}
