/// A text that may answer, cut into sentences, with the name under which it is cited.
struct ExtractiveSource {
    enum Kind: CaseIterable {
        case document
        case quotation
        case code
        case toolResult
        case system
        /// What the person who asks says beside the question.
        case asker
        case earlierUser
        case earlierAssistant

        /// How it is called where it has no title.
        var name: String {
            switch self {
            case .document: "Document"
            case .quotation: "Quoted text"
            case .code: "Code block"
            case .toolResult: "Tool result"
            case .system: "System message"
            case .asker: "Your message"
            case .earlierUser: "Your earlier message"
            case .earlierAssistant: "Earlier answer"
            }
        }

        /// What a sentence of it counts beside one of a document: what was handed over to be read comes first, what was
        /// said on the way after it, and what an assistant said is no evidence as good as what it was said from.
        var weight: Double {
            switch self {
            case .document, .quotation, .code, .toolResult: 1
            case .system: 0.95
            case .asker: 0.8
            case .earlierUser: 0.7
            case .earlierAssistant: 0.5
            }
        }
    }

    let kind: Kind
    /// What it is cited as; of one line, without square brackets, so that it cannot pose as a citation mark.
    var label: String
    /// Whether the label says something about the text.
    let hasTitle: Bool
    let text: [Unicode.Scalar]
    let sentences: [Sentence]

    init(kind: Kind, title: String?, text: [Unicode.Scalar], sentences: [Sentence]) {
        let title = title.map(Self.label) ?? ""
        self.kind = kind
        self.hasTitle = !title.isEmpty
        self.label = self.hasTitle ? title : kind.name
        self.text = text
        self.sentences = sentences
    }

    /// The text of a stretch as it stands in the source.
    func verbatim(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self.text[range])
        return String(view)
    }

    private static func label(_ title: String) -> String {
        var label = String.UnicodeScalarView()
        var isSpaced = false
        for scalar in title.unicodeScalars {
            if TextScan.isSpace(scalar) || scalar.properties.generalCategory == .control {
                isSpaced = !label.isEmpty
                continue
            }
            if label.count >= 80 { break }
            if isSpaced { label.append(" ") }
            isSpaced = false
            label.append(scalar == "[" ? "(" : scalar == "]" ? ")" : scalar)
        }
        return String(label)
    }

    /// Numbers the labels that several sources without a title share.
    static func numberLabels(of sources: inout [ExtractiveSource]) {
        for kind in Kind.allCases {
            let untitled = sources.indices.filter { sources[$0].kind == kind && !sources[$0].hasTitle }
            guard untitled.count > 1 else { continue }
            for (number, index) in untitled.enumerated() { sources[index].label = "\(kind.name) \(number + 1)" }
        }
    }
}
