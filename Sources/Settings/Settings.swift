// Settings: reads gatehouse.yaml into typed values, and names file, line, key and allowed values for all that is wrong.

/// The configuration of one gateway. It holds references to secrets, never secrets.
///
/// What each key means, its bounds and its default stand in one place, `Settings+Description.swift`; the reader, the
/// template of `gatehouse init`, the JSON Schema and the variables of the environment are all made of that.
package struct Settings: Hashable, Sendable {
    /// Where applications connect.
    package var listen = ListenAddress(.loopback, port: 8080)
    /// Where people and machines connect that run the gateway.
    package var admin = ListenAddress(.loopback, port: 8081)
    /// How many event loops run; 0 means one for each core.
    package var threads = 0
    package var log = Log()
    package var storage = Storage()
    package var audit = Audit()
    /// In the order of the file, names unique.
    package var providers: [Provider] = []
    /// In the order of the file, names unique, each with a provider that exists. Never empty once loaded.
    package var models: [Model] = []
    package var prices = Prices()
    package var limits = Limits()
    package var detectors = Detectors()
    /// In the order of the file, names unique.
    package var classifiers: [Classifier] = []
    package var surrogates = Surrogates()
    package var policies = Policies()

    /// The folder that relative paths begin at: that of the file; empty for the working directory.
    package var folder = ""

    /// The path of the database.
    package var storagePath: String { self.resolved(self.storage.path) }

    /// The path of the log.
    package var auditPath: String { self.beside("audit.db", self.audit.path) }

    /// The path of the vault, which has the keys of what is sealed in the log.
    package var vaultPath: String { self.beside("vault.db", self.audit.vault) }

    /// The path of the key that the log signs with.
    package var auditKeyPath: String { self.beside("audit.key", self.audit.key) }

    /// The path of the key that it signed with before, and signs with too.
    package var auditKeyBeforePath: String? { self.audit.keyBefore.map(self.resolved) }

    /// The path of the root key, where `audit.root_key` does not say it.
    package var rootKeyPath: String { self.beside("vault.key", nil) }

    /// The path of the file that says what was signed last.
    package var signedCheckpointPath: String { self.beside("audit.checkpoint", self.audit.checkpoint) }

    /// The path of a file beside the database.
    func besideDatabase(_ name: String) -> String { self.beside(name, nil) }

    /// A path that was written, or else a file beside the database.
    private func beside(_ name: String, _ path: String?) -> String {
        if let path { return self.resolved(path) }
        let folder = self.storagePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return folder.isEmpty ? name : folder.joined(separator: "/") + "/" + name
    }

    /// A path of the configuration as one to open.
    package func resolved(_ path: String) -> String { PathText.resolve(path, in: self.folder) }

    /// The provider of a name that a model refers to.
    package func provider(named name: String) -> Provider? { self.providers.first { $0.name == name } }
}

extension Settings {
    /// What is written about the gateway itself.
    package struct Log: Hashable, Sendable {
        package enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }
        package enum Format: String, Sendable, CaseIterable { case text, json }

        package var level = Level.info
        package var format = Format.text
    }

    package struct Storage: Hashable, Sendable {
        /// As it was written; `storagePath` is the one to open.
        package var path = "gatehouse.db"
        /// The database of PostgreSQL instead, and another one for the vault.
        package var url: SecretReference?
        package var vaultURL: SecretReference?
    }

    package struct Audit: Hashable, Sendable {
        package enum Durability: String, Sendable, CaseIterable {
            /// An answer ends only when its event is on the disk.
            case durable
            /// Events are written behind; a crash may lose the last ones.
            case asynchronous
        }

        /// How much of what was said is sealed beside an exchange's leaf.
        package enum Content: String, Sendable, CaseIterable {
            case none, metadata, redacted, full
        }

        package var durability = Durability.durable
        /// Where a model does not say.
        package var content = Content.metadata
        /// Bytes that are kept of a prompt, and of an answer.
        package var contentLimit = ByteCount.kibibytes(256)
        /// How many events may wait for the disk before new exchanges are refused.
        package var queue = 10_000
        /// The most events that one commit makes durable.
        package var batch = 256
        /// How long events that nobody waits for may lie before they are written.
        package var linger = Duration.milliseconds(5)
        /// As they were written; nil for a file beside the database. `auditPath` and its like are the ones to open.
        package var path: String?
        package var vault: String?
        package var key: String?
        package var keyBefore: String?
        package var checkpoint: String?
        /// What wraps the keys of the vault, in base 64; nil for a file beside the database.
        package var rootKey: SecretReference?
        /// What wrapped them before.
        package var rootKeyBefore: SecretReference?
        /// Public keys that the log signed with once.
        package var retiredKeys: [String] = []
        /// The name under which the log signs.
        package var origin = "gatehouse.local/audit"
        /// Where signed checkpoints of the log go.
        package var anchors: [Anchor] = []
        /// Who signs them too.
        package var witnesses: [WitnessEndpoint] = []
        /// Where analysts read the log.
        package var exports: [Export] = []
        package var retention = Retention()
        /// Where other times hold for the exchanges of some models.
        package var useCases: [UseCase] = []

        /// For how many days what is sealed can be read; 0 for ever. Leaves themselves stay.
        package struct Retention: Hashable, Sendable {
            /// What is known of exchanges beside their content.
            package var metadata = 400
            /// Prompts, answers and arguments.
            package var content = 180
            /// Acts of those who run the gateway.
            package var administration = 0
        }
    }

    /// How long what stands for a value stands for it.
    package struct Surrogates: Hashable, Sendable {
        package enum Scope: String, Sendable, CaseIterable {
            /// In one exchange.
            case exchange
            /// In all exchanges that name the same conversation.
            case conversation
        }

        package var scope = Scope.exchange
        package var lifetime = Duration.seconds(3600)
        package var conversations = 10_000
    }

    /// What is looked for.
    package struct Detectors: Hashable, Sendable {
        package enum Family: String, Sendable, CaseIterable {
            case secrets, pii, phi, names, injection, unicode, exfiltration

            /// What the kinds of this family begin with.
            package var finding: String {
                switch self {
                case .secrets: "secret"
                case .names: "pii"
                case .pii, .phi, .injection, .unicode, .exfiltration: self.rawValue
                }
            }
        }

        package var request: [Family] = [.secrets, .pii, .injection, .unicode]
        package var response: [Family] = [.secrets, .pii]
        /// Files of words of one's own, one a line; findings are called after the file.
        package var dictionaries: [String] = []
        /// Files of rules of one's own, in gitleaks' form.
        package var rules: [String] = []
        /// Marks that should never be seen outside.
        package var canaries: [String] = []
        /// Files of such marks, as `gatehouse canary` keeps them.
        package var canaryFiles: [String] = []
        /// A file with another injection model than the program's.
        package var injectionModel: String?
    }
}
