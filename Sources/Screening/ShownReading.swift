internal import Normalisation

/// How a text can be read, for people.
package struct ShownReading: Sendable {
    package let kind: String
    package let depth: Int
    package let text: [UInt8]
    /// The bytes of the text that it was made of.
    package let range: Range<Int>

    /// All ways to read a text.
    package struct All: Sendable {
        /// The text as a whole or in part, read otherwise.
        package var readings: [ShownReading] = []
        /// The parts that stand apart and are judged by themselves.
        package var segments: [ShownReading] = []
        /// Whether there may be more.
        package var isCut = false

        /// No way but one.
        package init() {}
    }

    /// Every way to read a text.
    package static func all(of text: Span<UInt8>) -> All {
        var normaliser = Normaliser()
        let normalised = normaliser.read(text)
        var all = All()
        all.isCut = normalised.isCut
        all.readings = normalised.views.indices.map { index in
            let view = normalised.views[index]
            return ShownReading(
                kind: view.kind.rawValue, depth: view.depth, text: view.bytes,
                range: normalised.original(0..<view.bytes.count, of: index, in: text))
        }
        let divided = normalised.segmentView.map { normalised.views[$0].bytes }
        all.segments = normalised.segments.map { segment in
            let said = segment.place.map { place in divided.map { $0[place] } ?? text[place] }
            return ShownReading(
                kind: segment.kind.rawValue, depth: 0, text: segment.decoded.isEmpty ? said : segment.decoded,
                range: segment.range)
        }
        return all
    }
}
