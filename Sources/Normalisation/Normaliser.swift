// Normalisation reads a text as people and models may read it, however it was written.

/// Finds the other readings of a text: disguised letters told, escapes and encodings undone, hidden characters shown.
///
/// Plain ASCII that holds nothing to suspect costs one pass and allocates nothing. Any bytes are taken. All readings together
/// are at most four times the text (four megabytes for a long one), encodings are undone three deep, and what is
/// done is counted, so that time is bounded by the text's length whatever is in it.
package struct Normaliser: Sendable {
    private var survey = Survey()

    /// How deep encodings are undone.
    package static let deepest = 3
    /// How many readings there are at most.
    package static let most = 32

    /// Creates the working memory, which is used again from text to text.
    package init() {}

    /// Reads a text in every way.
    package mutating func read(_ text: Span<UInt8>) -> Normalised {
        var result = Normalised()
        var room = 4096 + 4 * min(text.count, 1 << 20) + max(0, text.count - 1 << 20)
        self.expand(text, of: nil, depth: 0, &result, &room)
        var next = 0
        while next < result.views.count {
            let view = result.views[next]
            if view.kind.isPayload {
                result.flags.layers = max(result.flags.layers, view.depth)
                if view.depth < Self.deepest {
                    self.expand(view.bytes.span, of: next, depth: view.depth, &result, &room)
                } else if view.bytes.contains(where: { $0 >= 0x80 }) {
                    self.fold(view.bytes.span, of: next, depth: view.depth, &result, &room)
                }
            }
            next += 1
        }
        self.divide(text, &result, &room)
        return result
    }

    /// Finds the parts that stand apart, and what is left to see without the marks around it.
    private func divide(_ text: Span<UInt8>, _ result: inout Normalised, _ room: inout Int) {
        // Marks may be disguised like words.
        if result.flags.isDisguised,
            let view = result.views.firstIndex(where: { $0.kind == .canonical && $0.parent == nil })
        {
            let bytes = result.views[view].bytes
            guard var finder = SegmentFinder(bytes.span) else { return }
            result.segmentView = view
            self.take(finder.find(in: bytes.span), finder.visible, text, &result, &room)
        } else if var finder = SegmentFinder(text) {
            self.take(finder.find(in: text), finder.visible, text, &result, &room)
        }
    }

    private func take(
        _ segments: [TextSegment], _ visible: MappedText, _ text: Span<UInt8>, _ result: inout Normalised,
        _ room: inout Int
    ) {
        result.segments = segments
        for index in segments.indices {
            let place = segments[index].place
            result.segments[index].range =
                result.segmentView.map { result.original(place, of: $0, in: text) } ?? Normalised.whole(place, in: text)
        }
        Self.add(.visible, visible.bytes, visible.map, of: result.segmentView, depth: 0, &result, &room)
    }

    private mutating func expand(
        _ text: Span<UInt8>, of parent: Int?, depth: Int, _ result: inout Normalised, _ room: inout Int
    ) {
        if !Self.isPlain(text), let canonical = self.fold(text, of: parent, depth: depth, &result, &room) {
            let bytes = result.views[canonical].bytes
            self.unwrap(bytes.span, of: canonical, depth: depth, &result, &room)
        } else {
            self.unwrap(text, of: parent, depth: depth, &result, &room)
        }
    }

    /// Whether a text is ASCII alone.
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        var seen: UInt8 = 0
        for index in text.indices { seen |= text[index] }
        return seen < 0x80
    }

    /// Adds a view, if there is room for it.
    @discardableResult
    static func add(
        _ kind: TextView.Kind, _ bytes: [UInt8], _ map: OffsetMap, of parent: Int?, depth: Int,
        _ result: inout Normalised, _ room: inout Int
    ) -> Int? {
        guard !bytes.isEmpty else { return nil }
        guard bytes.count <= room, result.views.count < Self.most else {
            result.isCut = true
            return nil
        }
        room -= bytes.count
        result.views.append(TextView(kind: kind, bytes: bytes, map: map, parent: parent, depth: depth))
        return result.views.count - 1
    }

    /// Undoes what the survey suspects.
    private mutating func unwrap(
        _ text: Span<UInt8>, of parent: Int?, depth: Int, _ result: inout Normalised, _ room: inout Int
    ) {
        self.survey.look(over: text)
        for suspect in self.survey.suspects {
            let range = suspect.range
            let limit = min(Payloads.longest, room)
            var payload: (kind: TextView.Kind, bytes: [UInt8])?
            switch suspect.suspicion {
            case .base64:
                payload = Payloads.base64(text, range, limit: limit).map { (.base64, $0) }
                if payload == nil, let outer = Self.backwards(text, range) {
                    payload = Payloads.base64(outer.span, 0..<outer.count, limit: limit).map { (.base64, $0) }
                }
            case .base32: payload = Payloads.base32(text, range, limit: limit).map { (.base32, $0) }
            case .hexadecimal:
                payload = Payloads.hexadecimal(text, range, limit: limit).map { (.hexadecimal, $0) }
            case .bits: payload = Payloads.bits(text, range, limit: limit).map { (.numbers, $0) }
            case .numbers:
                payload =
                    Payloads.numbers(text, range, limit: limit).map { (.numbers, $0) }
                    ?? Payloads.hexadecimal(text, range, limit: limit).map { (.hexadecimal, $0) }
            case .disorder:
                payload = Spelling.shift(of: text, range).map { shift in
                    (.shifted, range.prefix(limit).map { Spelling.shifted(text[$0], by: shift) })
                }
            case .backwards: payload = Self.backwards(text, range.prefix(limit)).map { (.reversed, $0) }
            case .escapes: Joins.unescape(text, range, of: parent, depth: depth, &result, &room)
            case .letters: Joins.join(text, range, of: parent, depth: depth, &result, &room)
            case .separators, .spacing:
                Joins.separate(text, suspect, of: parent, depth: depth, &result, &room)
            case .leet: Joins.unleet(text, range, of: parent, depth: depth, &result, &room)
            case .morse: Joins.spell(text, range, .morse, of: parent, depth: depth, &result, &room)
            case .spelled: Joins.spell(text, range, .spelled, of: parent, depth: depth, &result, &room)
            }
            guard let payload else { continue }
            let map = OffsetMap(whole: range)
            if Payloads.isCompressed(payload.bytes), let text = Payloads.inflated(payload.bytes, limit: limit) {
                Self.add(.inflated, text, map, of: parent, depth: depth + 1, &result, &room)
            } else if Payloads.mayBeText(payload.bytes.span) {
                Self.add(payload.kind, payload.bytes, map, of: parent, depth: depth + 1, &result, &room)
            }
        }
    }

    /// The characters of a range from the last to the first.
    private static func backwards(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var end = range.upperBound
        while end > range.lowerBound {
            var start = end - 1
            while start > range.lowerBound, text[start] & 0xC0 == 0x80, end - start < 4 { start -= 1 }
            for offset in start..<end { result.append(text[offset]) }
            end = start
        }
        return result.isEmpty ? nil : result
    }
}
