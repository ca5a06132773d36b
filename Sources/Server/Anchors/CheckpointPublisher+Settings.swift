import Anchors
import Audit
import CloudCodecs
import Foundation
import Kernel
import Logging
import Settings
import Transparency

extension CheckpointPublisher {
    /// The publisher that the settings describe, with its key, which is made where there is none.
    /// - Throws: `ServerError` that names the setting.
    init(_ settings: Settings, secrets: [String: Secret<String>], ledger: any LogReading, at time: Timestamp) throws {
        guard let name = KeyName(settings.audit.origin) else {
            throw ServerError(
                .noKey, "`audit.origin` is `\(settings.audit.origin)`, expected a name without spaces and `+`")
        }
        let logger = Logger(label: "gatehouse.anchors")
        self.init(
            log: LedgerLog(ledger: ledger), origin: settings.audit.origin,
            keys: try Self.keys(settings, name),
            state: SignedStateFile(path: settings.signedCheckpointPath),
            sinks: try settings.audit.anchors.map { try Self.sink($0, settings, secrets) },
            witnesses: try settings.audit.witnesses.map(Self.witness), began: time,
            contexts: { .ofServer(at: $0) }, report: { Self.log($0, logger) })
    }

    private static func keys(_ settings: Settings, _ name: KeyName) throws -> LogKeys {
        let current = try KeyFile.key(at: settings.auditKeyPath, name: name)
        let before = try settings.auditKeyBeforePath.map { try KeyFile.existingKey(at: $0, name: name) }
        do { return try LogKeys(current: current, before: before, retired: try settings.retiredKeys) } catch {
            throw ServerError(.noKey, "`audit.key_before`, `audit.retired_keys`: \(error)")
        }
    }

    private static func log(_ error: AnchorError, _ logger: Logger) {
        let metadata: Logger.Metadata = ["error": "\(error)"]
        if error.isFinal {
            logger.critical("the log is not signed any more", metadata: metadata)
        } else {
            logger.error("a checkpoint did not get everywhere", metadata: metadata)
        }
    }

    private static func witness(_ witness: Settings.WitnessEndpoint) throws -> any CheckpointWitness {
        do {
            let key = try VerifierKey(witness.key)
            guard key.kind == .cosignature else {
                throw TransparencyError(.malformed, "`\(key.name)` is the key of a log, not of a witness")
            }
            return RemoteWitness(name: witness.name, url: "\(witness.url)", key: key)
        } catch {
            throw ServerError(.noKey, "`audit.witnesses.\(witness.name).key`: \(error)")
        }
    }

    private static func sink(
        _ anchor: Settings.Anchor, _ settings: Settings, _ secrets: [String: Secret<String>]
    ) throws -> any AnchorSink {
        func secret(_ key: String) -> Secret<String>? { secrets[anchor.secretName(key)] }
        switch anchor.place {
        case .file(let place):
            return FileSink(name: anchor.name, path: settings.resolved(place.path), isOutside: place.isOutside)
        case .syslog(let place):
            do {
                return try SyslogSink(
                    name: anchor.name, host: place.address.host.text, port: place.address.port,
                    security: place.isTLS ? .tls(authority: place.authority.map(settings.resolved)) : .none,
                    ourName: ProcessInfo.processInfo.hostName)
            } catch {
                throw ServerError(.noKey, "`audit.anchors.\(anchor.name).ca` cannot be used: \(error)")
            }
        case .webhook(let place):
            return WebhookSink(name: anchor.name, url: "\(place.url)", token: secret("token"))
        case .s3(let place):
            guard let access = secret("access_key"), let key = secret("secret_key") else {
                throw ServerError(
                    .noKey, "`audit.anchors.\(anchor.name)` needs `access_key` and `secret_key`")
            }
            return BucketSink(
                name: anchor.name, place: place,
                credentials: RequestSigner.Credentials(
                    accessKeyID: access.reveal(), secretAccessKey: key, sessionToken: secret("session_token")))
        }
    }
}
