import Kernel

/// What classifiers answer, by their wire formats.
struct ClassifierAnswer {
    struct Entity {
        let type: String
        /// Unicode scalars from the start of the text.
        let start: Int
        let end: Int
        let score: Double
    }

    struct Label {
        let name: String
        let score: Double
    }

    private let bytes: [UInt8]
    private let tape: JSONTape

    init(_ bytes: [UInt8], _ tape: JSONTape) {
        self.bytes = bytes
        self.tape = tape
    }

    /// Things in an answer at most.
    private static let limit = 10_000

    /// Presidio: `[{"entity_type":"PERSON","start":0,"end":4,"score":0.85,…}]`.
    func entities() throws(ClassifierFailure) -> [Entity] {
        var entities: [Entity] = []
        for node in try self.elements(self.tape.root) {
            guard let type = self.text("entity_type", of: node), let start = self.integer("start", of: node),
                let end = self.integer("end", of: node), let score = self.number("score", of: node)
            else { throw ClassifierFailure("an entity of its answer lacks type, place or score") }
            entities.append(Entity(type: type, start: start, end: end, score: score))
        }
        return entities
    }

    /// `[{"label":"INJECTION","score":0.98}]`, in one list more where several texts could have been sent.
    func predictions() throws(ClassifierFailure) -> [Label] {
        var list = self.tape.root
        if let first = self.tape.firstElement(of: list), self.tape.kind(first) == .array { list = first }
        var labels: [Label] = []
        for node in try self.elements(list) {
            guard let name = self.text("label", of: node), let score = self.number("score", of: node) else {
                throw ClassifierFailure("a prediction of its answer lacks label or score")
            }
            labels.append(Label(name: name, score: score))
        }
        guard !labels.isEmpty else { throw ClassifierFailure("its answer holds no prediction") }
        return labels
    }

    /// vLLM: `{"data":[{"label":"LABEL_1","probs":[0.02,0.98]}]}`; the label is the likeliest.
    func classification() throws(ClassifierFailure) -> [Label] {
        let span = self.bytes.span
        guard let data = self.tape.member("data", of: self.tape.root, in: span),
            let first = self.tape.firstElement(of: data), let name = self.text("label", of: first),
            let probabilities = self.tape.member("probs", of: first, in: span)
        else { throw ClassifierFailure("its answer holds no classification") }
        var best = 0.0
        for node in try self.elements(probabilities) { best = max(best, self.number(node) ?? 0) }
        return [Label(name: name, score: best)]
    }

    /// What the model said, by OpenAI's chat completions.
    func content() throws(ClassifierFailure) -> String {
        let span = self.bytes.span
        guard let choices = self.tape.member("choices", of: self.tape.root, in: span),
            let first = self.tape.firstElement(of: choices),
            let message = self.tape.member("message", of: first, in: span),
            let content = self.text("content", of: message)
        else { throw ClassifierFailure("its answer holds no message") }
        return content
    }

    private func elements(_ list: JSONTape.Node) throws(ClassifierFailure) -> [JSONTape.Node] {
        guard self.tape.kind(list) == .array else { throw ClassifierFailure("its answer is no list") }
        var nodes: [JSONTape.Node] = []
        var next = self.tape.firstElement(of: list)
        while let node = next {
            guard nodes.count < Self.limit else { throw ClassifierFailure("its answer is too long") }
            nodes.append(node)
            next = self.tape.element(after: node, of: list)
        }
        return nodes
    }

    private func text(_ key: StaticString, of node: JSONTape.Node) -> String? {
        self.tape.member(key, of: node, in: self.bytes.span).flatMap { self.tape.string($0, in: self.bytes.span) }
    }

    private func integer(_ key: StaticString, of node: JSONTape.Node) -> Int? {
        self.tape.member(key, of: node, in: self.bytes.span).flatMap { self.tape.integer($0, in: self.bytes.span) }
    }

    private func number(_ key: StaticString, of node: JSONTape.Node) -> Double? {
        self.tape.member(key, of: node, in: self.bytes.span).flatMap(self.number)
    }

    private func number(_ node: JSONTape.Node) -> Double? {
        guard self.tape.kind(node) == .number else { return nil }
        return Double(String(decoding: self.bytes[self.tape[node].range], as: UTF8.self))
    }
}
