// Classifiers asks detectors that run elsewhere, and bounds what that may cost.

package import Detection
import Kernel

/// A detector of somebody else: what it is asked, and what its answers mean.
///
/// Pure: `ClassifierService` does the asking.
package struct Classifier: Sendable {
    /// What it speaks.
    package enum Dialect: Hashable, Sendable {
        /// Presidio's analyzer: `POST /analyze`, answers with entities.
        case presidio(language: String)
        /// Text classification as Hugging Face's servers offer it: `POST /predict` with `inputs`, answers with labels.
        case predict
        /// Text classification as vLLM offers it: `POST /classify` with `input`.
        case classify(model: String)
        /// A model that judges, over OpenAI's chat completions, such as Llama Guard. Its answer begins with a label.
        case judge(model: String, instruction: String?)

        /// What is appended to the service's base URL.
        package var path: String {
            switch self {
            case .presidio: "/analyze"
            case .predict: "/predict"
            case .classify: "/classify"
            case .judge: "/v1/chat/completions"
            }
        }
    }

    /// The name that the operator gave it.
    package let name: String
    package let dialect: Dialect
    /// The labels that are findings; of Presidio's entities all, where it is empty.
    package let labels: Set<String>
    /// What a label is reported as; Presidio's entities have kinds of their own.
    package let kind: Finding.Kind
    /// From 0 to 1: below it nothing is reported.
    package let threshold: Double
    /// Bytes of text that are sent at once.
    package let window: Int
    package let version: DetectorVersion

    /// Windows of one text at most; a longer text cannot be judged.
    package static let longest = 16

    package init(
        name: String, dialect: Dialect, labels: Set<String>, kind: Finding.Kind, threshold: Double, window: Int
    ) {
        self.name = name
        self.dialect = dialect
        self.labels = labels
        self.kind = kind
        self.threshold = threshold
        self.window = window
        let definition = "\(name) \(dialect) \(labels.sorted()) \(kind.rawValue) \(threshold) \(window)"
        self.version = DetectorVersion(name: "outside.\(name)", contentHash: definition.utf8.fnv1a)
    }

    /// The body of the request about a text.
    package func request(about text: Span<UInt8>) -> [UInt8] {
        var writer = JSONWriter(reserving: text.count + 256)
        writer.beginObject()
        switch self.dialect {
        case .presidio(let language):
            writer.member("language", language)
            writer.name("text" as StaticString)
            writer.string(text)
        case .predict:
            writer.name("inputs" as StaticString)
            writer.string(text)
        case .classify(let model):
            writer.name("input" as StaticString)
            writer.string(text)
            writer.member("model", model)
        case .judge(let model, let instruction):
            writer.member("max_tokens", 64)
            writer.name("messages" as StaticString)
            writer.beginArray()
            if let instruction { Self.write(instruction.utf8Span.span, as: "system", to: &writer) }
            Self.write(text, as: "user", to: &writer)
            writer.endArray()
            writer.member("model", model)
            writer.name("temperature" as StaticString)
            writer.integer(0)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ text: Span<UInt8>, as role: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("content" as StaticString)
        writer.string(text)
        writer.member("role", role)
        writer.endObject()
    }

    /// What an answer says of the text; offsets are the text's.
    /// - Throws: `ClassifierFailure` where it is no answer that this detector gives.
    package func findings(in answer: [UInt8], about text: Span<UInt8>) throws(ClassifierFailure) -> [Finding] {
        let reading: ClassifierAnswer
        do throws(JSONError) { reading = ClassifierAnswer(answer, try JSONTape(answer.span)) } catch {
            throw ClassifierFailure("its answer is not JSON: \(error)")
        }
        switch self.dialect {
        case .presidio: return try self.entities(try reading.entities(), text)
        case .predict: return self.whole(try reading.predictions(), text.count)
        case .classify: return self.whole(try reading.classification(), text.count)
        case .judge: return try self.verdict(try reading.content(), text.count)
        }
    }

    private func entities(
        _ entities: [ClassifierAnswer.Entity], _ text: Span<UInt8>
    ) throws(ClassifierFailure) -> [Finding] {
        let offsets = CharacterOffsets(text)
        var findings: [Finding] = []
        for entity in entities where self.labels.isEmpty || self.labels.contains(entity.type) {
            guard entity.score >= self.threshold else { continue }
            guard let span = offsets.bytes(entity.start, entity.end) else {
                throw ClassifierFailure(
                    "it says that something lies at \(entity.start) to \(entity.end), outside of the text")
            }
            findings.append(self.finding(PresidioKinds.kind(of: entity.type, self.kind), span, entity.score))
        }
        return findings
    }

    private func whole(_ labels: [ClassifierAnswer.Label], _ count: Int) -> [Finding] {
        labels.compactMap { label in
            guard self.labels.contains(label.name), label.score >= self.threshold else { return nil }
            return self.finding(self.kind, 0..<count, label.score)
        }
    }

    /// `safe`, or one of our labels, and perhaps the categories on the next line. Anything else is no verdict.
    private func verdict(_ content: String, _ count: Int) throws(ClassifierFailure) -> [Finding] {
        let words = content.lowercased().split { $0.isWhitespace || $0 == "," }
        guard let first = words.first else { throw ClassifierFailure("it gave no verdict") }
        guard self.labels.contains(where: { $0.lowercased() == first }) else {
            if first == "safe" { return [] }
            throw ClassifierFailure("its answer begins with none of its labels")
        }
        let categories = words.dropFirst().prefix(8).compactMap {
            Finding.Kind(rawValue: "\(self.kind.rawValue).\($0)")
        }
        return (categories.isEmpty ? [self.kind] : categories).map { self.finding($0, 0..<count, 1) }
    }

    private func finding(_ kind: Finding.Kind, _ span: Range<Int>, _ score: Double) -> Finding {
        Finding(
            kind: kind, span: span, confidence: Finding.Confidence(percent: UInt8(min(100, max(0, score * 100)))),
            severity: .high, detector: self.version)
    }

    /// What stands for a check that could not run, where the operator lets texts pass without it.
    package func unavailable() -> Finding? {
        Finding.Kind(rawValue: "custom.\(self.name).unavailable").map {
            Finding(
                kind: $0, span: 0..<0, confidence: Finding.Confidence(percent: 100), severity: .low,
                detector: self.version)
        }
    }
}

/// Why there is no answer: a sentence without any of the text.
package struct ClassifierFailure: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// Whether nobody waits for the answer any more.
    package let isCancellation: Bool

    package init(_ description: String, isCancellation: Bool = false) {
        self.description = description
        self.isCancellation = isCancellation
    }
}

extension String.UTF8View {
    /// FNV-1a, 64 bits (Fowler, Noll and Vo).
    fileprivate var fnv1a: UInt64 {
        self.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
