// Entities finds persons, organisations, places and postal addresses in text.

/// One name in a text: what it names, where it stands, how sure the recogniser is.
package struct EntitySpan: Hashable, Sendable {
    /// What is named.
    package let kind: EntityKind
    /// UTF-8 byte offsets in the text that was read.
    package let range: Range<Int>
    /// The model's probability, in percent, that exactly these bytes name one entity of this kind.
    package let confidence: UInt8

    /// Creates a span.
    package init(kind: EntityKind, range: Range<Int>, confidence: UInt8) {
        self.kind = kind
        self.range = range
        self.confidence = confidence
    }
}

/// What a name names.
package enum EntityKind: UInt8, CaseIterable, Hashable, Sendable {
    case person
    case organisation
    case place
    case address

    /// The stable word for it, the label of a finding's kind.
    package var label: String {
        switch self {
        case .person: "person"
        case .organisation: "organisation"
        case .place: "place"
        case .address: "address"
        }
    }
}
