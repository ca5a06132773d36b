// LiteLLMImport: makes a configuration and a price list out of LiteLLM's, and says what has no equal here.

package import Settings

/// Makes a `gatehouse.yaml` out of LiteLLM's `config.yaml`.
///
/// Whatever stands in that file is either taken over or named in a finding, key by key; nothing is left out in silence.
/// Credentials in clear are never taken over: a reference takes their place, and a finding says which variable to set.
package struct LiteLLMConfiguration: Sendable {
    /// The file; nil where not even one model could be taken over.
    package let text: String?
    /// In the order of the file.
    package let findings: [ImportFinding]
    /// How many models were taken over.
    package let modelCount: Int

    /// - Parameters:
    ///   - yaml: The bytes of the file.
    ///   - file: Its path, as findings name it.
    /// - Throws: `SettingsError` where the file is not YAML that we read, or not a mapping.
    package init(yaml: [UInt8], file: String) throws(SettingsError) {
        var reader = YAMLReader(file: file)
        let root = reader.read(yaml)
        guard let root, reader.problems.isEmpty else { throw SettingsError(.invalid, reader.problems) }
        guard case .mapping(let members) = root.content else {
            let message = "expected a mapping with keys such as `model_list`, found \(root.summary)"
            throw SettingsError(.invalid, [Problem(.invalid, at: Location(file: file), message)])
        }
        var conversion = LiteLLMConversion(file: file, members)
        conversion.convert()
        self.findings = conversion.sortedFindings
        self.modelCount = conversion.models.count
        self.text = conversion.models.isEmpty ? nil : conversion.text
    }
}
