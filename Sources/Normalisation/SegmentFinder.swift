/// Finds the parts of a text that stand apart from it, and what it shows without its marks.
///
/// Pure, and linear in the text whatever is in it. A text without anything that such parts begin with costs one look and
/// allocates nothing: there is no finder of it.
struct SegmentFinder {
    /// No text has more segments, and together they have no more bytes. What people do not see comes first; the rest is a
    /// part of the text all the same.
    static let most = 64
    static let mostBytes = 64 * 1024

    private let traits: SegmentTraits
    /// What a page shows; empty where the text is none.
    private(set) var visible = MappedText()

    /// A finder of a text; nil where nothing in it stands apart.
    init?(_ text: Span<UInt8>) {
        self.traits = SegmentTraits(of: text)
        if self.traits.isEmpty { return nil }
    }

    /// The segments, in the order of the text.
    mutating func find(in text: Span<UInt8>) -> [TextSegment] {
        var collected = CollectedSegments()
        if self.traits.contains(.markup) {
            var markup = MarkupReader(text)
            markup.read(into: &collected)
            if markup.isMarkup { self.visible = markup.visible }
        }
        if self.traits.contains(.json) {
            DataSegments.readJSON(text, into: &collected)
        } else {
            if self.traits.contains(.links) { MarkdownSegments.read(text, into: &collected) }
            if self.traits.contains(.code) {
                var code = CodeReader(text)
                code.read(into: &collected)
            }
            if self.traits.contains(.table) { DataSegments.readTable(text, into: &collected) }
        }
        return collected.chosen()
    }
}

/// What in a text may begin a part that stands apart.
struct SegmentTraits: OptionSet {
    let rawValue: UInt8

    static let markup = Self(rawValue: 1)
    static let links = Self(rawValue: 2)
    static let code = Self(rawValue: 4)
    static let json = Self(rawValue: 8)
    static let table = Self(rawValue: 16)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One look over a text.
    init(of text: Span<UInt8>) {
        var traits: SegmentTraits = []
        let marks = Self.marks
        let isMark = marks.span
        for index in text.indices where isMark[Int(text[index])] { traits.formUnion(Self.trait(text, index)) }
        if DataSegments.beginsJSON(text) { traits.insert(.json) }
        if DataSegments.isTable(text) { traits.insert(.table) }
        self = traits
    }

    private static let marks: [Bool] = (0...255).map { "<]/#-\"'".utf8.contains($0) }

    private static func trait(_ text: Span<UInt8>, _ index: Int) -> SegmentTraits {
        let next = text.byte(index + 1)
        switch text[index] {
        case UInt8(ascii: "<"):
            return next.isLetter || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") ? .markup : []
        case UInt8(ascii: "]"):
            return next == UInt8(ascii: "(") || next == UInt8(ascii: ":") ? .links : []
        case UInt8(ascii: "/"):
            guard next == UInt8(ascii: "/") || next == UInt8(ascii: "*") else { return [] }
            return text.byte(index - 1) == UInt8(ascii: ":") ? [] : .code
        case UInt8(ascii: "#"):
            return text.byte(index - 1).isBlank ? .code : []
        case UInt8(ascii: "-"):
            return next == UInt8(ascii: "-") && text.byte(index - 1).isBlank && text.byte(index + 2).isBlank
                ? .code : []
        default:
            return next == text[index] && text.byte(index + 2) == next ? .code : []
        }
    }
}

/// The segments that were found so far.
struct CollectedSegments {
    private var hidden: [TextSegment] = []
    private var shown: [TextSegment] = []

    /// Whether no more of a kind are taken.
    func isFull(_ kind: TextSegment.Kind) -> Bool {
        (kind.isHidden ? self.hidden : self.shown).count >= SegmentFinder.most
    }

    /// Adds a part that stands in the text as it is meant, if it says something.
    mutating func add(_ kind: TextSegment.Kind, _ place: Range<Int>, of text: Span<UInt8>) {
        guard !self.isFull(kind), text.extracting(place).saysSomething else { return }
        self.append(TextSegment(kind: kind, range: place, place: place, decoded: [], map: OffsetMap()))
    }

    /// Adds a part that was decoded.
    mutating func add(_ kind: TextSegment.Kind, _ place: Range<Int>, decoded: MappedText) {
        guard !self.isFull(kind), decoded.bytes.span.saysSomething else { return }
        self.append(TextSegment(kind: kind, range: place, place: place, decoded: decoded.bytes, map: decoded.map))
    }

    private mutating func append(_ segment: TextSegment) {
        if segment.kind.isHidden { self.hidden.append(segment) } else { self.shown.append(segment) }
    }

    /// As many as may be judged, in the order of the text.
    func chosen() -> [TextSegment] {
        var room = SegmentFinder.mostBytes
        var chosen: [TextSegment] = []
        for segment in self.hidden + self.shown where chosen.count < SegmentFinder.most {
            let count = segment.decoded.isEmpty ? segment.place.count : segment.decoded.count
            guard count <= room else { continue }
            room -= count
            chosen.append(segment)
        }
        chosen.sort { ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound) }
        return chosen
    }
}
