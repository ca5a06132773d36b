#if canImport(Normalisation)
    @testable import Normalisation
#endif

/// What holds for the segments of every text. Shared with the fuzz target of readings.
enum SegmentInvariants {
    /// What is violated; nothing where all is well.
    static func violations(_ text: [UInt8], whole: Bool = true) -> [String] {
        var violations: Set<String> = []
        guard whole else {
            guard var finder = SegmentFinder(text.span) else { return [] }
            Self.check(finder.find(in: text.span), &violations, count: text.count)
            return violations.sorted()
        }
        var normaliser = Normaliser()
        let read = normaliser.read(text.span)
        Self.check(read.segments, &violations, count: read.segmentView.map { read.views[$0].bytes.count } ?? text.count)
        let isValid = String(validating: text, as: UTF8.self) != nil
        for segment in read.segments {
            if segment.range.lowerBound < 0 || segment.range.upperBound > text.count || segment.range.isEmpty {
                violations.insert("a segment outside the text")
                continue
            }
            let count = segment.decoded.isEmpty ? segment.place.count : segment.decoded.count
            for start in stride(from: 0, to: count, by: max(1, count / 31)) {
                let original = read.original(start..<min(count, start + 4), of: segment, in: text.span)
                if original.isEmpty || original.lowerBound < 0 || original.upperBound > text.count {
                    violations.insert("a part that leads nowhere")
                } else if isValid, String(validating: text[original], as: UTF8.self) == nil {
                    violations.insert("a part that leads to half a character")
                }
            }
        }
        return violations.sorted()
    }

    private static func check(_ segments: [TextSegment], _ violations: inout Set<String>, count: Int) {
        if segments.count > SegmentFinder.most { violations.insert("too many segments") }
        var bytes = 0
        var last = 0
        for segment in segments {
            bytes += segment.decoded.isEmpty ? segment.place.count : segment.decoded.count
            if segment.place.lowerBound < last { violations.insert("segments out of order") }
            last = segment.place.lowerBound
            if segment.place.isEmpty || segment.place.upperBound > count { violations.insert("a place outside") }
        }
        if bytes > SegmentFinder.mostBytes { violations.insert("too long segments") }
    }
}
