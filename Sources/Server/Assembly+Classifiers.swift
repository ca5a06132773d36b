import Classifiers
import Detection
import Kernel
import NIOCore
import Settings
import Transport

extension Assembly {
    /// The detectors elsewhere that look at one side of an exchange.
    /// - Throws: what TLS says, and where findings are to be called what nothing is called.
    static func classifiers(
        _ settings: Settings, _ secrets: [String: Secret<String>], at side: Settings.Classifier.Side
    ) throws -> [ClassifierService] {
        try settings.classifiers.filter { $0.sides.contains(side) }.map { setting in
            guard let kind = Finding.Kind(rawValue: setting.kind) else { throw UnknownKind(setting) }
            let patience = TimeAmount(setting.timeout)
            return ClassifierService(
                Classifier(
                    name: setting.name, dialect: Self.dialect(setting), labels: Set(setting.labels), kind: kind,
                    threshold: Double(setting.threshold) / 100, window: setting.window.bytes),
                endpoint: UpstreamEndpoint(
                    key: "classifiers.\(setting.name) \(setting.url) \(setting.connections)",
                    host: setting.url.host.text, port: setting.url.port,
                    tls: setting.url.isTLS ? try UpstreamEndpoint.tlsContext() : nil, connections: setting.connections,
                    connectTimeout: patience, keepAlive: .seconds(60), lifetime: .seconds(600)),
                authority: Self.authority(of: setting.url), path: setting.url.path, token: secrets[setting.tokenName],
                patience: patience, failureMode: setting.failureMode == .open ? .open : .closed,
                keeping: setting.keep > .zero ? setting.keep : nil)
        }
    }

    private static func dialect(_ setting: Settings.Classifier) -> Classifier.Dialect {
        switch setting.dialect {
        case .presidio: .presidio(language: setting.language)
        case .predict: .predict
        case .classify: .classify(model: setting.model)
        case .judge: .judge(model: setting.model, instruction: setting.instruction)
        }
    }
}

/// A classifier's findings have a name that no finding can have.
private struct UnknownKind: Error, CustomStringConvertible {
    let description: String

    init(_ setting: Settings.Classifier) {
        self.description = """
            classifiers.\(setting.name).finding: there are no findings called `\(setting.kind)`
            hint: name a kind of docs/detection.md, or `custom.` and up to 64 letters, digits, `_`, `-` and `.`
            """
    }
}
