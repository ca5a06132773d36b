import CDetectorModels
package import Injection
import Normalisation

/// The kinds of words that models are trained with.
package enum WordLexicon {
    /// Those of the lexicon that is part of the program.
    package static let embedded: WordClasses = {
        // SAFE: the bytes are part of the program's read-only data, as many as the size says.
        let bytes = unsafe UnsafeBufferPointer(start: gatehouse_word_lexicon(), count: gatehouse_word_lexicon_size())
        return Self.classes(of: unsafe String(decoding: bytes, as: UTF8.self))
    }()

    /// Reads a lexicon; words are also known as the canonical reading of a text has them, without marks.
    package static func classes(of lexicon: String) -> WordClasses {
        var normaliser = Normaliser()
        return WordClasses(lexicon: lexicon) { entry in
            guard entry.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
            let read = normaliser.read(entry.utf8Span.span)
            guard let view = read.views.first(where: { $0.kind == .canonical && $0.parent == nil }) else { return nil }
            return String(decoding: view.bytes, as: UTF8.self)
        }
    }
}
