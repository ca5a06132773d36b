package import Kernel

/// Names where a credential is kept: a variable or a file. The credential itself is read when it is needed, by
/// `resolve`, and never becomes part of the settings.
package struct SecretReference: Sendable {
    package enum Source: Hashable, Sendable {
        /// `${env:NAME}`
        case environment(String)
        /// `${file:/path}`; a relative path begins at the folder of the configuration.
        case file(String)
    }

    package let source: Source
    /// Where the reference was written.
    package let location: Location
    private let folder: String

    init(_ source: Source, at location: Location, folder: String) {
        self.source = source
        self.location = location
        self.folder = folder
    }

    /// Reads the credential. Line breaks at its end do not count.
    /// - Throws: `SettingsError` at the line of the reference: the variable or file is missing, empty, or holds what no
    ///   HTTP header can carry.
    package func resolve(
        environment: [String: String], readFile: (String) throws -> [UInt8]
    ) throws(SettingsError) -> Secret<String> {
        let found = ReferencedText.look(up: self.source, in: environment, folder: self.folder, readFile: readFile)
        switch found {
        case .failure(let refusal):
            throw SettingsError(
                .unresolved,
                [Problem(.reference, at: self.location, refusal.message ?? "cannot be resolved", hint: refusal.hint)])
        case .success(let text):
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                let message =
                    "the credential in \(self) holds a space, a line break or another character that cannot be sent"
                throw SettingsError(.unresolved, [Problem(.reference, at: self.location, message)])
            }
            return Secret(text)
        }
    }
}

extension SecretReference: Hashable {
    /// Where it was written does not count: a moved line changes nothing.
    package static func == (left: Self, right: Self) -> Bool { left.source == right.source }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.source) }
}

extension SecretReference: CustomStringConvertible {
    /// As it is written in the file.
    package var description: String { ReferencedText.written(self.source) }
}
