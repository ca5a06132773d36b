/// Another way to read a text, or a part of it, and the way back to its bytes.
package struct TextView: Sendable, Hashable {
    /// How it was read.
    package enum Kind: String, Sendable, CaseIterable {
        /// Accents, symbols that stand for letters, lookalikes folded; nothing left that one does not see.
        case canonical
        /// Letters that stood apart, joined to words.
        case joined
        /// Words that signs kept together, set apart.
        case separated
        /// Digits and signs that stand for letters, read as these.
        case leet
        /// Escapes of URLs, HTML, JSON and mail written out.
        case unescaped
        case base64
        case base32
        case hexadecimal
        /// Letters spelled as numbers or bits.
        case numbers
        case morse
        /// Letters spelled by words: alfa, bravo.
        case spelled
        /// Compressed by gzip or zlib.
        case inflated
        /// Hidden in tag characters.
        case tags
        /// Hidden in variation selectors.
        case variationSelectors = "variation_selectors"
        /// Letters moved along the alphabet, or mirrored in it.
        case shifted
        /// From its end to its start.
        case reversed
        /// What a page shows: without tags and what these hide.
        case visible

        /// Whether it is a text of its own, which is read on in every way, and not only another look at the same.
        package var isPayload: Bool {
            switch self {
            case .unescaped, .base64, .base32, .hexadecimal, .numbers, .inflated, .tags, .variationSelectors, .shifted,
                .reversed:
                true
            case .canonical, .joined, .separated, .leet, .morse, .spelled, .visible: false
            }
        }
    }

    package let kind: Kind
    package let bytes: [UInt8]
    /// The way back to the bytes of the view that it was made of, or to the text.
    package let map: OffsetMap
    /// The view that it was made of; nil for the text itself.
    package let parent: Int?
    /// How many layers of encoding lie around it.
    package let depth: Int
}

/// Characters that have no place in honest text, and where they are.
package struct UnicodeFact: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Tag characters that are no part of a flag.
        case tags
        /// More than four variation selectors in a row.
        case variationSelectors
        /// Direction turned by force.
        case override
    }

    package let kind: Kind
    /// In the bytes of the text.
    package let range: Range<Int>
}

/// What is known of a text besides its views.
package struct TextFlags: Sendable, Hashable {
    /// How many characters were folded or removed, by what they are.
    package var invisible = 0
    package var marks = 0
    package var lookalikes = 0
    package var styles = 0
    package var directions = 0
    package var tags = 0
    package var selectors = 0
    /// How many layers of encoding were found.
    package var layers = 0
    /// How many words mix letters of several scripts.
    package var mixedWords = 0

    /// Whether something was hidden from readers, or written to be misread.
    package var isDisguised: Bool {
        self.invisible > 0 || self.lookalikes > 0 || self.styles > 0 || self.tags > 0 || self.selectors > 4
    }
}

/// A text read in every way that we know.
package struct Normalised: Sendable, Hashable {
    /// The ways that say something else than the text itself. Empty for plain text.
    package internal(set) var views: [TextView] = []
    package internal(set) var facts: [UnicodeFact] = []
    package internal(set) var flags = TextFlags()
    /// The parts that stand apart, in the order of the text; at most ``SegmentFinder/most``.
    package internal(set) var segments: [TextSegment] = []
    /// The view that segments were looked for in; nil for the text itself.
    package internal(set) var segmentView: Int?
    /// Whether a budget ended the reading: there may be more.
    package internal(set) var isCut = false

    package init() {}

    /// The bytes of the text that a part of a view was made of: always whole characters.
    package func original(_ range: Range<Int>, of view: Int, in text: Span<UInt8>) -> Range<Int> {
        var range = range
        var next: Int? = view
        while let view = next {
            range = self.views[view].map.source(of: range)
            next = self.views[view].parent
        }
        return Self.whole(range, in: text)
    }

    /// The range with the characters whole that it cuts.
    static func whole(_ range: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
        var lower = max(0, min(range.lowerBound, text.count))
        var upper = max(lower, min(range.upperBound, text.count))
        var steps = 0
        while lower > 0, lower < text.count, text[lower] & 0xC0 == 0x80, steps < 3 {
            (lower, steps) = (lower - 1, steps + 1)
        }
        steps = 0
        while upper < text.count, upper > 0, text[upper] & 0xC0 == 0x80, steps < 3 {
            (upper, steps) = (upper + 1, steps + 1)
        }
        return lower..<upper
    }
}
