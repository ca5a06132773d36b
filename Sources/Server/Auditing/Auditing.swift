import Anchors
import Foundation
package import Kernel
import PostgresStorage
package import Settings
import Storage
package import Transparency
package import Verification

/// What the command line needs to verify and to export logs.
package enum Auditing {
    /// The log in a database file.
    package static func database(_ path: String) throws(VerificationError) -> any VerificationSource {
        try SQLiteLogSource(path: path)
    }

    /// The log of these settings, wherever it is.
    package static func log(
        of settings: Settings, environment: [String: String]
    ) throws -> any VerificationSource {
        guard let url = settings.storage.url else { return try Self.database(settings.auditPath) }
        return try PostgresLogSource(
            PostgresURL(url.resolve(environment: environment, readFile: ConfigurationFile.read)))
    }

    /// A log that is served at a URL that begins with `http://` or `https://`; its tiles stand below that.
    /// Its leaves are for those who administer the gateway: `token` is their key.
    package static func served(_ url: String, token: Secret<String>?) -> any VerificationSource {
        ServedLogSource(HTTPLogFetcher(url, token: token))
    }

    /// The trust policy for the log of these settings, and the keys that it is signed with, that of now first: what an
    /// auditor should get from whoever runs the gateway, by another way than the log itself.
    package static func policy(_ settings: Settings) throws -> (keys: [String], text: String) {
        guard let name = KeyName(settings.audit.origin) else {
            throw VerificationError(.policy, "`\(settings.audit.origin)` is no name of a log")
        }
        let current = try Self.key(settings.auditKeyPath, name)
        let before = try settings.auditKeyBeforePath.map { path throws(VerificationError) in try Self.key(path, name) }
        let keys: [String]
        do throws(TransparencyError) {
            keys = try LogKeys(current: current, before: before, retired: settings.retiredKeys)
                .verifiers.map { "\($0)" }
        } catch {
            throw VerificationError(.policy, "`audit.key_before`, `audit.retired_keys`: \(error)")
        }
        let witnesses = settings.audit.witnesses
        var text = keys.map { "log \($0)\n" }.joined()
        for witness in witnesses { text += "witness \(witness.name) \(witness.key)\n" }
        guard !witnesses.isEmpty else { return (keys, text + "quorum none\n") }
        // As many as the gateway has; whoever wants more of them to have signed changes the number.
        text += "group witnesses any \(witnesses.map(\.name).joined(separator: " "))\nquorum witnesses\n"
        return (keys, text)
    }

    /// The key that the log of these settings signs with.
    package static func signingKey(_ settings: Settings) throws -> SigningKey {
        guard let name = KeyName(settings.audit.origin) else {
            throw VerificationError(.policy, "`\(settings.audit.origin)` is no name of a log")
        }
        return try Self.key(settings.auditKeyPath, name)
    }

    /// Reads the log's key, and never makes one: who verifies changes nothing.
    private static func key(_ path: String, _ name: KeyName) throws(VerificationError) -> SigningKey {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 4096,
            let seed = Base64.decode(String(decoding: data, as: UTF8.self).filter { !$0.isNewline }),
            let key = SigningKey(name: name, seed: Secret(seed))
        else {
            throw VerificationError(
                .policy,
                "the log's key `\(path)` cannot be read\nhint: start the gateway once, or give --policy trust.policy")
        }
        return key
    }

    /// Opens payloads with the keys of the vault that the stores have open.
    package static func opener(_ stores: Stores) -> any PayloadOpener { VaultOpener(stores.vault) }
}
