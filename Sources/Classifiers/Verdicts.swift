package import Detection
package import Kernel

/// What classifiers said of texts on one event loop, and which of them are not to be asked for now.
package struct Verdicts {
    private struct Question: Hashable {
        let classifier: DetectorVersion
        let text: [UInt8]
    }

    /// Bytes of texts that are kept at most; then it begins anew.
    private static let room = 4 * 1024 * 1024

    private var known: [Question: (findings: [Finding], end: Timestamp)] = [:]
    private var kept = 0
    private var breakers: [DetectorVersion: Breaker] = [:]

    package init() {}

    /// What is known of a text.
    package func findings(in text: [UInt8], by classifier: Classifier, at now: Timestamp) -> [Finding]? {
        guard let verdict = self.known[Question(classifier: classifier.version, text: text)], now < verdict.end else {
            return nil
        }
        return verdict.findings
    }

    package mutating func keep(
        _ findings: [Finding], in text: [UInt8], by classifier: Classifier, until end: Timestamp
    ) {
        if self.kept + text.count > Self.room {
            self.known.removeAll(keepingCapacity: true)
            self.kept = 0
        }
        self.kept += text.count
        self.known[Question(classifier: classifier.version, text: text)] = (findings, end)
    }

    package mutating func admits(_ classifier: Classifier, at now: Timestamp) -> Bool {
        self.breakers[classifier.version, default: Breaker()].admits(at: now)
    }

    package mutating func note(success: Bool, of classifier: Classifier, at now: Timestamp) {
        if success {
            self.breakers[classifier.version]?.succeeded()
        } else {
            self.breakers[classifier.version, default: Breaker()].failed(at: now)
        }
    }
}
