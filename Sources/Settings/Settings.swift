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
    package var policies = Policies()

    /// The folder that relative paths begin at: that of the file; empty for the working directory.
    package var folder = ""

    /// The path of the database.
    package var storagePath: String { self.resolved(self.storage.path) }

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
    }

    package struct Audit: Hashable, Sendable {
        package enum Durability: String, Sendable, CaseIterable {
            /// An answer ends only when its event is on the disk.
            case durable
            /// Events are written behind; a crash may lose the last ones.
            case asynchronous
        }

        package var durability = Durability.durable
        /// How many events may wait for the disk before new exchanges are refused.
        package var queue = 10_000
    }

    /// What is looked for.
    package struct Detectors: Hashable, Sendable {
        package enum Family: String, Sendable, CaseIterable {
            case secrets, pii, phi, injection, unicode, exfiltration

            /// What the kinds of this family begin with.
            package var finding: String {
                switch self {
                case .secrets: "secret"
                case .pii, .phi, .injection, .unicode, .exfiltration: self.rawValue
                }
            }
        }

        package var request: [Family] = [.secrets, .pii, .injection, .unicode]
        package var response: [Family] = [.secrets, .pii]
    }
}
