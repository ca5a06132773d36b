internal import Normalisation

/// How a text can be read, for people.
package struct ShownReading: Sendable {
    package let kind: String
    package let depth: Int
    package let text: [UInt8]
    /// The bytes of the text that it was made of.
    package let range: Range<Int>

    /// Every way to read a text.
    package static func all(of text: Span<UInt8>) -> (readings: [ShownReading], isCut: Bool) {
        var normaliser = Normaliser()
        let normalised = normaliser.read(text)
        let readings = normalised.views.indices.map { index in
            let view = normalised.views[index]
            return ShownReading(
                kind: view.kind.rawValue, depth: view.depth, text: view.bytes,
                range: normalised.original(0..<view.bytes.count, of: index, in: text))
        }
        return (readings, normalised.isCut)
    }
}
