import Audit
import Foundation
package import Kernel
package import Metering
package import Settings
import Transparency

/// `gatehouse.yaml` on its disk: reads it with the environment of this process.
package struct ConfigurationFile: Sendable {
    package let path: String
    let environment: [String: String]

    package init(path: String, environment: [String: String]) {
        self.path = path
        self.environment = environment
    }

    /// Reads the file and reports everything that is wrong with it.
    /// - Throws: what the system says where the file cannot be read.
    package func load() throws -> Settings.Loading {
        Settings.load(
            yaml: Array(try Data(contentsOf: URL(fileURLWithPath: self.path))), file: self.path,
            environment: self.environment, readFile: Self.read)
    }

    /// Reads the secrets that settings refer to.
    /// - Throws: `SettingsError` with everything that cannot be read.
    package func secrets(of settings: Settings) throws(SettingsError) -> [String: Secret<String>] {
        try settings.resolveSecrets(environment: self.environment, readFile: Self.read)
    }

    /// The root keys of the vault: the one that holds, and those that may have held before. Makes the file of the first
    /// where the settings name none and there is none.
    /// - Throws: `SettingsError` and `ServerError`, which say what to do.
    func rootKeys(of settings: Settings) throws -> (now: RootKey, former: [RootKey]) {
        let written = try settings.resolveRootKeys(environment: self.environment, readFile: Self.read)
        let before = try written.before.map { try Self.rootKey($0, "audit.root_key_before") }
        guard let now = written.now else {
            let seed = Secret(try KeyFile.seed(at: settings.rootKeyPath))
            guard let root = RootKey(seed) else { throw Self.noRootKey("the file `\(settings.rootKeyPath)`") }
            return (root, [before].compactMap(\.self))
        }
        // Who moves the key out of the file has the vault wrapped anew once, without more ado.
        let file =
            try FileManager.default.fileExists(atPath: settings.rootKeyPath)
            ? RootKey(Secret(KeyFile.seed(at: settings.rootKeyPath))) : nil
        return (try Self.rootKey(now, "audit.root_key"), [before, file].compactMap(\.self))
    }

    private static func rootKey(_ text: Secret<String>, _ setting: String) throws -> RootKey {
        let written = text.reveal().filter { !$0.isWhitespace }
        guard let bytes = Base64.decode(written), let root = RootKey(Secret(bytes)) else {
            throw Self.noRootKey("`\(setting)`")
        }
        return root
    }

    private static func noRootKey(_ place: String) -> ServerError {
        ServerError(.noKey, "\(place) is no root key, expected 32 bytes in base64\nhint: openssl rand -base64 32")
    }

    /// Reads the price table of settings: the file that they name, or the one that comes with the gateway.
    /// - Throws: `SettingsError` with everything that is wrong with the file.
    package func prices(of settings: Settings) throws(SettingsError) -> PriceTable {
        try settings.priceTable(readFile: Self.read)
    }

    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Which file it is and when it was changed last; nil where it is not there.
    ///
    /// Links are followed: where the file lies in a mounted volume, the link leads elsewhere after each change.
    var revision: Revision? { Self.revision(of: self.path) }

    /// The same of another file.
    static func revision(of path: String) -> Revision? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        // A path's attributes are read anew, while a URL would keep what it has seen.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            let time = attributes[.modificationDate] as? Date
        else { return nil }
        return Revision(path: target, time: time)
    }

    struct Revision: Hashable {
        let path: String
        let time: Date
    }
}
