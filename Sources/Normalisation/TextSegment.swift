/// A part of a text that stands apart from the rest of it: what a person who looks at the text does not see, or what is a
/// text of its own.
package struct TextSegment: Sendable, Hashable {
    /// What kind of part it is.
    package enum Kind: String, Sendable, CaseIterable {
        /// A comment of HTML or XML.
        case comment
        /// What an element holds that is not shown.
        case hiddenElement = "hidden_element"
        /// An attribute's value: a description, a title, data.
        case attribute
        /// What the address of a link or an image says behind its `?` or `#`.
        case linkTarget = "link_target"
        /// The title of a link or an image, which is shown to who points at it.
        case linkTitle = "link_title"
        /// What stands for an image that is not shown.
        case imageText = "image_text"
        /// The title of an address that is defined apart, which Markdown's comments are made of.
        case linkDefinition = "link_definition"
        case codeComment = "code_comment"
        case docstring
        case jsonString = "json_string"
        /// A cell of a table of separated values.
        case cell

        /// Whether a person who sees the text as it is meant to be shown, or runs it, does not read this: what is said
        /// there was not said to anybody.
        package var isHidden: Bool {
            switch self {
            case .comment, .hiddenElement, .attribute, .linkTarget, .linkTitle, .imageText, .linkDefinition,
                .codeComment,
                .docstring:
                true
            case .jsonString, .cell: false
            }
        }
    }

    package let kind: Kind
    /// Where it stands in the text that was given.
    package internal(set) var range: Range<Int>
    /// Where it stands in the reading that segments were looked for in.
    package let place: Range<Int>
    /// What it says, where escapes or marks were taken out of it; empty where it stands there as it is meant.
    package let decoded: [UInt8]
    /// From what it says to the reading that segments were looked for in.
    let map: OffsetMap
}

extension Normalised {
    /// The bytes of the text that a part of what a segment says was made of: whole characters.
    package func original(_ part: Range<Int>, of segment: TextSegment, in text: Span<UInt8>) -> Range<Int> {
        let start = segment.place.lowerBound
        let range =
            segment.decoded.isEmpty
            ? start + part.lowerBound..<start + part.upperBound : segment.map.source(of: part)
        guard let view = self.segmentView else { return Self.whole(range, in: text) }
        return self.original(range, of: view, in: text)
    }
}
