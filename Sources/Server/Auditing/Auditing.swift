package import Audit
package import Kernel
package import Settings
import Storage
import Transparency
package import Verification

/// What the command line needs to verify and to export logs.
package enum Auditing {
    /// The log in a database file.
    package static func database(_ path: String) throws(VerificationError) -> any VerificationSource {
        try SQLiteLogSource(path: path)
    }

    /// A log that is served at a URL that begins with `http://` or `https://`; its tiles stand below that.
    package static func served(_ url: String) -> any VerificationSource { ServedLogSource(HTTPLogFetcher(url)) }

    /// The trust policy for the log of these settings, and the key that signs it: what an auditor should get from whoever
    /// runs the gateway, by another way than the log itself.
    package static func policy(_ settings: Settings) throws -> (key: String, text: String) {
        guard let name = KeyName(settings.audit.origin) else {
            throw VerificationError(.policy, "`\(settings.audit.origin)` is no name of a log")
        }
        let key = "\(try KeyFile.key(at: settings.auditKeyPath, name: name).verifier(.ed25519))"
        var text = "log \(key)\n"
        for witness in settings.audit.witnesses { text += "witness \(witness.name) \(witness.key)\n" }
        let names = settings.audit.witnesses.map(\.name).joined(separator: " ")
        text += names.isEmpty ? "quorum none\n" : "group witnesses any \(names)\nquorum witnesses\n"
        return (key, text)
    }

    /// Opens payloads with the keys of the vault that the stores have open.
    package static func opener(_ stores: Stores) -> any PayloadOpener { VaultOpener(stores.vault) }
}
