import Settings

extension LiteLLMConversion {
    /// Takes over which models stand in for which: `[{name: [other, …]}, …]`.
    ///
    /// Models are known by then. What names a model that was not taken over is dropped, each by itself.
    mutating func convertFallbacks(_ section: YAMLValue.Member, _ path: String) {
        guard !section.value.items.isEmpty else {
            return self.report(.dropped, section, path, "is no list of models and their fallbacks")
        }
        for (index, item) in section.value.items.enumerated() {
            let key = "\(path)[\(index)]"
            if item.members.isEmpty { self.report(.dropped, at: item.mark, key, "is no model with its fallbacks") }
            for member in item.members { self.convertFallbacks(of: member, "\(key).\(Self.shown(member.name))") }
        }
    }

    private mutating func convertFallbacks(of member: YAMLValue.Member, _ key: String) {
        guard let place = self.models.firstIndex(where: { $0.name == member.name }) else {
            return self.report(.dropped, member, key, "the model that they are for was not taken over")
        }
        guard self.models[place].fallbacks.isEmpty else {
            return self.report(.dropped, member, key, "the model has fallbacks already")
        }
        guard !member.value.items.isEmpty else {
            return self.report(.dropped, member, key, "is no list of models")
        }
        for (index, item) in member.value.items.enumerated() {
            let refusal: String? =
                switch item.text {
                case nil: "is no name of a model"
                case member.name: "is the model itself"
                case let name? where self.models[place].fallbacks.contains(name): "is named twice"
                case let name? where !self.models.contains { $0.name == name }: "was not taken over"
                case let name?: self.addFallback(name, toModelAt: place)
                }
            if let refusal { self.report(.dropped, at: item.mark, "\(key)[\(index)]", refusal) }
        }
    }

    private mutating func addFallback(_ name: String, toModelAt place: Int) -> String? {
        self.models[place].fallbacks.append(name)
        return nil
    }
}
