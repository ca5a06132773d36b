import Settings

/// A key and its value, as they will be written.
struct ImportedMember: Hashable, Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension LiteLLMConversion {
    /// The file.
    var text: String {
        var text = "# Made out of \(Self.shown(self.file)) by `gatehouse import litellm`.\n"
        if !self.findings.isEmpty {
            text += "#\n# What is not there, or not quite as it was:\n"
            for finding in self.sortedFindings { text += "#   \(finding)\n" }
        }
        text += "\nproviders:\n"
        for provider in self.providers {
            text += "  \(Self.written(provider.name)):\n"
            for member in provider.members { text += "    \(member.name): \(Self.written(member.value))\n" }
        }
        text += "\nmodels:\n"
        for model in self.models {
            text += "  \(Self.written(model.name)):\n    provider: \(Self.written(model.provider))\n"
            text += "    model: \(Self.written(model.model))\n"
            if let maxTokens = model.maxTokens { text += "    max_tokens: \(maxTokens)\n" }
            if !model.fallbacks.isEmpty {
                text += "    fallbacks: [\(model.fallbacks.map(Self.written).joined(separator: ", "))]\n"
            }
        }
        for section in self.sections {
            text += "\n\(section.name):\n"
            for member in section.members { text += "  \(member.name): \(Self.written(member.value))\n" }
        }
        return text
    }

    /// In quotes where YAML would read the text as something else. Lists of ours stay lists.
    private static func written(_ text: String) -> String {
        if text.hasPrefix("["), text.hasSuffix("]") { return text }
        // Whatever it was taken for: it does not belong into the file.
        if CredentialShape.matches(text) { return "\"…\"" }
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "$") } == true
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0 != "#" && $0 != "\"" && $0 != "\\" }
            && !text.hasSuffix(":") && !["null", "Null", "NULL"].contains(text)
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
