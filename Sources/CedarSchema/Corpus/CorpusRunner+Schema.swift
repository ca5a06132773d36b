package import Cedar

extension CorpusRunner.Judge {
    /// Reads a schema in either form: its JSON begins with a brace, which its other form never does.
    package init(schema text: String) throws(CedarError) {
        let isJSON = text.utf8.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
        let schema = try isJSON ? Schema(json: Array(text.utf8)) : Schema(text: text)
        let validator = Validator(schema)
        self.init(
            typing: schema,
            validates: { policies in !validator.validate(policies).contains { $0.severity == .error } },
            conforms: { request in validator.validate(request).isEmpty },
            holds: { entities in
                validator.validate(entities).first.map { $0.description }
            })
    }
}
