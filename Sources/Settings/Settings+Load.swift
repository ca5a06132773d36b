package import Kernel

extension Settings {
    /// What came of reading a configuration.
    package struct Loading: Sendable {
        /// nil exactly where one of the problems is an error.
        package let settings: Settings?
        /// Errors and warnings: those of the file in its order, then those of the environment.
        package let problems: [Problem]

        /// The settings, warnings or not.
        package func get() throws(SettingsError) -> Settings {
            guard let settings = self.settings else {
                throw SettingsError(.invalid, self.problems.filter { $0.severity == .error })
            }
            return settings
        }
    }

    /// Reads a configuration and reports everything that is wrong with it at once.
    ///
    /// A variable `GATEHOUSE_…` takes precedence over the file; an empty one counts as not set.
    /// - Parameters:
    ///   - yaml: The bytes of the file.
    ///   - file: Its path: problems name it, and relative paths begin at its folder.
    ///   - environment: All variables.
    ///   - readFile: Reads a file that a `${file:…}` names.
    /// - Returns: The settings where nothing is wrong, and every problem.
    package static func load(
        yaml: [UInt8], file: String, environment: [String: String], readFile: @escaping (String) throws -> [UInt8]
    ) -> Loading {
        var reader = SettingsReader(file: file, environment: environment, homes: Self.homes, readFile: readFile)
        var settings = Settings()
        settings.folder = reader.folder
        var yamlReader = YAMLReader(file: file)
        let root = yamlReader.read(yaml)
        for problem in yamlReader.problems { reader.report(problem) }
        if let root, let members = reader.members(root, "", "a mapping with keys such as `listen` and `models`") {
            Self.description.read(members, "", at: root.mark, into: &settings, &reader)
            EnvironmentOverrides.apply(environment, to: &settings, &reader)
            CrossChecks(settings).check(&reader)
        } else {
            EnvironmentOverrides.apply(environment, to: &settings, &reader)
        }
        let problems = reader.sortedProblems
        return Loading(settings: problems.contains { $0.severity == .error } ? nil : settings, problems: problems)
    }

    /// Reads every secret that the settings refer to.
    /// - Returns: The credentials by `Provider.secretName`: the provider's name, a point and the key, such as
    ///   `openai.api_key`; and by `Outside.tokenName`, `Classifier.tokenName` and `Anchor.secretName`. Names and keys hold
    ///   no point, so no two are called alike.
    /// - Throws: `SettingsError` with everything that cannot be read.
    package func resolveSecrets(
        environment: [String: String], readFile: (String) throws -> [UInt8]
    ) throws(SettingsError) -> [String: Secret<String>] {
        var secrets: [String: Secret<String>] = [:]
        var problems: [Problem] = []
        var references = self.providers.flatMap { provider in
            provider.secrets.map { (name: provider.secretName($0.key), reference: $0.reference) }
        }
        if let url = self.storage.url { references.append(("storage.url", url)) }
        if let url = self.storage.vaultURL { references.append(("storage.vault_url", url)) }
        if let token = self.policies.outside.token { references.append((Outside.tokenName, token)) }
        for classifier in self.classifiers {
            if let token = classifier.token { references.append((classifier.tokenName, token)) }
        }
        references += self.rootKeys
        for export in self.audit.exports {
            if let token = export.token { references.append((export.tokenName, token)) }
        }
        references += self.audit.anchors.flatMap { anchor in
            anchor.secrets.map { (name: anchor.secretName($0.key), reference: $0.reference) }
        }
        for (name, reference) in references {
            do throws(SettingsError) {
                secrets[name] = try reference.resolve(environment: environment, readFile: readFile)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw SettingsError(.unresolved, problems) }
        return secrets
    }

    private var rootKeys: [(name: String, reference: SecretReference)] {
        [("audit.root_key", self.audit.rootKey), ("audit.root_key_before", self.audit.rootKeyBefore)]
            .compactMap { name, reference in reference.map { (name, $0) } }
    }

    /// Reads the root key of the vault and that of before, and no other secret: nil where they are not written.
    /// - Throws: `SettingsError` with what cannot be read.
    package func resolveRootKeys(
        environment: [String: String], readFile: (String) throws -> [UInt8]
    ) throws(SettingsError) -> (now: Secret<String>?, before: Secret<String>?) {
        (
            try self.audit.rootKey?.resolve(environment: environment, readFile: readFile),
            try self.audit.rootKeyBefore?.resolve(environment: environment, readFile: readFile)
        )
    }

    /// Twelve hexadecimal digits that change when the configuration does: events carry them, so that it can be told
    /// which configuration an exchange met. Secrets do not count, references to them do; neither do comments, the order
    /// of keys, or whether a default is written out. Not a defence against forgery (FNV-1a, 64 bits, cut to 48).
    package var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for (key, value) in Self.description.write(self, "").sorted(by: { $0.key < $1.key }) {
            // Neither a key nor a value can hold a NUL, so that no two configurations spell the same text.
            for byte in "\(key)\0\(value)\0".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String((String(repeating: "0", count: 16 - digits.count) + digits).prefix(12))
    }
}
